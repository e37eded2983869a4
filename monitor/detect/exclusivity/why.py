"""Why a platform's treatment of a merchant makes no alert, or no lead: told from its state, and changing nothing."""

from collections.abc import Iterator, Sequence

from monitor.detect.exclusivity.alerts import feed_of, joint_clock
from monitor.detect.exclusivity.body import ID, severity_of
from monitor.detect.exclusivity.episode import INSUFFICIENT, Episode, Pressed, read
from monitor.detect.exclusivity.keys import accusation_of, dossier_of, subject_of
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.rival_side import Dossier
from monitor.detect.exclusivity.state import Activity, Alert
from monitor.detect.exclusivity.verdict import Verdict, judge
from monitor.detect.registry import Desk
from monitor.detect.telling import Kind, Line
from monitor.eventtime.china import MINUTE, day_of, written
from monitor.findings import Check, Level, State
from monitor.law.checks import BARS, CHECKS
from monitor.law.levers import is_absolute


def why(desk: Desk, subject: str, keys: Sequence[str]) -> Iterator[Line]:  # noqa: ARG001 - its own keys lead to all
    """Say of every platform on which a merchant is known what it does there and what of its levers is missing."""
    for platform in subject_of(desk, subject).platforms:
        yield from _Telling(desk, subject, platform).lines()


class _Telling:
    """One (subject, platform) as it stands; built for one question and dropped after it."""

    def __init__(self, desk: Desk, subject: str, platform: str) -> None:
        self.desk = desk
        self.platform = platform
        self.parameters: Parameters = desk.parameters(ID)
        self.dossier: Dossier = dossier_of(desk, subject, platform)
        self.now = desk.clock(platform)
        self.reading = read(self.dossier, self.parameters, self.now)
        self.alerts = list(accusation_of(desk, subject, platform).alerts.values())

    def lines(self) -> Iterator[Line]:
        """Say what is on file, then of each lever or episode what is missing."""
        yield from self._activity()
        for alert in self.alerts:
            text = f"alert {alert.published.alert_id} is {alert.published.status}"
            yield self._line(Kind.known, "alert", text, value=alert.published.revision)
        if not self.dossier.side.pulls:
            text = "no lever of this platform on this merchant is on file"
            yield self._line(Kind.lacks, "lever", text, value=0, threshold=1)
        for pressed, reason in self.reading.non_verdicts:
            yield from self._no_verdict(pressed, reason)
        for episode in self.reading.episodes:
            yield from self._episode(episode)

    def _activity(self) -> Iterator[Line]:
        activity = self.dossier.activities.get(self.platform)
        if activity is not None and activity.days:
            days = sum(sold > 0 for sold in activity.days.values())
            text = f"sold on {days} of the days kept, in {len(activity.shops)} shops"
            yield self._line(Kind.known, "activity", text, value=days)
        side = self.dossier.side
        if side.shops or side.pulls:
            text = f"{len(side.shops)} shops and {len(side.pulls)} levers on file, the newest fact of "
            yield self._line(Kind.known, "side", text + written(side.newest), value=len(side.pulls))

    def _no_verdict(self, pressed: Pressed, reason: str) -> Iterator[Line]:
        lever = f"{pressed.lever.pull.lever} of {written(pressed.lever.time)}"
        if reason != INSUFFICIENT:
            check = next(one for one in pressed.checks if one.look_alike == pressed.explained)
            yield self._check(check, f"{lever} is explained: {CHECKS[check.look_alike].en}")
            return
        if not self.dossier.rivals:
            yield self._line(Kind.lacks, "rival", f"{lever}: the merchant is known on no other platform")
        for rival in self.dossier.rivals:
            days = self._days_on_both(rival, pressed)
            wanted, width = self.parameters.history_days, self.parameters.history_window_days
            text = f"{lever}: days with lines on both platforms in the {width} days before: {days} of {wanted}"
            yield self._line(Kind.lacks, "history_days", text, about=rival, value=days, threshold=wanted)
        absolute = is_absolute(pressed.lever.pull, self.parameters.thresholds)
        within = f"{self.parameters.t0_tail_days} d" if absolute else f"{self.parameters.t0_hours} h"
        text = f"{lever}: nothing began on a rival, and no exclusivity was refused, in the {within} before"
        yield self._line(Kind.lacks, "t0", text)

    def _days_on_both(self, rival: str, pressed: Pressed) -> int:
        last = day_of(pressed.lever.time) - 1
        span = range(last - self.parameters.history_window_days + 1, last + 1)
        own = _active(self.dossier.activities.get(self.platform), span)
        return len(own & _active(self.dossier.activities.get(rival), span))

    def _episode(self, episode: Episode) -> Iterator[Line]:
        rival = episode.homing.rival
        alert = next((one for one in self.alerts if _is_about(one, episode)), None)
        joint = max(joint_clock(self.desk, self.platform, rival), -1 if alert is None else alert.held)
        verdict = judge(episode, self.dossier, self.parameters, self.now, joint, feed_of(self.desk))
        begun = episode.levers[0].lever.time
        severity = severity_of(verdict, self.desk.coverage(self.platform, begun, max(self.now, begun) + 1))
        text = (
            f"{len(episode.levers)} levers since {written(begun)}: {verdict.level}, "
            f"{verdict.grade}, {severity}, sequences {' '.join(verdict.sequences) or 'none'}"
        )
        yield self._line(Kind.known, "episode", text, about=rival, value=len(episode.levers))
        if verdict.level is Level.notice:
            yield from self._missing_for_a_lead(episode, joint)
        yield from self._checks(verdict)

    def _missing_for_a_lead(self, episode: Episode, joint: int) -> Iterator[Line]:
        rival = episode.homing.rival
        due = episode.levers[-1].lever.time + self.parameters.holdback
        if joint < due:
            whose = "the platform's clock" if rival is None else f"the clocks of the platform and of {rival}"
            text = f"{whose} must be {self.parameters.holdback_minutes} min past the last lever"
            yield self._line(Kind.waits, "holdback", text, about=rival, due=due, clock=joint)
        stands = self.parameters.in_force_minutes
        for pressed in episode.levers:
            if not pressed.lever.in_force_at(pressed.lever.time + stands * MINUTE):
                text = f"{pressed.lever.pull.lever} of {written(pressed.lever.time)} was released within {stands} min"
                yield self._line(Kind.lacks, "in_force", text, about=rival)
        yield from self._ground(episode)

    def _ground(self, episode: Episode) -> Iterator[Line]:
        limits = self.parameters.thresholds
        kinds = {pressed.lever.pull.lever for pressed in episode.levers}
        if any(is_absolute(pressed.lever.pull, limits) for pressed in episode.levers):
            return
        near = self.parameters.t0_main
        if any(one.t0 is not None and one.lever.time - one.t0.time <= near for one in episode.levers) or episode.exit:
            return
        if len(kinds) < self.parameters.soft_kinds:
            text = f"kinds of soft levers: {len(kinds)} of {self.parameters.soft_kinds}"
            more = f"; or an absolute lever, a rival-side event within {self.parameters.t0_hours} h, an exit"
            yield self._line(
                Kind.lacks, "soft_kinds", text + more, value=len(kinds), threshold=self.parameters.soft_kinds
            )

    def _checks(self, verdict: Verdict) -> Iterator[Line]:
        for check in verdict.checks:
            if check.state is State.failed:
                does = "keeps it a notice" if check.look_alike in BARS else "applies"
                yield self._check(check, f"{CHECKS[check.look_alike].en}: {does}")
            elif check.state is State.no_data:
                yield self._check(check, f"could not be checked: {CHECKS[check.look_alike].en}")

    def _check(self, check: Check, text: str) -> Line:
        seen = f" ({check.seen})" if check.seen else ""
        return self._line(Kind.lacks, f"check:{check.look_alike}", text + seen)

    def _line(
        self,
        kind: Kind,
        name: str,
        text: str,
        *,
        about: str | None = None,
        value: int | None = None,
        threshold: int | None = None,
        due: int | None = None,
        clock: int | None = None,
    ) -> Line:
        return Line(
            kind=kind,
            platform=self.platform,
            name=name,
            text=text,
            about=about,
            value=value,
            threshold=threshold,
            due=due,
            clock=clock,
        )


def _active(activity: Activity | None, span: range) -> set[int]:
    return set() if activity is None else {day for day, sold in activity.days.items() if sold > 0 and day in span}


def _is_about(alert: Alert, episode: Episode) -> bool:
    own = {report.cited.event_id for pressed in episode.levers for report in pressed.lever.reports}
    return not own.isdisjoint(alert.levers)
