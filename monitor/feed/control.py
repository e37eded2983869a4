"""What the regulator's office writes for everyone: registered platforms and announced campaigns."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.eventtime.china import DAY
from monitor.feed.delivery import Delivery, Kind, split
from monitor.feed.market import EVERYDAY, SALE

OFFICE = "province-office"
AUTHOR = "office-hz"
CAMPAIGN_NAMES = {
    EVERYDAY: {"zh": "天天低价", "en": "Everyday low prices"},
    SALE: {"zh": "大促", "en": "Grand sale"},
}


def registrations(platforms: Sequence[str], arrival: int) -> list[Delivery]:
    """Register platforms that feed all topics and send clock records, in force since ever."""
    return [
        entry(
            "platform_registered",
            f"control-platform_registered-{platform}",
            0,
            arrival,
            platform=platform,
            name={"zh": platform, "en": platform},
            topics=["orders", "offers", "shops"],
            disorder_ms=600_000,
            sends_clock=True,
        )
        for platform in platforms
    ]


def campaigns(start: int, end: int) -> list[Delivery]:
    """Announce the province's campaigns, in force over [start, end)."""
    return [
        entry(
            "campaign_announced",
            f"control-campaign_announced-{campaign}",
            start,
            start - DAY,
            campaign=campaign,
            name=name,
            signup_from=start - DAY,
            **{"from": start, "to": end},
        )
        for campaign, name in CAMPAIGN_NAMES.items()
    ]


def entry(kind: str, event_id: str, effective_from: int, arrival: int, **facts: Any) -> Delivery:
    """Answer one entry of the control log for every partition."""
    value: Mapping[str, Any] = {
        "type": kind,
        "event_id": event_id,
        "effective_from": effective_from,
        "sent_time": arrival,
        "author": AUTHOR,
        "reason": "simulated province",
        **facts,
    }
    platform = str(facts.get("platform", "office"))
    return Delivery(arrival, 0, Kind.entry, "control", event_id, platform, OFFICE, *split(value))
