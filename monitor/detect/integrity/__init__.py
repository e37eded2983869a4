"""Feed integrity: what is wrong with how a platform's records came, whatever they say.

Conduct: a platform withholds, re-sends in other words, dates back or miscounts what it must deliver, or falls silent.
The engine sees each lapse where it files a record's number; here lapses of one kind, platform and source become one
alert in the partition where they were seen. It is opened at once, told again at hour closes, resolved once nothing of
it can change any more, and withdrawn when all that was missing has come. `card.py` says what it cannot see.
"""

from msgspec import Struct

from monitor.detect.integrity.alerts import come_due, heed
from monitor.detect.integrity.card import CARD
from monitor.detect.integrity.finding import ID, MAJOR, TAG, Finding
from monitor.detect.registry import Detector, Family, Maturity, register


class Parameters(Struct, frozen=True):
    """None: one number that is missing is a lapse, and how long it may still come is the lateness of all records."""


DETECTOR = register(
    Detector(
        id=ID,
        version=f"{MAJOR}.0",
        maturity=Maturity.incubating,
        card=CARD,
        parameters=Parameters,
        families=(Family(TAG, Finding),),
        observe={},
        due=come_due,
        heed=heed,
    )
)
