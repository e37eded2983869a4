"""Clock records: each platform's promise, topic by topic, that nothing older follows."""

from collections.abc import Iterator, Sequence

from monitor.eventtime.china import DAY, HOUR, MINUTE, day_start
from monitor.feed.delivery import Delivery, Kind

CLOCKED = ("orders", "offers", "shops")
PROMISE = 10 * MINUTE
"""how long after an instant a platform promises that everything before it was sent"""
REST_DAYS = 9
"""days of clock records after the last event: close, hold-back and the seventh day without contribution"""
GRACE = 30 * MINUTE
LAST_NUMBER = 1 << 60
"""clock records come after what arrives in the same millisecond"""


def clocks(platforms: Sequence[str], clock: int) -> Iterator[Delivery]:
    """Answer the clock records of all platforms that promise `clock` (ms); they arrive `PROMISE` later."""
    arrival = clock + PROMISE
    for platform in platforms:
        for topic in CLOCKED:
            yield clock_record(platform, topic, clock, arrival)


def clock_record(platform: str, topic: str, clock: int, arrival: int) -> Delivery:
    """Answer one clock record, for every partition of a topic."""
    head = b'{"type":"clock_advanced","event_id":"%b-clock-%b-%d","platform":"%b",' % (
        platform.encode(),
        topic.encode(),
        clock,
        platform.encode(),
    )
    tail = b',"event_time":%d,"sent_time":%d,"clock":%d}' % (clock, arrival, clock)
    return Delivery(arrival, LAST_NUMBER, Kind.clock, topic, platform, platform, f"{platform}-feed", head, tail)


def resting(first_day: int) -> list[int]:
    """Answer the clocks of `REST_DAYS` quiet days from `first_day` on, each at 00:30."""
    return [day_start(first_day) + number * DAY + GRACE for number in range(REST_DAYS + 1)]


def hours(first_day: int, days: int) -> range:
    """Answer the beginnings (ms) of all hours of `days` days."""
    return range(day_start(first_day), day_start(first_day + days), HOUR)
