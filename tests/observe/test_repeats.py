"""A library that says the same thing thousands of times is written once and counted; nothing else is left out."""

import io
import json
import logging

import pytest

from monitor.observe.logs import Lines, event
from monitor.observe.repeats import COUNTED_S, MOST_SHAPES, Once, Repeats


class Clock:
    """Shows what it is set to, in seconds."""

    now = 0.0

    def __call__(self):
        """Answer it."""
        return self.now


@pytest.fixture
def clock():
    """A clock of this test."""
    return Clock()


@pytest.fixture
def log(clock):
    """A log on a stream, and its handler."""
    stream = io.StringIO()
    handler = Once(stream, Repeats(clock))
    handler.setFormatter(Lines())
    return handler, stream


def say(log, text, *arguments, level=logging.ERROR, name="aiokafka", error=None):
    handler, _ = log
    handler.handle(logging.LogRecord(name, level, __file__, 1, text, arguments, error))


def written(log):
    return [(line["message"], line.get("repeats")) for line in map(json.loads, log[1].getvalue().splitlines())]


def test_a_repeated_line_is_written_once_and_counted_every_30_seconds(log, clock):
    """The first is there at once; after 30 s the newest one comes with how many there were, and so on."""
    for attempt in range(1_000):
        say(log, "Unable connect to node with id %s: refused", attempt)
    clock.now = COUNTED_S
    say(log, "Unable connect to node with id %s: refused", 1_000)
    say(log, "Unable connect to node with id %s: refused", 1_001)
    clock.now = 2 * COUNTED_S
    say(log, "something else")

    assert [
        ("Unable connect to node with id 0: refused", None),
        ("Unable connect to node with id 999: refused", 999),
        ("Unable connect to node with id 1001: refused", 2),
        ("something else", None),
    ] == written(log)


def test_another_text_level_logger_or_error_is_another_line(log):
    """Only numbers are taken for the same: a certificate that is refused never hides behind a closed port."""
    say(log, "Unable connect: %s", "connection refused")
    say(log, "Unable connect: %s", "certificate has expired")
    say(log, "Unable connect: %s", "connection refused", level=logging.WARNING)
    say(log, "Unable connect: %s", "connection refused", name="mode")
    for error in (ValueError(), KeyError()):
        say(log, "Unable connect: %s", "connection refused", error=(type(error), error, None))

    assert 6 == len(written(log))


def test_a_line_that_comes_back_after_a_while_is_a_first_one(log, clock):
    """Two outages an hour apart are two lines, none of them a count."""
    say(log, "gone")
    clock.now = 3_600
    say(log, "gone")

    assert [("gone", None), ("gone", None)] == written(log)


def test_what_was_counted_is_said_at_the_end(log):
    """A process that ends within the 30 seconds leaves its counts in the log."""
    for _ in range(3):
        say(log, "gone")
    log[0].close()

    assert [("gone", None), ("gone", 2)] == written(log)


def test_our_own_events_are_never_counted(clock):
    """A hundred alerts are a hundred lines."""
    stream = io.StringIO()
    handler = Once(stream, Repeats(clock))
    handler.setFormatter(Lines())
    logger = logging.getLogger("fairtrade.alert")
    logger.addHandler(handler)
    try:
        for _ in range(100):
            event("alert.published", level=logging.WARNING, partition=1)
    finally:
        logger.removeHandler(handler)

    assert 100 == len(stream.getvalue().splitlines())


def test_what_is_remembered_is_bounded(log):
    """A library that never says the same thing twice does not fill the memory."""
    for number in range(2 * MOST_SHAPES):
        say(log, "a" * number)

    assert MOST_SHAPES == len(log[0]._repeats._heard)
