import pytest

from monitor.detect.sub_cost.classes import Class, classify, is_severe, mean_micro, sums_of
from monitor.detect.sub_cost.day import Day
from monitor.detect.sub_cost.episodes import judge, split
from monitor.detect.sub_cost.parameters import Parameters
from monitor.detect.sub_cost.prices import MICRO
from monitor.events import CostGrade, Unit

RULES = Parameters()


def _day(day, below=40, total=None, lines=10, price=900, grade=CostGrade.A, seller=None, **fields):
    """A day on which `below` units went for `price` by buyer's price, the rest at cost; `seller` is his price."""
    total = below if total is None else total
    seller = price if seller is None else seller
    rest = (total - below) * 1000 * MICRO
    said = {
        "seller_below": below if seller < 970 else 0,
        "seller_below_micro": below * seller * MICRO if seller < 970 else 0,
        "buyer_below_micro": below * price * MICRO,
        "buyer_micro": below * price * MICRO + rest,
        "seller_micro": below * seller * MICRO + rest,
    }
    return Day(day, grade, 1000, 1, Unit.piece, ["c"], total, below, lines, **{**said, **fields})


@pytest.mark.parametrize(("below", "expected"), [(20, True), (19, False)])
def test_half_of_the_quantity_makes_a_day_count(below, expected):
    """20 of 40 count, 19 do not."""
    assert _day(1, below, 40).counts(RULES) is expected


def test_a_day_without_anything_below_cost_does_not_count():
    """Nothing of nothing is no share."""
    assert not _day(1, 0, 0).counts(RULES)


@pytest.mark.parametrize(("below", "lines", "expected"), [(20, 5, True), (19, 5, False), (20, 4, False)])
def test_twenty_units_and_five_lines_are_enough(below, lines, expected):
    """Both minima are of what is below cost."""
    assert _day(1, below, lines=lines).is_enough(RULES) is expected


@pytest.mark.parametrize(("below", "expected"), [(20_000, True), (19_999, False)])
def test_weighed_goods_count_in_the_quantity_of_their_cost(below, expected):
    """With a cost per 1,000 g 20 units are 20 kg."""
    day = Day(1, CostGrade.A, 388, 1000, Unit.gram, ["c"], below, below, 5)

    assert day.is_enough(RULES) is expected


def test_pieces_are_units_whatever_their_cost_is_for():
    """A cost a dozen does not make a unit of twelve."""
    assert Day(1, CostGrade.A, 388, 12, Unit.piece, ["c"]).size == 1


@pytest.mark.parametrize(("second", "expected"), [(8, 1), (9, 2)])
def test_seven_days_without_a_day_that_counts_end_an_episode(second, expected):
    """Six days between two that count join them, seven part them."""
    assert len(split([_day(1), _day(second)], RULES)) == expected


def test_the_span_holds_what_lies_between():
    """Days that do not count lie in the span of the episode, those outside do not."""
    days = [_day(1, 1, 40), _day(2), _day(3, 1, 40), _day(4), _day(5, 1, 40)]
    [episode] = split(days, RULES)

    assert ([day.day for day in episode.counting], [day.day for day in episode.span]) == ([2, 4], [2, 3, 4])


def _standing(days):
    [episode] = split(days, RULES)
    return judge(episode, days, 99, RULES, retail=False)


@pytest.mark.parametrize(
    ("days", "expected"), [((1, 2, 3), True), ((1, 2), False), ((1, 4, 7), True), ((1, 4, 8), False)]
)
def test_three_days_of_seven_make_a_lead(days, expected):
    """The window is the last seven closed days."""
    assert _standing([_day(day, 8, lines=2) for day in days]).lead is expected


@pytest.mark.parametrize(("below", "lines", "expected"), [(7, 2, True), (6, 2, False), (7, 1, False)])
def test_a_lead_needs_twenty_units_and_five_lines_over_its_days(below, lines, expected):
    """No single day needs to have them: a lead may open without a notice before it."""
    standing = _standing([_day(day, below, lines=lines) for day in (1, 2, 3)])

    assert (standing.lead, standing.notice) == (expected, False)


@pytest.mark.parametrize(("rest", "expected"), [(120, True), (121, False)])
def test_half_of_the_window_makes_a_lead(rest, expected):
    """Days that do not count weigh in the share: 120 below cost of 240 are enough, of 241 they are not."""
    assert _standing([_day(1), _day(2), _day(3, 0, rest), _day(4)]).lead is expected


def test_a_share_may_rise_as_old_days_leave_the_window():
    """A day full of fair sales bars the lead until it is seven days gone, though no day of those counts."""
    days = [_day(1, 0, 500), _day(2), _day(3), _day(4)]
    [episode] = split(days, RULES)
    leads = [judge(episode, days, closed, RULES, retail=False).lead for closed in (4, 7, 8)]

    assert leads == [False, False, True]


def test_a_lead_waits_for_the_close():
    """The third day makes a lead only when it is closed; the open day makes a notice."""
    days = [_day(1, 19), _day(2, 19), _day(3)]
    before, after = (judge(split(days, RULES)[0], days, closed, RULES, retail=False) for closed in (2, 3))

    assert (before.lead, before.opens, before.open_notice) == (False, False, True)
    assert (after.lead, after.notice, after.open_notice) == (True, True, False)


@pytest.mark.parametrize(("price", "expected"), [(499, True), (500, False)])
def test_a_mean_below_half_of_cost_is_severe(price, expected):
    """One closed day with the notice's conditions makes a critical lead."""
    standing = _standing([_day(1, price=price)])

    assert (standing.severe, standing.lead) == (expected, expected)


def test_a_severe_price_of_few_units_is_none():
    """19 units say nothing."""
    assert not _standing([_day(1, 19, price=1)]).severe


def test_the_mean_is_of_all_that_was_sold():
    """Fair sales of the day raise it: 20 at 1 and 20 at 1000 are 500.5."""
    assert not _standing([_day(1, 20, 40, price=1)]).severe


def test_severe_is_by_the_price_of_the_class():
    """A subsidy below half of cost is severe (D3); the same day is not where the seller's own price decides (D1)."""
    day = _day(1, price=400, seller=960)

    assert (is_severe(day, Class.D3, RULES), is_severe(day, Class.D1, RULES)) == (True, False)


@pytest.mark.parametrize(("price", "expected"), [(850, True), (851, False)])
def test_a_depth_of_fifteen_percent_has_priority(price, expected):
    """With the lead's conditions a loss of 15 % of cost is enough."""
    assert _standing([_day(day, price=price) for day in (1, 2, 3)]).priority is expected


def test_depth_without_a_lead_has_no_priority():
    """Two deep days are a notice."""
    assert not _standing([_day(day, price=600) for day in (1, 2)]).priority


@pytest.mark.parametrize(("number", "expected"), [(14, True), (13, False)])
def test_fourteen_days_of_twenty_eight_are_sustained(number, expected):
    """Every other day, 14 fit into 28 days."""
    standing = _standing([_day(1 + 2 * place) for place in range(number)])

    assert (standing.sustained, standing.priority) == (expected, expected)


def test_fourteen_days_that_do_not_fit_are_not_sustained():
    """The fourteenth comes on the 29th day."""
    assert not _standing([_day(day) for day in (1, *range(5, 30, 2))]).sustained


def test_fourteen_days_are_sustained_only_at_a_close_that_leads():
    """The fourteenth day that counts comes where fair sales keep the window below half."""
    days = [_day(day) for day in range(1, 14)] + [_day(16, 0, 400), _day(17)]

    assert not _standing(days).sustained


@pytest.mark.parametrize("grade", [CostGrade.D, CostGrade.E])
def test_a_weak_cost_only_asks(grade):
    """Where the lead's conditions are met it asks for cost data: no notice, no lead, never severe."""
    standing = _standing([_day(day, price=100, grade=grade) for day in (1, 2, 3)])

    assert (standing.ask, standing.notice, standing.lead, standing.severe) == (True, False, False, False)


def test_a_weak_cost_asks_for_nothing_before_the_lead():
    """Two days of grade D say nothing, an open third day neither."""
    days = [_day(day, grade=CostGrade.D) for day in (1, 2, 3)]

    assert not judge(split(days, RULES)[0], days, 2, RULES, retail=False).stays


def test_days_of_a_weak_cost_help_no_lead():
    """Two days of grade A and one of grade D: the first two are a notice, all three ask."""
    standing = _standing([_day(1), _day(2), _day(3, grade=CostGrade.D)])

    assert (standing.notice, standing.lead, standing.ask) == (True, False, True)


def _mixed(d4=0, d1=0, d3=0):
    """One day with units of each class."""
    below = d4 + d1 + d3
    return [Day(1, CostGrade.A, 1000, 1, Unit.piece, ["c"], below, below, 9, seller_below=d4 + d1, strong=d4)]


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        ((50, 50, 0), Class.D4),
        ((0, 50, 50), Class.D1),
        ((49, 50, 1), Class.D1),
        ((30, 30, 40), Class.D3),
        ((40, 30, 30), Class.D4),
        ((34, 34, 32), Class.D4),
        ((32, 34, 34), Class.D1),
    ],
)
def test_the_class_is_the_first_that_holds_half_or_the_largest(quantities, expected):
    """Ties go in the order D4, D1, D3."""
    assert classify(sums_of(_mixed(*quantities)), RULES, retail=False) is expected


def test_a_retail_subject_is_always_d2():
    """The platform sells itself."""
    assert classify(sums_of(_mixed(50, 30, 20)), RULES, retail=True) is Class.D2


def test_loss_is_by_the_price_of_the_class():
    """Below cost by 300 for the buyer and by 100 for the seller."""
    sums = sums_of([_day(1, 10, price=700, seller=900)])

    assert (sums.loss_fen(Class.D3), sums.loss_fen(Class.D1)) == (3000, 1000)


@pytest.mark.parametrize(("class_", "expected"), [(Class.D2, 10_000), (Class.D1, 6_666), (Class.D3, 6_666)])
def test_the_platforms_share_is_what_the_seller_does_not_bear(class_, expected):
    """Of 300 below cost the seller bears 100; where the platform sells it bears all."""
    assert sums_of([_day(1, 10, price=700, seller=900)]).platform_share_bp(class_) == expected


def test_sums_are_rounded_once_and_down():
    """Three losses of 333.33 are 1000, not 999; a mean keeps micro-fen."""
    days = [Day(d, CostGrade.A, 1000, 3, Unit.piece, ["c"], 1, 1, 1) for d in (1, 2, 3)]

    assert (sums_of(days).loss_fen(Class.D3), sums_of(days[:2]).loss_fen(Class.D3)) == (1000, 666)


def test_depth_is_loss_per_cost_of_what_is_below():
    """100 of 1000, over the days together."""
    assert sums_of([_day(1, 10, price=900), _day(2, 30, price=800)]).depth_bp(Class.D3) == 1_750


def test_the_mean_is_over_everything_judged():
    """10 at 900 and 10 at 1000."""
    assert mean_micro([_day(1, 10, 20)], Class.D1) == 950 * MICRO


def test_units_of_different_sizes_add_up():
    """500 g at a cost per 1,000 g and 50 g at one per 100 g are one unit."""
    days = [Day(1, CostGrade.A, 1, size, Unit.gram, ["c"], below=below) for size, below in ((1000, 500), (100, 50))]

    assert sums_of(days).units == 1
