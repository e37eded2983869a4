"""Log lines are events: JSON for machines, columns for people, and never a payload."""

import asyncio
import io
import json
import logging
from types import SimpleNamespace

import pytest
from observed import Commit, refused, revision

from monitor.errors import WeAreWrong
from monitor.events import Reason
from monitor.observe.journal import Journal
from monitor.observe.logs import MAX_TEXT, configure, event
from monitor.observe.loop import INTERVAL_S, watch_loop
from monitor.observe.observers import Observers


class Terminal(io.StringIO):
    isatty = staticmethod(lambda: True)


@pytest.fixture(autouse=True)
def _logging_as_before():
    """Leave the root logger as the test found it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream():
    """What is logged to anything but a terminal."""
    made = io.StringIO()
    configure(stream=made)
    return made


def lines(stream):
    return [json.loads(text) for text in stream.getvalue().splitlines()]


def without_time(stream):
    return [{key: value for key, value in found.items() if key != "time"} for found in lines(stream)]


def test_an_event_is_one_json_object(stream):
    """A line holds time, level, logger, the event's name and its values with their types."""
    event("partition.restored", partition=3, seconds=0.5, platform="甲", instance=None)

    assert without_time(stream) == [
        {
            "level": "info", "logger": "fairtrade.partition", "event": "partition.restored",
            "partition": 3, "seconds": 0.5, "platform": "甲", "instance": None,
        }
    ]  # fmt: skip
    assert lines(stream)[0]["time"].endswith("+00:00")


def test_a_terminal_gets_columns():
    """On a terminal a line is read by people; a text with spaces is quoted."""
    stream = Terminal()
    configure(stream=stream)
    event("record.refused", level=logging.WARNING, topic="orders", detail="two words")
    columns = stream.getvalue().split()

    assert columns[1:] == ["WARNING", "record.refused", "topic=orders", 'detail="two', 'words"']


def test_a_line_cannot_be_forged():
    """A line break in a value does not begin a line, in either form."""
    for stream in (io.StringIO(), Terminal()):
        configure(stream=stream)
        event("record.refused", detail="a\nFORGED")

        assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize("value", [b"{}", {"price": 1}, ["line"]])
def test_a_payload_is_no_value(stream, value):
    """Bytes and structures do not get into a line."""
    with pytest.raises(TypeError, match=r"record\.refused: raw is"):
        event("record.refused", raw=value)

    assert stream.getvalue() == ""


def test_a_long_text_is_cut(stream):
    """A text is cut, and shows that it was."""
    event("record.refused", detail="x" * 9_999)

    assert lines(stream)[0]["detail"] == "x" * MAX_TEXT + "…"


def test_a_library_s_sentence_is_an_event_too(stream):
    """What others log keeps its logger and text, and its traceback whole."""
    try:
        int("no")
    except ValueError:
        logging.getLogger("aiokafka.conn").exception("broke at %d", 7)
    line = lines(stream)[0]

    assert (line["event"], line["logger"], line["message"]) == ("library.said", "aiokafka.conn", "broke at 7")
    assert line["error"].endswith("invalid literal for int() with base 10: 'no'")


def test_levels_are_checked_and_kept():
    """Below the level nothing is written; an unknown level is refused by name."""
    stream = io.StringIO()
    configure("warning", stream)
    event("partition.restored", partition=1)

    assert stream.getvalue() == ""
    with pytest.raises(WeAreWrong, match="'loud', expected one of debug"):
        configure("loud", stream)


def test_configuring_again_replaces(stream):
    """A second call does not write every line twice."""
    configure(stream=stream)
    event("worker.ready")

    assert len(lines(stream)) == 1


def test_the_journal_tells_revisions_and_refusals(stream, partition):
    """One line a revision; refused records are one line a topic and reason, with how many and the first offset."""
    changes = partition.take()
    changes.refused = [refused(7), refused(9), refused(11, Reason.depth)]
    Journal().committed(Commit(changes, [revision()]))

    assert [
        ("alert.published", None, None, None),
        ("record.refused", "shape", 2, 7),
        ("record.refused", "depth", 1, 11),
    ] == [
        (found["event"], found.get("reason"), found.get("records"), found.get("first_offset"))
        for found in lines(stream)
    ]
    assert lines(stream)[0]["alert_id"] == "a" * 32


def test_the_journal_tells_rebalances_and_changes_of_readiness(stream):
    """Assignment, restoring, revocation and marks are logged; readiness only when it changes."""
    journal = Journal()
    journal.assigned({2, 1})
    journal.restored(1, 10, 0.25)
    for ready in (True, False, False, True):
        journal.readiness(ready=ready)
    journal.quarantined("p", 1)
    journal.revoked([1, 2], 0.1)

    assert [
        "partitions.assigned", "partition.restored", "worker.not_ready", "worker.ready", "platform.quarantined",
        "partitions.revoked",
    ] == [found["event"] for found in lines(stream)]  # fmt: skip
    assert lines(stream)[0]["partitions"] == "1,2"


def test_ordinary_events_are_not_logged(stream):
    """Batches and lag write nothing."""
    journal = Journal()
    journal.applied("orders", 0, 4_000, 0.1)
    journal.lagged("orders", 0, 5)

    assert stream.getvalue() == ""


def test_every_observer_hears_everything(stream, partition, metrics):
    """Metrics and journal both hear each of the stream layer's hooks."""
    both = Observers(metrics, Journal())
    both.assigned([0])
    both.restored(0, 1, 0.1)
    both.applied("orders", 0, 3, 0.01)
    both.lagged("orders", 0, 2)
    both.committed(Commit(partition.take(), [revision()]))
    both.quarantined("p", 0)
    both.readiness(ready=False)
    both.revoked([0], 0.1)
    sample = metrics.registry.get_sample_value

    assert len(lines(stream)) == 6
    assert sample("fairtrade_recovery_duration_seconds_count") == 1
    assert sample("fairtrade_event_processing_seconds_count", {"agent": "judge"}) == 3
    assert sample("fairtrade_commit_duration_seconds_count") == 1
    assert sample("fairtrade_quarantines_total", {"platform": "p"}) == 1
    assert sample("fairtrade_worker_ready") == 0
    assert sample("fairtrade_assigned_partitions", {"topic": "orders"}) == 0


async def test_a_blocked_loop_is_seen():
    """Code that holds the loop for 0.2 s past the due time shows as at least as much."""
    seconds = []
    task = asyncio.get_running_loop().create_task(watch_loop(SimpleNamespace(loop_delayed=seconds.append)))
    await asyncio.sleep(0)
    blocked_until = asyncio.get_running_loop().time() + INTERVAL_S + 0.2
    while asyncio.get_running_loop().time() < blocked_until:
        pass
    await asyncio.sleep(0.01)
    task.cancel()

    assert len(seconds) == 1
    assert seconds[0] >= 0.2
