"""Alerts as a judge says them and as Kafka gives them back: chains of revisions with their headers and offsets."""

from collections import Counter, defaultdict
from typing import NamedTuple

from monitor.findings import (
    Body,
    Check,
    Coverage,
    DayRange,
    Element,
    Explanation,
    Fact,
    FactClass,
    Level,
    Proof,
    Published,
    Reference,
    Rule,
    Severity,
    State,
    Status,
    Window,
    alert_id,
    publish,
)
from monitor.wire.headers import cloudevent_headers

NOON_MS = 1_762_574_400_000
SECRET_FEN = 8_271_828
MERCHANT = "m1:314159265358979323846264"
SHOP = "taomall-s-2718281"


class Kept(NamedTuple):
    """A record as aiokafka gives it, as far as the store looks."""

    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: tuple


class Judge:
    """Says revisions; numbers them as an engine does and gives them offsets as a log does."""

    def __init__(self, prefix="ft.", group="fairtrade"):
        self.prefix, self.group = prefix, group
        self._published = {}
        self._sequences = Counter()
        self._offsets = Counter()

    def say(self, number, partition=0, status=None, **changes):
        """Say the next revision of the alert of this number."""
        body = body_of(number, **changes)
        published = self._published.setdefault(number, Published(body.alert_id))
        said = status or (Status.opened if published.revision == 0 else Status.updated)
        self._sequences[partition] += 1
        sequence = self._sequences[partition]
        revision = publish(published, body, said, "day_closed", event_time=NOON_MS + sequence, sequence=sequence)
        return self.record(partition, revision)

    def record(self, partition, revision):
        """Put a revision on the log."""
        headers = tuple(cloudevent_headers(revision, self.prefix, self.group))
        offset = self._offsets[partition]
        self._offsets[partition] += 1
        return Kept(partition, offset, NOON_MS + offset, revision.alert_id.encode(), revision.value, headers)


def batch(*records, topic="ft.alerts"):
    """Order records by place, as a reader does."""
    found = defaultdict(list)
    for record in records:
        found[topic, record.partition].append(record)
    return dict(found)


def body_of(number, *, units=24, low_fen=SECRET_FEN, seen="190 min", shop=SHOP):
    """Answer a body with a bit of everything; a different alert for each number."""
    sku = f"taomall-k-{number:09d}"
    return Body(
        alert_id=alert_id("sub-cost", MERCHANT, "taomall", sku, "2025-11-08", "1"),
        typology="sub-cost",
        level=Level.lead,
        class_="D4",
        cost_grade="B",
        severity=Severity.high,
        provisional=False,
        subject=MERCHANT,
        shops=[shop],
        platform="taomall",
        sku=sku,
        respondent="taomall",
        window=Window(NOON_MS, None, NOON_MS + 60_000),
        facts=[
            Fact("units", units, 20, "piece", "orders"),
            Fact("low_fen", low_fen, None, "fen", "cost-1", FactClass.restricted),
            Fact("loss_fen", 3 * low_fen, None, "fen", "orders, costs"),
            Fact("levers", [{"kind": "PROMO_FORCE", "time": NOON_MS, "shop": shop}], source="shops"),
            Fact("force", "strong", source="offers"),
        ],
        checks=[Check("price_error", State.passed, seen), Check("cost_conflict", State.no_data, "one cost on file")],
        elements=[Element("PL-14-2", "purpose", Proof.open)],
        statutes=["PL-14-2"],
        rule=Rule("default", "1.0", "0" * 64, "0.1.0"),
        evidence=[
            Reference("costs", 0, 3, "taomall-cost-1", "a" * 64, "cost"),
            Reference("orders", 0, 17, "taomall-line-1", "b" * 64, "line"),
        ],
        evidence_days=[DayRange("2025-11-08", "orders", 12, 17, 40)],
        coverage=Coverage("full", 0, 0),
        explanation=Explanation("sub-cost.lead.D4", f"成本 {low_fen} 分", f"cost {low_fen} fen of {MERCHANT}"),
    )
