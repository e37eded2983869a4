"""Exclusivity coercion ("pick one from two"): a platform punishes a merchant for selling on a rival platform.

Conduct: levers of a platform on a merchant who sells on a rival too, or has just begun there, or refused to be
exclusive. A lever makes a notice at once; a lead once both clocks are past the hold-back, no innocent explanation
applies, and the lever is absolute, or one of two kinds, or follows the rival-side event closely, or the merchant left
the rival. `card.py` says what it cannot see; `parameters.py` holds every number.
"""

from monitor.detect.exclusivity import keys
from monitor.detect.exclusivity.alerts import MAJOR
from monitor.detect.exclusivity.body import ID
from monitor.detect.exclusivity.card import CARD
from monitor.detect.exclusivity.intake import (
    come_due,
    observe_cancellation,
    observe_fact,
    observe_line,
    observe_price,
)
from monitor.detect.exclusivity.parameters import Parameters
from monitor.detect.exclusivity.state import Accusation, Activity, Holdback, Prices, Side, Subject
from monitor.detect.exclusivity.why import why
from monitor.detect.registry import Clock, Detector, Family, Maturity, register
from monitor.events import (
    AutoFollowDisabled,
    AutoFollowEnabled,
    ComplaintFiled,
    ExclusivityAgreed,
    ExclusivityEnded,
    ExclusivityRefused,
    LeverPulled,
    LeverReleased,
    LineCancelled,
    LinePlaced,
    ListingChanged,
    PriceChanged,
    PriceOverridden,
    PromotionForced,
    PromotionJoined,
    PromotionLeft,
    SanctionPublished,
    StatusChanged,
    WarningIssued,
)

_FACTS = (
    StatusChanged,
    ListingChanged,
    LeverPulled,
    LeverReleased,
    PromotionJoined,
    PromotionLeft,
    PromotionForced,
    PriceOverridden,
    AutoFollowEnabled,
    AutoFollowDisabled,
    ExclusivityAgreed,
    ExclusivityEnded,
    ExclusivityRefused,
    ComplaintFiled,
    SanctionPublished,
    WarningIssued,
)

DETECTOR = register(
    Detector(
        id=ID,
        version=f"{MAJOR}.0",
        maturity=Maturity.incubating,
        card=CARD,
        parameters=Parameters,
        families=(
            Family(keys.SUBJECT, Subject),
            Family(keys.ACTIVITY, Activity),
            Family(keys.SIDE, Side),
            Family(keys.PRICES, Prices),
            Family(keys.ACCUSATION, Accusation),
            Family(keys.HOLDBACK, Holdback, Clock.joint),
        ),
        observe={
            LinePlaced: observe_line,
            LineCancelled: observe_cancellation,
            PriceChanged: observe_price,
            **dict.fromkeys(_FACTS, observe_fact),
        },
        due=come_due,
        why=why,
    )
)
