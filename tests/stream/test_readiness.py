from monitor.stream.readiness import SPAN_S, Readiness


class Clock:
    """Shows what it is set to."""

    now = 0.0

    def __call__(self) -> float:
        """Answer seconds."""
        return self.now


def test_a_worker_is_ready_until_more_than_half_is_refused():
    """Half of the last minute refused is fit, one more is not: our own contract may be broken."""
    readiness = Readiness(Clock())
    readiness.note(10, 5)
    half = readiness.is_ready
    readiness.note(1, 1)

    assert half
    assert not readiness.is_ready


def test_what_is_older_than_a_minute_does_not_count():
    """A burst of bad records is forgiven a minute later."""
    clock = Clock()
    readiness = Readiness(clock)
    readiness.note(10, 10)
    clock.now = SPAN_S
    during = readiness.is_ready
    clock.now = SPAN_S + 0.1

    assert not during
    assert readiness.is_ready


def test_a_worker_without_records_is_ready():
    """Nothing refused is nothing wrong."""
    assert Readiness(Clock()).is_ready
