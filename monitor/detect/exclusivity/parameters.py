"""The rule set of exclusivity coercion: every number of the detector, with its default and why it is so.

Spans include both ends. The windows are those of the decided cases (domain.md 2.3): an evening, two days, three weeks.
"""

from msgspec import Struct

from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.law.levers import Thresholds


class Parameters(Struct, frozen=True):
    """Integers only, in the unit of the name."""

    history_days: int = 7
    """Days with lines on both platforms that make a merchant one who sells on both: one week of trade."""
    history_window_days: int = 28
    """Days before the first lever's day in which they must lie; four whole weeks even out weekdays."""
    t0_hours: int = 72
    """A lever this soon after a rival-side event is retaliation by itself (Wenzhou: the same evening; FT: two days)."""
    t0_tail_days: int = 21
    """How far back a rival-side event still explains an absolute lever (Galanz: three weeks)."""
    exit_days: int = 14
    """How soon after a lever an exit from the rival counts as its effect."""
    relief_days: int = 14
    """How soon after the exit a release counts as its reward."""
    release_hours: int = 48
    """How soon after an exit or a complaint a release is an on/off switch (Wenzhou: 23 h)."""
    holdback_minutes: int = 60
    """How far both clocks must be past a lever before a lead: what explains a lever arrives within the hour."""
    in_force_minutes: int = 60
    """How long a lever must stand to be more than a slip of a hand."""
    same_lever_minutes: int = 60
    """Two reports of one lever, by feed and crawl, lie at most this far apart."""
    window_days: int = 14
    """How long after the last lever, or the exit, what happens still belongs to the episode."""
    open_lever_days: int = 14
    """Through which day after its own a lever without a release contributes."""
    resolve_days: int = 7
    """Closed days without contribution after which an alert is resolved."""
    soft_kinds: int = 2
    """How many kinds of soft levers together make a lead."""
    meal_peaks: int = 2
    """Throughout how many meal peaks throttled delivery terms must be in force."""
    radius_m: int = 1_000
    """A delivery radius below this is throttling (Huai'an: 500 m)."""
    radius_percent: int = 20
    """So is a radius below this part of the one before."""
    min_order_times: int = 5
    """A minimum order above this many times the one before is throttling (Huai'an: RMB 500)."""
    delivery_fee_times: int = 5
    """So is such a delivery fee (Huai'an: RMB 50)."""
    fee_raise_bp: int = 300
    """From this rise a fee is a lever (Huai'an: 18 to 25 per cent)."""
    shop_age_days: int = 30
    """A younger shop has a cold start of its own."""
    own_rise_percent: int = 10
    """A rise of the merchant's own price above this explains lost visibility."""
    own_rise_days: int = 7
    """In how many days before the lever."""
    stock_days: int = 7
    """How long what was last known of the stock holds."""
    closing_days: int = 7
    """Closing everywhere within these days of the exit is a merchant giving up, not giving in."""
    feed_minutes: int = 60
    """Around a lever the feeds must be whole for this long on either side."""

    @property
    def thresholds(self) -> Thresholds:
        """What the table of levers needs of the rule set."""
        return Thresholds(
            radius_m=self.radius_m,
            radius_percent=self.radius_percent,
            min_order_times=self.min_order_times,
            delivery_fee_times=self.delivery_fee_times,
            fee_raise_bp=self.fee_raise_bp,
        )

    @property
    def holdback(self) -> int:
        """The hold-back in ms."""
        return self.holdback_minutes * MINUTE

    @property
    def window(self) -> int:
        """The A2 window in ms."""
        return self.window_days * DAY

    @property
    def t0_main(self) -> int:
        """The span of plain retaliation in ms."""
        return self.t0_hours * HOUR

    @property
    def t0_tail(self) -> int:
        """The longest span from a rival-side event to a lever in ms."""
        return self.t0_tail_days * DAY
