"""A demo that is told to stay leaves broker and worker up, and the commands that it prints work on them."""

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

pytestmark = pytest.mark.kafka

FAIRTRADE = (sys.executable, "-m", "monitor")
PATIENCE_S = 120
ENDS_S = 30


@dataclass(frozen=True)
class Kept:
    """What a demo of a fresh seed printed, and the processes that it left."""

    printed: str
    pids: list[int]

    def told(self, command):
        """Answer the arguments of a command that the demo told its user to run."""
        (line,) = re.findall(rf"^  fairtrade ({command} .*)$", self.printed, re.MULTILINE)
        return line.split()


def run(*arguments):
    """Run a command as the demo's user does."""
    return subprocess.run(
        [*FAIRTRADE, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=environment()
    )


def environment():
    """Answer this environment without a broker of the user's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAIRTRADE_")}


def is_alive(pid):
    """Answer whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end(pids):
    """Terminate processes one after the other and answer those that are still there after a while."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + ENDS_S
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
    return [pid for pid in pids if is_alive(pid)]


@pytest.fixture(scope="module")
def kept():
    """A small demo of a fresh seed, told to stay."""
    seed = secrets.randbelow(10**9)
    done = run("demo", "--small", "--keep", "--seed", str(seed))
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}{done.stderr}"
    (line,) = re.findall(r"^  kill (.*)$", done.stdout, re.MULTILINE)
    pids = [int(pid) for pid in line.split()]
    yield Kept(done.stdout, pids)
    end([pid for pid in pids if is_alive(pid)])


def test_a_fresh_seed_is_found_as_planted(kept):
    """Whatever the seed, which is printed, nothing is missed and nothing is false."""
    assert "every planted offence found, nothing false" in kept.printed
    assert re.search(r"province of seed \d+", kept.printed)


def test_the_progress_is_shown(kept):
    """The demo says what it does from the start: broker, province, records simulated and judged."""
    said = [
        kept.printed.index(text)
        for text in ("starting Apache Kafka", "simulating the small", "records simulated", "records judged")
    ]

    assert sorted(said) == said


def test_one_alert_is_printed_in_full(kept):
    """An officer sees a lead with its facts, the look-alikes that were ruled out, elements and evidence."""
    title = re.search(r"─ (lead · \S+ \S+ · \w+ · \w+) ─", kept.printed)

    assert title
    assert all(heading in kept.printed for heading in ("Facts · 事实", "Look-alikes", "Elements", "Evidence"))
    assert "passed" in kept.printed


def test_both_processes_live_on(kept):
    """Broker and worker outlive the demo."""
    assert [True, True] == [is_alive(pid) for pid in kept.pids]


def test_tail_and_show_work_as_told(kept):
    """`alerts tail` prints a line a revision, and `alerts show` lays out the alert of such a line."""
    tailed = run(*kept.told("alerts tail --no-follow"))
    alert_id = tailed.stdout.splitlines()[-1].split()[1].partition(".")[0]
    shown = run(*[alert_id if word == "ID" else word for word in kept.told("alerts show ID")])

    assert (0, 0) == (tailed.returncode, shown.returncode)
    assert alert_id in shown.stdout


def test_the_audit_is_closed(kept):
    """`audit` counts the logs and agrees with the worker in every term."""
    audited = run(*kept.told("audit"))

    assert audited.returncode == 0, audited.stdout
    assert "orders" in audited.stdout


def test_both_end_by_their_process_ids(kept):
    """`kill` with the printed numbers ends worker and broker in order; runs last, for nothing works after it."""
    left = end(kept.pids)

    assert not left
    assert 3 == run(*kept.told("audit")).returncode
