"""The register of cases: what is staged, how many days it takes, and the verdict that it must have."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from monitor.feed.scene import Scene
from monitor.feed.truth import Truth, alert_id, day_written

SUB_COST, EXCLUSIVITY = "sub-cost", "exclusivity"

Stage = Callable[[Scene], Truth | tuple[Truth, ...]]
"""plays a case and answers its verdicts, several where several alerts come of it"""


_Stage = TypeVar("_Stage", bound=Stage)


class Case(NamedTuple):
    """One kind of plant or look-alike; it plays on days 0 to `span` - 1, day 0 being `weekday` (0 Monday) if given.

    `holed` loses a record of the accused platform on purpose, so it plays on the careless one and no other with it.
    """

    name: str
    stage: Stage
    span: int
    weekday: int | None = None
    holed: bool = False

    def play(self, scene: Scene) -> tuple[Truth, ...]:
        """Stage the case and answer all its verdicts."""
        verdicts = self.stage(scene)
        return verdicts if isinstance(verdicts, tuple) else (verdicts,)


class Register:
    """Cases in the order of their writing; `register(span=…)` is the decorator that enters one."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def __call__(self, span: int, weekday: int | None = None, *, holed: bool = False) -> Callable[[_Stage], _Stage]:
        """Enter the decorated function under its own name."""

        def enter(stage: _Stage) -> _Stage:
            self.cases.append(Case(stage.__name__, stage, span, weekday, holed))
            return stage

        return enter


def priced(
    scene: Scene,
    first: int,
    level: str,
    class_: str,
    cost_grade: str,
    severity: str,
    *,
    force: str | None = None,
    checks: dict[str, str] | None = None,
    exercises: tuple[str, ...] = (),
) -> Truth:
    """State the sub-cost alert that stands at rest; `first` is an instant of the first day that counts."""
    day = day_written(first)
    return Truth(
        case=scene.case,
        instance=scene.instance,
        typology=SUB_COST,
        outcome="alert",
        subject=scene.subject,
        platform=scene.platform,
        sku=scene.sku,
        alert_id=alert_id(SUB_COST, scene.subject, scene.platform, scene.sku, day),
        first_day=day,
        level=level,
        class_=class_,
        cost_grade=cost_grade,
        severity=severity,
        respondent=scene.subject if class_ == "D1" else scene.platform,
        force=force,
        checks=checks or {},
        exercises=exercises,
    )


def unpriced(
    scene: Scene,
    first: int,
    *,
    outcome: str = "none",
    explained: str | None = None,
    exercises: tuple[str, ...] = (),
) -> Truth:
    """State that no sub-cost alert stands at rest on what begins at `first`."""
    day = day_written(first)
    return Truth(
        case=scene.case,
        instance=scene.instance,
        typology=SUB_COST,
        outcome=outcome,
        subject=scene.subject,
        platform=scene.platform,
        sku=scene.sku,
        alert_id=alert_id(SUB_COST, scene.subject, scene.platform, scene.sku, day) if outcome == "withdrawn" else None,
        first_day=day,
        explained=explained,
        exercises=exercises,
    )


def coerced(
    scene: Scene,
    lever: int,
    level: str,
    *sequences: str,
    grade: str = "pressed",
    rival: str | None = "",
    checks: dict[str, str] | None = None,
    exercises: tuple[str, ...] = (),
) -> Truth:
    """State the exclusivity alert that stands at rest; `lever` is the instant of the episode's first lever.

    A lead is `medium` because the check against the neighbours has no data yet. `rival` defaults to the scene's.
    """
    day = day_written(lever)
    return Truth(
        case=scene.case,
        instance=scene.instance,
        typology=EXCLUSIVITY,
        outcome="alert",
        subject=scene.subject,
        platform=scene.platform,
        rival=scene.rival if rival == "" else rival,
        alert_id=alert_id(EXCLUSIVITY, scene.subject, scene.platform, None, day),
        first_day=day,
        level=level,
        grade=grade,
        severity="medium" if level == "lead" else "low",
        sequences=tuple(sorted(sequences)),
        checks=checks or {},
        respondent=scene.platform,
        exercises=exercises,
    )


def uncoerced(
    scene: Scene,
    lever: int,
    *,
    outcome: str = "none",
    explained: str | None = None,
    exercises: tuple[str, ...] = (),
) -> Truth:
    """State that no exclusivity alert stands at rest on the lever at that instant."""
    day = day_written(lever)
    return Truth(
        case=scene.case,
        instance=scene.instance,
        typology=EXCLUSIVITY,
        outcome=outcome,
        subject=scene.subject,
        platform=scene.platform,
        rival=scene.rival,
        alert_id=alert_id(EXCLUSIVITY, scene.subject, scene.platform, None, day) if outcome == "withdrawn" else None,
        first_day=day,
        explained=explained,
        exercises=exercises,
    )
