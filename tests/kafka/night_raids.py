"""A whole detector for tests: a platform that overrides prices between midnight and six, one notice a day."""

from msgspec import Struct

from monitor.detect.explanation import explain
from monitor.detect.registry import Desk, Detector, Family, Maturity, OffenceCard
from monitor.events import PLATFORM_ACTORS, PriceOverridden, Record
from monitor.eventtime.china import HOUR, day_end, day_of, day_start, iso
from monitor.findings import (
    Body,
    Coverage,
    Explanation,
    Fact,
    Level,
    Published,
    Reference,
    Status,
    Window,
    alert_id,
    severity,
)

ID = "night-raids"


class Parameters(Struct, frozen=True):
    """`least`: overrides in one night."""

    least: int = 2


class Night(Struct):
    """One merchant's last night on one platform."""

    day: int = 0
    cited: list[Reference] = []
    published: Published | None = None


def observe(desk: Desk, record: Record) -> None:
    event: PriceOverridden = record.event
    day = day_of(event.event_time)
    if event.actor not in PLATFORM_ACTORS or event.event_time >= day_start(day) + 6 * HOUR:
        return
    key = f"z\n{event.subject}\n{event.platform}"
    night = desk.get(key) or Night()
    if night.day != day:
        night = Night(day)
    night.cited.append(desk.reference(record, "override"))
    desk.put(key, night, day_end(day))


def due(desk: Desk, key: str, _: int) -> None:
    night = desk.get(key)
    if len(night.cited) < desk.parameters(ID).least:
        desk.drop(key)
        return
    _, subject, platform = key.split("\n")
    night.published = Published(alert_id(ID, subject, platform, None, iso(night.day), "1"))
    desk.publish(night.published, _body(desk, subject, platform, night), Status.opened, "opened", day_start(night.day))
    desk.put(key, night)


def _body(desk: Desk, subject: str, platform: str, night: Night) -> Body:
    start = day_start(night.day)
    body = Body(
        alert_id=night.published.alert_id,
        typology=ID,
        level=Level.notice,
        severity=severity(Level.notice, critical=False, unsure=False),
        provisional=False,
        subject=subject,
        shops=[],
        platform=platform,
        respondent=platform,
        window=Window(start, start + 6 * HOUR, desk.clock(platform)),
        facts=[Fact("overrides", len(night.cited), desk.parameters(ID).least)],
        checks=[],
        rule=desk.rule(ID),
        evidence=night.cited,
        coverage=Coverage("full", 0, 0),
        explanation=Explanation("", "", ""),
    )
    body.explanation = explain(body)
    return body


DETECTOR = Detector(
    id=ID,
    version="1.0",
    maturity=Maturity.sandbox,
    card=OffenceCard("夜间改价", "Prices set at night", "", (), ("offers",), "", (), (), ()),
    parameters=Parameters,
    families=(Family("z", Night),),
    observe={PriceOverridden: observe},
    due=due,
)
