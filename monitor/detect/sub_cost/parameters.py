"""The numbers of the sub-cost rule set; each may be set by a rule entry of the control log."""

from msgspec import Struct


class Parameters(Struct, frozen=True):
    """Defaults are the rule set as given (verdicts.md 2); shares and tolerances are basis points."""

    tolerance_bp: int = 300
    """How far below cost a price may lie unharmed, with a cost of grade A to C: measurement error of a cost."""
    weak_tolerance_bp: int = 1_000
    """The same with a cost of grade D or E, which is somebody else's."""
    share_bp: int = 5_000
    """From which share of quantity below cost a day counts, and the same of a lead's window."""
    units: int = 20
    """From how many units below cost a day or a window says more than chance."""
    lines: int = 5
    """From how many order lines below cost it does."""
    lead_days: int = 3
    """From how many days that count within the window a notice becomes a lead."""
    window_days: int = 7
    """How many closed days a lead looks at, and after how many without a day that counts an episode ends."""
    severe_bp: int = 5_000
    """Below which part of cost the mean price of one day is severe."""
    priority_days: int = 14
    """From how many days that count among `long_days` selling below cost is sustained."""
    long_days: int = 28
    """The long window, in closed days."""
    depth_bp: int = 1_500
    """From which loss per cost of what is sold below cost a lead has priority."""
    class_bp: int = 5_000
    """Which share of the quantity below cost alone makes a class."""
    price_error_ms: int = 3_600_000
    """How long lines below cost of one day may span and still be a slip; more is none."""
    conflict_bp: int = 12_000
    """Up to which ratio of the highest to the lowest cost of one level and grade they agree."""
