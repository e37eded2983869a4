"""The post between platforms and gateway: deliveries wait in the hour of their arrival and leave it in order."""

from collections import defaultdict
from collections.abc import Iterator

from monitor.eventtime.china import HOUR
from monitor.feed.delivery import Delivery


class Post:
    """Deliveries by hour of arrival; whoever hands one in after its hour has left loses it, so hours go forward."""

    def __init__(self) -> None:
        self.hours: defaultdict[int, list[Delivery]] = defaultdict(list)

    def take(self, delivery: Delivery) -> None:
        """Accept a delivery."""
        self.hours[delivery.arrival // HOUR].append(delivery)

    def leave(self, until: int) -> Iterator[list[Delivery]]:
        """Answer, hour by hour, what arrives before `until` (ms, a full hour), each in order of arrival."""
        for hour in sorted(hour for hour in self.hours if hour < until // HOUR):
            yield sorted(self.hours.pop(hour))
