"""On a real broker with TLS, SCRAM, certificates and its authorizer: every role does its job, and nothing else."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attempts import MAY
from closed import closed, command, environment
from story_book import story
from story_log import log

from monitor.cli import main
from monitor.feed.topics import TopicWriter
from monitor.local.certificates import Authority
from monitor.local.postgres import LocalPostgres
from monitor.settings import Settings
from monitor.wire.declared import Role
from monitor.wire.subscriber import alerts

pytestmark = pytest.mark.kafka
CASES = ("throttled-from-1031", "three-days-of-seven")
PATIENCE_S = 60
BROKEN = 3
LISTENS = "0A"
PAST = timedelta(minutes=1)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A node with topics and grants, whose roles have done their jobs."""
    with closed(tmp_path_factory.mktemp("closed") / "keys") as up:
        up.open_for_roles()
        yield up


def run(told, *arguments):
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments), env=environment(told), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def write(settings, case):
    """Write the records of a story as the gateway does."""

    async def send():
        async with TopicWriter(settings) as writer:
            for tick in log(story(case), sparse=True, partitions=settings.partitions):
                await writer.write(tick.records)

    asyncio.run(send())


def judge(told, settings, output, expected):
    """Run a worker until `settings` reads so many resolved alerts; answer its exit code, words and open ports."""

    async def resolved():
        return sum([json.loads(one.value)["status"] == "resolved" async for one in alerts(settings)])

    with output.open("wb") as file:
        worker = subprocess.Popen(command("worker"), env=environment(told), stdout=file, stderr=file)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while asyncio.run(resolved()) < expected:
                assert worker.poll() is None, output.read_text()
                assert time.monotonic() < deadline, output.read_text()
                time.sleep(0.3)
            ports = listening(worker.pid)
        finally:
            worker.terminate()
            code = worker.wait(PATIENCE_S)
    return code, output.read_text(), ports


def listening(pid):
    """List the ports that a process listens on, as Linux tells them; none elsewhere."""
    mine = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").glob("*") if file.is_symlink()}
    rows = [row.split() for kind in ("tcp", "tcp6") for row in lines(Path(f"/proc/{pid}/net/{kind}"))]
    return [int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == LISTENS and f"socket:[{row[9]}]" in mine]


def lines(file):
    """The rows of one of the kernel's tables."""
    return file.read_text().splitlines()[1:] if file.exists() else []


def keep(told, output):
    """Run the alert store until its database holds what the topic holds; answer the check of it."""
    with LocalPostgres(settings={"fsync": "off"}) as postgres, output.open("wb") as file:
        told = told | {"store": postgres.address(), "store_password_file": postgres.password_file}
        migrated = run(told, "store", "migrate")
        assert migrated.returncode == 0, migrated.stderr
        store = subprocess.Popen(command("store", "run"), env=environment(told), stdout=file, stderr=file)
        try:
            return run(told, "store", "check", "--wait", str(PATIENCE_S))
        finally:
            store.terminate()
            assert store.wait(PATIENCE_S) == 0, output.read_text()


def test_every_role_does_its_whole_job(node, tmp_path):
    """Gateway, worker, subscriber, store, operator and administrator get through, by passwords and certificates."""
    write(node.settings(Role.gateway), CASES[0])
    first = judge(node.told(Role.worker), node.settings(Role.subscriber), tmp_path / "first.log", 1)
    write(Settings(**node.certified(Role.gateway)), CASES[1])
    reader = Settings(**node.certified(Role.subscriber))
    second = judge(node.certified(Role.worker), reader, tmp_path / "second.log", 2)
    tail = run(node.told(Role.subscriber), "alerts", "tail", "--no-follow")
    audit = run(node.told(Role.operator), "audit")
    checks = [run(node.told(role), "topics", "check") for role in (Role.operator, Role.administrator)]
    granted = run(node.told(Role.administrator), "topics", "acls", "--check")
    stored = keep(node.told(Role.store), tmp_path / "store.log")
    password = node.secured.password_file(Role.worker).read_text()

    assert (0, 0) == (first[0], second[0]), first[1] + second[1]
    assert password not in first[1] + second[1]
    assert [] == first[2] + second[2]
    assert 2 < len(tail.stdout.splitlines())
    assert 0 == stored.returncode, stored.stdout + stored.stderr
    assert 0 == audit.returncode, audit.stdout + audit.stderr
    assert [0, 0] == [check.returncode for check in checks], checks[0].stderr + checks[1].stderr
    assert 0 == granted.returncode, granted.stdout + granted.stderr


def test_the_reference_subscriber_gets_in(node, tmp_path):
    """The program of docs/ is told how to log in by the same names, and reads by password and by certificate."""
    doors = {"password": node.told(Role.subscriber), "certificate": node.certified(Role.subscriber)}
    program = Path(__file__).parents[2] / "docs" / "subscriber.py"
    read = {}
    for door, told in doors.items():
        asked = [sys.executable, program, told["kafka"], "ft.alerts", tmp_path / door, "--once"]
        read[door] = subprocess.run(
            asked, env=environment(told), capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    assert [0, 0] == [done.returncode for done in read.values()], [done.stderr for done in read.values()]
    assert sorted(read["password"].stdout.splitlines()) == sorted(read["certificate"].stdout.splitlines())


def test_nobody_does_more_than_their_job(node):
    """Each role is let do what stands in the table written by hand, and is refused everything else that is tried."""
    tried = node.matrix()

    assert MAY == {role: {what for what, let in row.items() if let} for role, row in tried.items()}
    assert all(len(row) > len(MAY[role]) for role, row in tried.items())


@pytest.fixture
def tell(monkeypatch, capsys):
    """Run a command in this process and answer its exit code and what it told."""
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)

    def told(told, *arguments):
        monkeypatch.setattr(os, "environ", environment(told))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return ended.value.code, "".join(capsys.readouterr())

    return told


def wrong(node, tmp_path):
    """List what is wrong with who knocks, by a word that the error must name."""
    password, certificate = node.told(Role.worker), node.certified(Role.worker)
    alien = Authority(tmp_path / "alien", "alien")
    expired = node.secured.authority.issue("worker", until=datetime.now(UTC) - PAST, file="expired")
    foreign = alien.issue("worker")
    guess = tmp_path / "guess"
    guess.write_text("a guess\n")
    open_port = node.kafka.bootstrap
    return {
        "its certificate is not accepted: Hostname mismatch": password
        | {"kafka": f"localhost:{open_port.rpartition(':')[2]}"},
        "unable to get local issuer certificate": password | {"tls_ca": str(alien.ca)},
        "does not let user worker in; the user is unknown there or the password in": password
        | {"sasl_password_file": str(guess)},
        "does not let user stranger in": password | {"sasl_user": "stranger"},
        "does not offer SCRAM-SHA-256": password | {"sasl_mechanism": "SCRAM-SHA-256"},
        "does the broker want TLS?": {"kafka": open_port},
        "it wants a certificate of us": password | {"kafka": node.kafka.mutual},
        "certificate has expired": certificate
        | {"tls_certificate": str(expired.certificate), "tls_key": str(expired.key)},
        "it refuses our certificate": certificate
        | {"tls_certificate": str(foreign.certificate), "tls_key": str(foreign.key)},
        "setting tls_certificate": certificate | {"tls_key": str(foreign.key)},
        "setting tls_ca is": password | {"tls_ca": str(tmp_path / "nowhere.pem")},
        "setting sasl_password_file is": password | {"sasl_password_file": str(tmp_path / "nowhere")},
        "may not do that": node.told(Role.subscriber) | {"group": "x"},
    }


# aiokafka leaves the socket of a failed start to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_who_is_not_let_in_is_told_why(node, tmp_path, tell):
    """A wrong password, name, authority, certificate or file is one line that names it, and exit code 3."""
    for named, told in wrong(node, tmp_path).items():
        arguments = ("audit",) if named == "may not do that" else ("topics", "check")
        code, said = tell(told, *arguments)

        assert (BROKEN, 1) == (code, said.count("\n")), said
        assert named in said
        assert "a guess" not in said


def test_tls_is_not_spoken_to_a_plain_port(kafka, tell):
    """A client that wants TLS where there is none asks whether the port speaks it."""
    code, said = tell({"kafka": kafka, "security_protocol": "SSL"}, "topics", "check")

    assert BROKEN == code
    assert "does this port speak TLS?" in said


def test_grants_are_compared_and_made(node, tell):
    """A user who is not granted is missing and one who is not declared is named, with 1; the administrator grants."""
    administrator, court = node.told(Role.administrator), ("--user", "subscriber=court")
    before = tell(administrator, "topics", "acls", "--check", *court)
    both = (*court, "--user", "subscriber=subscriber")
    made = tell(administrator, "topics", "acls", "--apply", *both)
    after = tell(administrator, "topics", "acls", "--check", *both)
    by_others = tell(node.told(Role.operator), "topics", "acls", "--apply", "--user", "worker=operator")

    assert (1, 0, 0, BROKEN) == (before[0], made[0], after[0], by_others[0])
    assert "missing: User:court may Read topic ft.alerts" in before[1]
    assert "undeclared: User:subscriber may Read topic ft.alerts; take it away" in before[1]
    assert "granted: User:court may Read group court.*" in made[1]
    assert "does not tell its grants" in by_others[1]


def test_a_worker_that_is_not_let_in_ends(node, tmp_path):
    """The worker itself ends with code 3 and the reason, before it joins anything."""
    guess = tmp_path / "guess"
    guess.write_text("a guess\n")
    ended = run(node.told(Role.worker) | {"sasl_password_file": str(guess)}, "worker")

    assert BROKEN == ended.returncode, ended.stderr
    assert "does not let user worker in" in ended.stderr
    assert "a guess" not in ended.stderr


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_with_an_expired_certificate_is_not_spoken_to(node, tell):
    """No password goes to a broker whose certificate has run out; the error says so."""
    secured = node.secured
    secured.show(secured.authority.issue("broker", ["127.0.0.1"], until=datetime.now(UTC) - PAST, file="late"))
    node.kafka.restart()
    code, said = tell(node.told(Role.worker), "topics", "check")

    assert BROKEN == code
    assert "its certificate is not accepted: certificate has expired" in said
