"""How far the facts show each element of the statutes; purpose and dominance are never more than open here."""

from monitor.detect.exclusivity.verdict import Grade, Verdict
from monitor.findings import Check, Element, Proof, State
from monitor.law.statutes import BY_ID


def elements(verdict: Verdict, statutes: list[str], history_days: int) -> list[Element]:
    """List every element of the statutes with how far it is shown; `proven` is for recorded facts alone."""
    states = {
        "restriction": _recorded(verdict.checks),
        "restricted_dealing": Proof.indicated,
        "technical_means": Proof.indicated,
        "hindrance": Proof.open if verdict.grade is Grade.pressed else Proof.indicated,
        "multi_homing": Proof.proven if verdict.episode.homing.days >= history_days else Proof.indicated,
        "platform_operator": Proof.proven,
        "unreasonable": _excluded(verdict.checks, "basis"),
        "platform_rule": Proof.proven,
    }
    return [Element(name, one, states.get(one, Proof.open)) for name in statutes for one in BY_ID[name].elements]


def _recorded(checks: list[Check]) -> Proof:
    """The lever is a recorded fact once it is known to be the platform's act."""
    return Proof.proven if _state(checks, "actor") is State.passed else Proof.indicated


def _excluded(checks: list[Check], look_alike: str) -> Proof:
    return Proof.indicated if _state(checks, look_alike) is State.passed else Proof.open


def _state(checks: list[Check], look_alike: str) -> State:
    return next(check.state for check in checks if check.look_alike == look_alike)
