"""Sub-cost pricing: goods sold below cost by a seller, a platform's own retail, a subsidy, or a merchant made to.

Reading order: `prices` (a day's sums), `costs` (which cost judges it), `day` (what it amounts to), `episodes` (how far
days go), `review` (what becomes of alerts), `lines` and `papers` (how records come in), `card` (what it is).
"""

from monitor.detect.sub_cost.card import DETECTOR

__all__ = ["DETECTOR"]
