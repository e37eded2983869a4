"""The command line as a user meets it: files in, files out, exit codes, and one line where something is wrong."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer
from command import BROKEN, DONE, NO, USAGE, fairtrade, options

NOBODY = "127.0.0.1:1"


@pytest.mark.kafka
def test_audit_answers_yes_and_no(produced):
    """`audit` exits 0 on a closed ledger, and 1 with the difference once a dead letter stands that nobody wrote."""
    before = fairtrade("audit", *options(produced))
    asyncio.run(forge_dead_letter(produced))
    after = fairtrade("audit", *options(produced))

    assert before.returncode == DONE, before.stdout
    assert after.returncode == NO
    assert "refusals: the judge says" in after.stdout


async def forge_dead_letter(settings):
    """Append a dead letter of an order that was judged."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
    await producer.start()
    try:
        headers = [("dl_topic", f"{settings.prefix}orders".encode()), ("dl_offset", b"0")]
        await producer.send_and_wait(f"{settings.prefix}dead-letters", b"forged", partition=0, headers=headers)
    finally:
        await producer.stop()


@pytest.mark.kafka
def test_a_file_of_one_partition_fits_no_more(demonstrated, province):
    """A stamped file for more partitions than its own is refused, and the error says what to do."""
    done = fairtrade("produce", province / "partition-0.ndjson", *demonstrated.options)

    assert done.returncode == BROKEN
    assert "give --restamp" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.kafka
def test_topics_that_are_as_declared(produced):
    """`topics check` exits 0 for topics that `topics apply` made, and `apply` may be repeated."""
    applied = fairtrade("topics", "apply", *options(produced))
    checked = fairtrade("topics", "check", *options(produced))

    assert (DONE, DONE) == (applied.returncode, checked.returncode), checked.stdout
    assert "every topic is as declared" in checked.stdout


@pytest.mark.kafka
def test_topics_that_are_not_there(kafka, prefix):
    """`topics check` exits 1 and names each topic that is missing."""
    checked = fairtrade("topics", "check", "--kafka", kafka, "--prefix", prefix)

    assert checked.returncode == NO
    assert f"{prefix}orders" in checked.stdout


@pytest.mark.kafka
def test_an_alert_that_nobody_knows(demonstrated):
    """`alerts show` exits 1 and says that no alert has such an id."""
    shown = fairtrade("alerts", "show", "[/no]", *demonstrated.options)

    assert shown.returncode == NO
    assert shown.stderr == "no alert begins with '[/no]'\n"


@pytest.mark.kafka
def test_an_alert_is_laid_out(demonstrated):
    """`alerts show` lays out the newest revision of an alert by the beginning of its id."""
    alert_id, alert = next(iter(demonstrated.alerts.items()))
    shown = fairtrade("alerts", "show", alert_id[:12], *demonstrated.options)

    assert shown.returncode == DONE, shown.stderr
    assert f"{alert_id} revision {alert['revision']}" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["audits"],
        ["audit", "--port", "1"],
        ["backtest", "no-such-file", "--out", "x"],
        ["worker", "--mode", "loud"],
        ["worker", "--detectors", "nobody"],
    ],
)
def test_usage(arguments):
    """What cannot be understood exits 2 and points to the help."""
    done = fairtrade(*arguments)

    assert done.returncode == USAGE
    assert "Try 'fairtrade" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit"],
        ["alerts", "tail"],
        ["alerts", "show", "1"],
        ["topics", "apply"],
        ["topics", "check"],
    ],
    ids=" ".join,
)
def test_a_broker_that_is_away(arguments):
    """Without a broker a command exits 3 with one line that names it."""
    done = fairtrade(*arguments, "--kafka", NOBODY, "--partitions", 1)

    assert done.returncode == BROKEN
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "is the broker up?" in done.stderr


def test_a_setting_that_is_wrong():
    """A setting out of its bounds exits 3 with one line that names it."""
    done = fairtrade("audit", FAIRTRADE_PARTITIONS="0")

    assert done.returncode == BROKEN
    assert "partitions" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.kafka
def test_doctor_says_yes_and_no(kafka):
    """`doctor` exits 0 where the user's broker answers, and not 0 where it does not, naming what to do."""
    well = fairtrade("doctor", FAIRTRADE_KAFKA=kafka)
    ill = fairtrade("doctor", FAIRTRADE_KAFKA=NOBODY)

    assert well.returncode == DONE, well.stdout
    assert ill.returncode == NO
    assert "start that broker" in ill.stdout


def test_help_is_quick():
    """The help is there at once: no Kafka client is imported for it."""
    done = fairtrade("--help", PYTHONPROFILEIMPORTTIME="1")

    assert done.returncode == DONE
    assert "aiokafka" not in done.stderr
    assert "faust" not in done.stderr
