import pytest
from sub_cost_market import Market, at

from monitor import events as e
from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.findings import alert_id

STAFF = e.Actor.platform_staff
THREE = ("2025-03-03", "2025-03-04", "2025-03-05")


@pytest.fixture
def market():
    found = Market()
    found.cost()
    return found


def test_a_notice_opens_at_the_hour_close_that_first_sees_enough(market):
    """The fifth line of four units comes at 13:05; the hour that closes at 14:00 says so, provisionally."""
    market.lines(["2025-03-03"])

    assert market.play("2025-03-03 23:00") == ["O n p 03-03 14:00 opened"]


@pytest.mark.parametrize("fields", [{"count": 4, "quantity": 10}, {"count": 19, "quantity": 1}, {"price": 970}])
def test_below_a_minimum_there_is_no_notice(market, fields):
    """Four lines, 19 units, or a price within the tolerance say nothing."""
    market.lines(["2025-03-03"], step=MINUTE, **fields)

    assert market.play("2025-03-12 01:00") == []


def test_half_of_the_quantity_must_be_below_cost(market):
    """20 of 41 units below cost are less than half."""
    market.lines(["2025-03-03"], count=5)
    market.line("2025-03-03 08:00", price=1000, quantity=21)

    assert market.play("2025-03-12 01:00") == []


def test_first_orders_leave_the_count(market):
    """The same fair sale to a new customer does not make up for what is below cost, nor does a cheap one add to it."""
    market.lines(["2025-03-03"], count=5)
    market.line("2025-03-03 08:00", price=1000, quantity=21, first_order=True)
    market.lines(["2025-03-03"], count=3, price=500, first_order=True)
    market.play("2025-03-12 01:00")

    assert (market.facts["units"], market.facts["share_bp"], market.facts["first_order_units"]) == (20, 10_000, 33)


def test_fair_sales_withdraw_a_notice_at_once_and_cheap_ones_bring_it_back_at_an_hour(market):
    """A standing notice is judged at every record; the same id opens again at an hour close only."""
    market.lines(["2025-03-03"], count=5)
    market.line("2025-03-03 15:10", price=1000, quantity=21)
    market.line("2025-03-03 16:10", quantity=4)

    assert market.play("2025-03-03 18:00") == [
        "O n p 03-03 14:00 opened",
        "W n p 03-03 15:00 fact_added",
        "O n p 03-03 17:00 day_closed",
    ]
    assert len({revision.alert_id for revision in market.revisions}) == 1


def test_a_lead_may_open_without_a_notice(market):
    """Seven units on each of three days make no notice, together they make a lead at the third close."""
    market.lines(THREE, count=2, quantity=4, step=2 * HOUR)

    assert market.play("2025-03-06 01:00") == ["O l 03-06 00:30 opened"]


def test_a_voucher_of_a_third_party_is_nobodys_dumping(market):
    """Who pays 900 with a bank's voucher of 100 pays 1000."""
    market.lines(["2025-03-03"], price=1000, third_party_subsidy_fen=400, buyer_paid_fen=3600)

    assert market.play("2025-03-12 01:00") == []


def test_a_late_cost_opens_at_once_what_closed_days_show():
    """Declared three days later it makes a lead whose reason is the cost."""
    market = Market()
    market.lines(THREE)
    market.cost(time="2025-03-06 10:00")

    assert market.play("2025-03-14 01:00") == ["O l 03-06 09:00 cost_revised", "R l 03-13 00:30 ended"]


@pytest.mark.parametrize(("time", "days"), [("2025-03-11 00:29", 1), ("2025-03-11 01:01", None)])
def test_a_first_cost_reaches_back_seven_days(time, days):
    """A bucket lives until the orders clock lies beyond the end of its day + 7 d + 30 min."""
    market = Market()
    market.lines(["2025-03-03"])
    market.cost(time=time)
    market.play("2025-03-12 01:00")

    assert (market.facts["days"] if market.revisions else None) == days


@pytest.mark.parametrize(("time", "days"), [("2025-04-08 00:29", 1), ("2025-04-08 01:01", None)])
def test_another_cost_reaches_back_thirty_five(market, time, days):
    """The first cost was too low to be pierced, the second is not."""
    market.lines(["2025-03-03"], price=1100)
    market.cost(low=1200, time=time, valid_from=1)
    market.play("2025-04-09 01:00")

    assert (market.facts["days"] if market.revisions else None) == days


def test_a_withdrawn_cost_never_was(market):
    """The alert that stood on it is withdrawn, and a withdrawal read first leaves nothing to stand on."""
    market.lines(["2025-03-03"])
    market.withdraw(market.told[0][2], "2025-03-04 10:00")

    assert market.play("2025-03-04 12:00")[-1] == "W n 03-04 09:00 cost_revised"


def test_a_cost_that_was_withdrawn_before_it_was_read_counts_for_nothing():
    """Costs come in any order."""
    market = Market()
    cost = market.cost(time="2025-03-02 10:00")
    market.told.clear()
    market.withdraw(cost, "2025-03-01 10:00")
    market.told.append((at("2025-03-02 10:00"), "costs", cost))
    market.lines(["2025-03-03"])

    assert market.play("2025-03-12 01:00") == []


def test_a_better_cost_takes_over_what_a_weak_one_asked_for():
    """Grade D asks for cost data; the invoice that follows makes it a lead under the same id."""
    market = Market()
    market.cost(grade="D")
    market.lines(THREE, price=800)
    market.cost(grade="A", time="2025-03-06 10:00")
    rows = market.play("2025-03-06 12:00")

    assert rows == ["O n 03-06 00:30 opened", "U l 03-06 09:00 cost_revised"]
    assert len({revision.alert_id for revision in market.revisions}) == 1
    assert "ask" not in market.facts


def test_a_products_cost_wakes_its_skus():
    """Written once for the product it judges a SKU that sold before."""
    market = Market()
    market.lines(THREE, product="690")
    market.cost(sku=None, product="690", time="2025-03-06 10:00")

    assert market.play("2025-03-06 12:00") == ["O l 03-06 09:00 cost_revised"]


def test_a_products_cost_that_came_first_judges_a_new_sku():
    """The first line of a SKU finds its product's cost."""
    market = Market()
    market.cost(sku=None, product="690")
    market.lines(["2025-03-03"], product="690")

    assert market.play("2025-03-03 15:00") == ["O n p 03-03 14:00 opened"]


def test_an_exemption_withdraws_and_its_revocation_brings_back(market):
    """Filed a day later it takes the day out; revoked as of 00:00 of its first day it never was."""
    market.lines(["2025-03-03"])
    market.exempt("2025-03-03 00:00", "2025-03-04 00:00", "2025-03-04 10:00")
    market.revoke("2025-03-03 00:00", "2025-03-05 10:00")
    rows = market.play("2025-03-05 12:00")

    assert rows[-2:] == ["W n 03-04 09:00 exemption", "O n 03-05 09:00 exemption"]


def test_exempt_units_are_counted_once_their_day_is_closed(market):
    """Forty units of an exempt day are a non-verdict."""
    market.exempt("2025-03-03 00:00", "2025-03-04 00:00", "2025-03-02 10:00")
    market.lines(["2025-03-03"])

    assert (market.play("2025-03-04 01:00"), market.counts()) == ([], {"exempt": 40})


def test_lines_without_a_cost_are_counted_as_they_come_and_go():
    """Ten lines of which one is cancelled on its open day are nine; a cost on the open day leaves none."""
    market, known = Market(), Market()
    for one in (market, known):
        one.refund(one.lines(["2025-03-03"])[0], "2025-03-03 12:00", kind=e.LineCancelled)
    known.cost(time="2025-03-03 20:00")
    for one in (market, known):
        one.play("2025-03-03 23:00")

    assert (market.counts()["cost_unknown"], known.counts()["cost_unknown"]) == (9, 0)


def test_lines_that_no_cost_fits_are_counted_apart(market):
    """Grams are not held against a cost per piece."""
    market.lines(["2025-03-03"], unit=e.Unit.gram)
    market.play("2025-03-04 01:00")

    assert market.counts() == {"unit_mismatch": 10}


def test_prices_without_vat_are_not_held_against_a_cost_with_it(market):
    """Both sides must be with VAT."""
    market.lines(["2025-03-03"], vat_included=False)

    assert (market.play("2025-03-04 01:00"), market.counts()) == ([], {"unit_mismatch": 10})


def test_cancelled_lines_are_gone(market):
    """An error of price that is cancelled within the hour never becomes a notice."""
    for line in market.lines(["2025-03-03"], count=40, first="10:01", step=MINUTE // 2, price=10, quantity=1):
        market.refund(line, "2025-03-03 10:40", kind=e.LineCancelled, reason=e.RefundReason.price_error)

    assert market.play("2025-03-12 01:00") == []


def test_money_back_without_goods_changes_no_verdict(market):
    """Quantity 0: the refund is printed and not judged."""
    lines = market.lines(["2025-03-03"])
    market.refund(lines[0], "2025-03-03 20:10", quantity=0)
    market.play("2025-03-12 01:00")

    assert (market.facts["units"], market.facts["refunded_fen"]) == (40, 3600)


def test_a_refund_of_a_day_that_is_gone_is_counted_and_no_more(market):
    """After 35 days there is nothing to take it from."""
    line = market.lines(["2025-03-03"])[0]
    market.refund(line, "2025-04-08 10:00")
    market.play("2025-04-08 12:00")

    assert market.partition.statistics["evaluations", "sub-cost", "insufficient_data"] == 1
    assert market.partition.refused == []


def test_a_late_line_opens_what_was_too_little(market):
    """The fifth line of a closed day comes two days late."""
    market.lines(["2025-03-03"], count=4, quantity=5)
    market.line("2025-03-03 18:00", quantity=5, arrives="2025-03-05 10:00")

    assert market.play("2025-03-05 12:00") == ["O n 03-05 09:00 late_event"]


def test_a_first_day_that_moves_makes_a_successor(market):
    """A late day before the first takes the id; both revisions say so."""
    market.lines(["2025-03-05"])
    market.lines(["2025-03-04"], count=1, arrives="2025-03-06 10:00")
    rows = market.play("2025-03-06 12:00")
    withdrawn, opened = market.revisions[-2:]

    assert rows[-2:] == ["W n 03-06 09:00 successor", "O n 03-06 09:00 successor"]
    assert market.last["alert_id"] == alert_id("sub-cost", "m1:a", "p", "k", "2025-03-04", "1")
    assert f'"successor":"{opened.alert_id}"'.encode() in withdrawn.value


def test_two_episodes_that_join_keep_the_earlier_id(market):
    """Days nine apart are two alerts; a late day between them withdraws the later one."""
    market.lines(["2025-03-03", "2025-03-12"])
    market.lines(["2025-03-08"], count=1, arrives="2025-03-12 20:30")
    rows = market.play("2025-03-12 22:00")
    first, second = market.revisions[0].alert_id, market.revisions[-2].alert_id

    assert rows[-2:] == ["W n p 03-12 20:00 successor", "U n 03-12 20:00 successor"]
    assert market.revisions[-1].alert_id == first != second
    assert market.facts["days"] == 3


def test_a_resolved_alert_is_revised_and_resolved_again(market):
    """A cost that takes over after the end is an update; the next day close ends it anew."""
    market.lines(["2025-03-03"])
    market.cost(time="2025-03-20 10:00", valid_from=1)

    assert market.play("2025-03-22 01:00")[-3:] == [
        "R n 03-11 00:30 ended",
        "U n 03-20 09:00 cost_revised",
        "R n 03-21 00:30 ended",
    ]


def test_a_resolved_alert_whose_first_day_goes_has_a_successor(market):
    """All of the first day comes back weeks later: the second day is an alert of its own."""
    for line in market.lines(["2025-03-03", "2025-03-04"])[:10]:
        market.refund(line, "2025-03-20 10:00")
    rows = market.play("2025-03-22 01:00")

    assert [row for row in rows if "successor" in row] == ["W n 03-20 09:00 successor", "O n 03-20 09:00 successor"]
    assert rows[-1] == "R n 03-21 00:30 ended"


@pytest.mark.parametrize(
    ("fields", "state", "severity"),
    [
        ({"category": "fruit"}, {"exemption": "no_data"}, "high"),
        ({"category": "rice"}, {"exemption": "passed"}, "critical"),
    ],
)
def test_perishable_goods_without_a_filing_lower_the_severity(fields, state, severity):
    """No data of a gating check is one step down."""
    market = Market(**fields)
    market.cost()
    market.lines(["2025-03-03"], price=400)
    market.play("2025-03-04 01:00")

    assert (state.items() <= market.checks.items(), market.last["severity"]) == (True, severity)


@pytest.mark.parametrize(("step", "state"), [(15 * MINUTE, "no_data"), (15 * MINUTE + 1, "passed")])
def test_lines_within_an_hour_may_be_a_slip(market, step, state):
    """Five lines that span an hour sharp say nothing of a slip, a little more excludes it."""
    market.lines(["2025-03-03"], count=5, step=step)
    market.play("2025-03-04 01:00")

    assert market.checks["price_error"] == state


@pytest.mark.parametrize(("low", "state"), [(1200, "passed"), (1201, "failed")])
def test_costs_that_lie_too_far_apart_contradict_each_other(market, low, state):
    """The highest may be 1.2 times the lowest of one level and grade."""
    market.cost(low=low, valid_from=1)
    market.lines(["2025-03-03"])
    market.play("2025-03-04 01:00")

    assert market.checks["cost_conflict"] == state


def test_a_hole_on_a_day_that_counts_keeps_a_lead_a_notice(market):
    """Records that are missing between two of that day bar the lead."""
    market.lines(THREE)
    market.lose("2025-03-04 12:30")
    market.play("2025-03-06 01:00")

    assert (market.last["level"], market.checks["feed_quality"]) == ("notice", "failed")


@pytest.mark.parametrize(
    ("consent", "force"), [(e.Consent.given, "weak"), (e.Consent.refused, "strong"), (e.Consent.absent, "strong")]
)
def test_an_override_makes_it_the_platforms_doing(market, consent, force):
    """D4, the platform answers; without consent it is strong."""
    said = {"sku": "k", "list_fen": 900, "net_fen": 900, "before_fen": 1100, "consent": consent}
    market.offer(e.PriceOverridden, "2025-03-02 10:00", actor=STAFF, **said)
    market.lines(["2025-03-03"])
    market.play("2025-03-04 01:00")

    assert (market.last["class"], market.facts["force"], market.last["respondent"]) == ("D4", force, "p")


def test_a_merchants_own_price_ends_an_override(market):
    """From the day of the change on it is the seller's again."""
    said = {"sku": "k", "list_fen": 900, "net_fen": 900}
    market.offer(e.PriceOverridden, "2025-03-01 10:00", actor=STAFF, before_fen=1, consent=e.Consent.absent, **said)
    market.offer(e.PriceChanged, "2025-03-03 00:00", **said)
    market.lines(["2025-03-03"])
    market.play("2025-03-04 01:00")

    assert (market.last["class"], market.last["respondent"]) == ("D1", "m1:a")


def _condition(value=900):
    return e.Condition(
        kind=e.ConditionKind.price_at_most,
        value=value,
        per_quantity=1,
        unit=e.Unit.piece,
        from_=0,
        to=None,
        mandatory=True,
    )


def test_a_condition_that_comes_late_changes_the_class_at_once(market):
    """Read while its day is open it is a fact added; read after its topic clock it is late."""
    market.lines(["2025-03-03", "2025-03-04"], campaign="c")
    market.offer(e.PromotionForced, "2025-03-02 10:00", actor=STAFF, campaign="c", sku="k")
    market.offer(
        e.PromotionConditionSet, "2025-03-04 20:10", actor=STAFF, campaign="c", sku=None, condition=_condition()
    )
    rows = market.play("2025-03-04 23:00")

    assert rows[-1] == "U n 03-04 20:00 fact_added"
    assert (market.last["class"], market.facts["force"]) == ("D4", "strong")


@pytest.mark.parametrize(("value", "class_"), [(900, "D4"), (901, "D1")])
def test_who_sells_below_a_condition_does_it_of_his_own_accord(market, value, class_):
    """A condition of at most 901 does not make one sell at 900."""
    market.offer(e.PromotionJoined, "2025-03-02 10:00", campaign="c", sku=None)
    market.offer(
        e.PromotionConditionSet, "2025-03-02 11:00", actor=STAFF, campaign="c", sku="k", condition=_condition(value)
    )
    market.lines(["2025-03-03"], campaign="c")
    market.play("2025-03-04 01:00")

    assert market.last["class"] == class_


def test_a_condition_that_the_merchant_set_is_not_the_platforms(market):
    """Only a platform's condition makes D4."""
    market.offer(e.PromotionJoined, "2025-03-02 10:00", campaign="c", sku=None)
    market.offer(e.PromotionConditionSet, "2025-03-02 11:00", campaign="c", sku="k", condition=_condition())
    market.lines(["2025-03-03"], campaign="c")
    market.play("2025-03-04 01:00")

    assert market.last["class"] == "D1"


def test_costs_and_what_gives_them_away_are_restricted(market):
    """Trade secrets are marked, and so is how far a public mean price lies below one."""
    market.lines(["2025-03-03"])
    market.play("2025-03-04 01:00")
    restricted = {fact["name"] for fact in market.last["facts"] if fact["class"] == "restricted"}

    away = {"depth_bp", "loss_fen", "platform_share_bp"}
    assert restricted == {"low_fen", "high_fen", "cost_level", "cost_document"} | away


def test_evidence_names_the_costs_and_the_eight_deepest_lines(market):
    """Each reference has its role; a line that went back is marked."""
    lines = market.lines(["2025-03-03"])
    market.refund(lines[0], "2025-03-03 20:10")
    market.play("2025-03-04 01:00")
    roles = [reference["role"] for reference in market.last["evidence"]]

    assert roles == ["cost", "line_refunded", *["line"] * 7]


@pytest.mark.parametrize("read", ["2025-03-03 09:05", "2025-03-03 20:30"])
def test_a_line_that_went_back_is_marked_whenever_it_is_read(market, read):
    """A refund may be read before its line, and is told with it all the same."""
    line = market.line("2025-03-03 09:05", arrives=read)
    market.lines(["2025-03-03"], first="09:10")
    market.refund(line, "2025-03-03 20:10")
    market.play("2025-03-04 01:00")

    assert [one["role"] for one in market.last["evidence"]] == ["cost", "line_refunded", *["line"] * 7]


def test_an_episode_longer_than_its_buckets_keeps_its_sums(market):
    """After 60 days the first are gone, their sums are not."""
    days = [f"2025-{month:02d}-{day:02d}" for month in (3, 4) for day in range(1, 31)]
    market.lines(days)
    market.play("2025-05-20 01:00")

    assert (market.facts["days"], market.facts["units"], market.facts["sustained"]) == (60, 2_400, True)
    assert len(market.last["evidence"]) == 32


def test_what_is_over_leaves_nothing_but_the_cost(market):
    """Long after the end there is one item and its cost, and no key is due."""
    market.lines(["2025-03-03"])
    market.play("2025-05-20 01:00")
    tags = [key.partition("\n")[0] for key in market.state_keys()]

    assert sorted(tag for tag in tags if tag in "bicdeop") == ["d", "e", "i"]
    assert market.desk.due_of("i\nm1:a\np\nk") == 0
    assert at("2025-05-20 01:00") - at("2025-03-03 00:00") > 45 * DAY


def test_a_silence_forgets_no_alert_that_late_lines_may_touch(market):
    """Lines that come after a long silence revise one alert; its number is not begun anew."""
    market.lines(["2025-03-03"])
    market.play("2025-03-03 08:00")
    span = {"since": at("2025-03-03 08:00"), "clock": at("2025-06-01 00:00"), "offsets": {}, "topics": ()}
    entry = {"source": "", "sequence": 1, "sent_time": 0, "effective_from": 0, "author": "judge", "reason": ""}
    silent = e.PlatformSilent(event_id="silent", platform="p", **entry, **span)
    market._fold("control", silent, at("2025-06-01 00:30"))
    market.play("2025-03-05 01:00")
    numbers = [revision.revision for revision in market.revisions]

    assert numbers == list(range(1, len(numbers) + 1)) != []
