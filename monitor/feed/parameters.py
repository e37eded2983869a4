"""The numbers that plants are built from, as the published rules state them; the simulator's own copy on purpose.

A plant lies five hundredths of a parameter beyond it, a look-alike as much inside; counts lie exactly on it and one
short. Whoever moves a parameter of the detectors by a fifth, or a count by one, sees a planted verdict change.
"""

from monitor.eventtime.china import DAY, HOUR, MINUTE

# sub-cost
TOLERANCE_BP = 300
SOFT_TOLERANCE_BP = 1_000
SHARE_BP = 5_000
UNITS = 20
LINES = 5
DAYS = 3
WINDOW_DAYS = 7
RESOLVED_DAYS = 7
SEVERE_BP = 5_000
DEPTH_BP = 1_500
SUSTAINED_DAYS = 14
SUSTAINED_WINDOW_DAYS = 28
PRICE_ERROR = 60 * MINUTE
CONFLICT_BP = 12_000
LATENESS = 7 * DAY
GRACE = 30 * MINUTE

# exclusivity
SAME_LEVER = 1 * HOUR
A2_WINDOW = 14 * DAY
ACTIVE_DAYS = 7
HISTORY_DAYS = 28
T0 = 72 * HOUR
T0_TAIL = 21 * DAY
HOLD_BACK = 1 * HOUR
SOFT_LEVERS = 2
EXIT = 14 * DAY
RELIEF = 14 * DAY
ON_OFF = 48 * HOUR
RADIUS_METRES = 1_000
RADIUS_BP = 2_000
TIMES = 5
PEAKS = 2
FEE_RAISE_BP = 300
BASIS_WORKING_DAYS = 1
STOCK_KNOWN = 7 * DAY
SHOP_AGE = 30 * DAY
OWN_PRICE_BP = 1_000
OWN_PRICE_SEEN = 7 * DAY
CLOSING = 7 * DAY
OPEN_LEVER_DAYS = 14
FEED_AROUND = 1 * HOUR


def above(value: int) -> int:
    """Answer five hundredths more than a parameter."""
    return value * 105 // 100


def under(value: int) -> int:
    """Answer five hundredths less than a parameter."""
    return value * 95 // 100
