"""What an officer must know of the detector of exclusivity coercion."""

from monitor.detect.registry import OffenceCard
from monitor.law.statutes import EXCLUSIVITY

CARD = OffenceCard(
    title_zh="“二选一”：平台迫使商户排他经营",
    title_en="Exclusivity coercion: a platform makes a merchant pick one from two",
    conduct=(
        "A platform blocks, rests, hides, delists, demotes or charges a merchant because he sells on a rival platform, "
        "began to, or refused to be exclusive."
    ),
    statutes=(*EXCLUSIVITY, "PRM"),
    inputs=("orders", "offers", "shops"),
    decision=(
        "notice = a platform's lever on a merchant with lines on both platforms on 7 of 28 days, or a rival-side event "
        "within 72 h (21 d for an absolute lever). lead = 1 h later on both clocks, no check failed, the lever "
        "still in force or the rival left, and one of: an absolute lever, two kinds of soft levers, a rival-side event "
        "within 72 h, an exit from the rival within 14 d"
    ),
    cannot_see=(
        "demands by telephone and other threats that leave no record",
        "throttling of exposure that no record names",
        "rewards alone, which are facts beside a lever",
        "whether the whole platform or the neighbourhood was hit alike: that comes with the strata",
        "shops without a social credit code, which are never taken for one merchant's",
    ),
    innocent=(
        "the merchant acted himself, or agreed",
        "a sanction was published for this shop and measure, in time and on a valid ground",
        "the goods were out of stock",
        "exclusivity was sold and paid for before the rival's side began",
        "the merchant gave up everywhere",
        "the shop was new",
        "the merchant raised his own prices",
        "the whole platform, or the neighbourhood, moved together",
        "the feed had a hole or fell silent",
    ),
    first_steps=(
        "Ask the platform for the rule, the notice and the log of the lever; do not name who complained.",
        "Ask the merchant whether he was told to leave the rival, by whom and how.",
        "Look for other merchants of the same platform with levers after the same rival's events.",
    ),
)
