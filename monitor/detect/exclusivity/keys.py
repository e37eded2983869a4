"""The keys of the detector's state, and what belongs together behind them.

A subject's own key has an empty platform: it is never due.
"""

from monitor.detect.exclusivity.rival_side import Dossier
from monitor.detect.exclusivity.state import Accusation, Activity, Side, Subject
from monitor.detect.registry import Desk

SUBJECT, ACTIVITY, SIDE, PRICES, ACCUSATION, HOLDBACK = "x", "a", "f", "q", "y", "h"


def subject_key(subject: str) -> str:
    """Name what is known of a subject on all platforms."""
    return f"{SUBJECT}\n{subject}\n"


def activity_key(subject: str, platform: str) -> str:
    """Name a subject's order lines on a platform."""
    return f"{ACTIVITY}\n{subject}\n{platform}"


def side_key(subject: str, platform: str) -> str:
    """Name all else that is known of a subject on a platform."""
    return f"{SIDE}\n{subject}\n{platform}"


def prices_key(subject: str, platform: str, sku: str) -> str:
    """Name a SKU's own prices."""
    return f"{PRICES}\n{subject}\n{platform}\n{sku}"


def accusation_key(subject: str, platform: str) -> str:
    """Name the alerts about a platform's treatment of a subject."""
    return f"{ACCUSATION}\n{subject}\n{platform}"


def holdback_key(subject: str, platform: str, rival: str) -> str:
    """Name the wait for a rival's clock."""
    return f"{HOLDBACK}\n{subject}\n{platform}\n{rival}"


def subject_of(desk: Desk, subject: str) -> Subject:
    """Answer what is known of a subject, empty before its first record."""
    known: Subject | None = desk.get(subject_key(subject))
    return Subject() if known is None else known


def meet(desk: Desk, subject: str, platform: str) -> None:
    """Note that a subject is known on a platform."""
    known = subject_of(desk, subject)
    if platform not in known.platforms:
        known.platforms = sorted([*known.platforms, platform])
        desk.put(subject_key(subject), known)


def dossier_of(desk: Desk, subject: str, platform: str) -> Dossier:
    """Gather all that is known of a subject, as seen from the accused platform."""
    sides: dict[str, Side] = {}
    activities: dict[str, Activity] = {}
    for name in subject_of(desk, subject).platforms:
        side = desk.get(side_key(subject, name))
        if side is not None:
            sides[name] = side
        activity = desk.get(activity_key(subject, name))
        if activity is not None:
            activities[name] = activity
    return Dossier(platform, sides, activities)


def accusation_of(desk: Desk, subject: str, platform: str) -> Accusation:
    """Answer what was published about a platform's treatment of a subject."""
    known: Accusation | None = desk.get(accusation_key(subject, platform))
    return Accusation() if known is None else known
