"""The look-alike checks of a lever at their boundaries: which pass, which fail, and what a failed one does."""

import pytest

from monitor.eventtime.china import day_named, instant

FRIDAY = "2021-03-05"
END = (FRIDAY, "23:59")
BASIS = {"rule": None, "notice": "n-1"}


def state(run, name):
    """A check's state in the last body, or the count that explained the lever."""
    if run.revisions:
        return run.checks()[name]
    return next(iter(run.counts()))[0]


def blocked(story, clock="10:00", **fields):
    story.history(FRIDAY, 10)
    story.status("blocked", "P", FRIDAY, clock, actor="platform_staff", **fields)


@pytest.mark.parametrize(
    ("published", "fields", "expected"),
    [
        ((FRIDAY, "09:00"), {}, "explained:basis"),
        (("2021-02-01", "09:00"), {}, "explained:basis"),
        (("2021-03-08", "23:59"), {}, "failed"),
        ((FRIDAY, "09:00"), {"ground": "multi_homing"}, "passed"),
        ((FRIDAY, "09:00"), {"measure": "REST_SHOP"}, "passed"),
        ((FRIDAY, "09:00"), {"shop": "P-other"}, "passed"),
        ((FRIDAY, "09:00"), {"notice": "n-2"}, "no_data"),
    ],
)
def test_basis_holds_by_notice_measure_shop_and_ground(story, published, fields, expected):
    """A published notice explains a lever only with its id, measure, shop and a ground other than multi-homing."""
    story.sanction(*published, **fields)
    blocked(story, basis=BASIS)
    later = ("2021-03-09", "00:30") if expected in {"failed", "explained:basis"} else END
    run = story.at(later)

    assert state(run, "basis") == expected


def test_no_basis_named_passes_whatever_is_published(story):
    """A sanction published for the shop explains no lever that does not name it."""
    story.sanction(FRIDAY, "09:00")
    blocked(story)

    assert story.at(END).checks()["basis"] == "passed"


def test_an_unpublished_basis_turns_at_24_00_of_the_next_working_day(story):
    """A notice that nobody published is no data over the weekend and passes at the end of Monday."""
    blocked(story, basis=BASIS)
    run = story.at(END, ("2021-03-08", "23:59"))
    before = run.checks()["basis"]
    run.tick_at([instant("2021-03-09", "00:00")])

    assert (before, run.checks()["basis"], run.told("reason")[-1]) == (
        "no_data",
        "passed",
        ("U", "l", "09 00:00", "fact_added"),
    )


def test_a_notice_published_in_time_withdraws_the_alert(story):
    """A notice published on Monday withdraws the alert on Friday's lever; its last body stays but for the check."""
    blocked(story, basis=BASIS)
    story.sanction("2021-03-08", "20:00")
    run = story.at(END, ("2021-03-08", "20:00"), ("2021-03-09", "00:30"))
    last, before = run.revisions[-1], run.revisions[-2]
    same = [name for name in ("facts", "level", "severity", "window", "evidence") if last[name] == before[name]]

    assert run.told("reason")[-1] == ("W", "l", "08 20:00", "explained:basis")
    assert run.checks()["basis"] == "failed"
    assert same == ["facts", "level", "severity", "window", "evidence"]
    assert run.counts() == {("explained:basis", "P", day_named(FRIDAY)): 1}


def test_a_notice_published_after_the_working_day_changes_nothing(story):
    """One minute after 24:00 of the working day a publication is too late to explain."""
    blocked(story, basis=BASIS)
    story.sanction("2021-03-09", "00:01")

    assert story.at(("2021-03-09", "00:02")).checks()["basis"] == "passed"


def delisted(story, **fields):
    story.history(FRIDAY, 10)
    story.lever("DELIST_ITEM", FRIDAY, "10:00", scope={"kind": "sku", "value": "k"}, **fields)


@pytest.mark.parametrize(
    ("day", "clock", "stock", "expected"),
    [
        ("2021-02-26", "10:00", "none", "explained:stock"),
        ("2021-02-26", "09:59", "none", "no_data"),
        (FRIDAY, "10:01", "none", "no_data"),
        (FRIDAY, "09:00", "low", "passed"),
        (FRIDAY, "09:00", None, "no_data"),
    ],
)
def test_stock_is_what_was_last_known_in_seven_days(story, day, clock, stock, expected):
    """Stock none known 7 d before a delisting explains it; older, later or unknown stock is no data."""
    story.listing("listed", "P", day, clock, sku="k", stock=stock)
    delisted(story)

    assert state(story.at(("2021-03-06", "00:30")), "stock") == expected


def test_stock_is_checked_for_delistings_only(story):
    """No other lever prints a check of the stock."""
    blocked(story)

    assert "stock" not in story.at(END).checks()


@pytest.mark.parametrize(
    ("deal", "opened_at", "expected"),
    [
        ({}, None, "explained:contract_ref"),
        ({}, ("2021-03-02", "10:00"), "passed"),
        ({}, ("2021-03-02", "10:01"), "explained:contract_ref"),
        ({"fen": 0}, None, "passed"),
        ({"paid": instant(FRIDAY, "10:00")}, None, "explained:contract_ref"),
        ({"paid": instant(FRIDAY, "10:01")}, None, "passed"),
        ({"to": instant(FRIDAY, "10:00")}, None, "passed"),
        ({"to": instant(FRIDAY, "10:01")}, None, "explained:contract_ref"),
        ({"since": instant(FRIDAY, "10:00")}, None, "passed"),
    ],
)
def test_a_paid_agreement_begun_before_explains(story, deal, opened_at, expected):
    """An agreement in force, paid for and begun before the rival's side, or before the lever, explains the lever."""
    story.agreement("P", "2021-03-02", "10:00", **deal)
    if opened_at:
        story.status("opened", "Q", *opened_at)
    blocked(story)

    assert state(story.at(("2021-03-06", "00:30")), "contract_ref") == expected


def test_an_ended_agreement_explains_nothing(story):
    """An agreement that was ended before the lever is not in force."""
    story.agreement("P", "2021-03-02", "10:00")
    more = {"agreement": "a", "from": instant("2021-03-02", "10:00"), "to": None, "consideration_fen": 1}
    story.tell("exclusivity_ended", "P", "2021-03-04", "10:00", **more, paid_time=None)
    blocked(story)

    assert story.at(END).checks()["contract_ref"] == "passed"


@pytest.mark.parametrize(
    ("opened_on", "expected"),
    [
        (("2021-02-03", "10:00"), ("passed", "lead")),
        (("2021-02-03", "10:01"), ("failed", "notice")),
        (None, ("no_data", "lead")),
    ],
)
def test_a_shop_younger_than_30_days_bars_a_lead(story, opened_on, expected):
    """A shop of exactly 30 d passes, a younger one keeps the alert a notice, an unknown opening is no data."""
    blocked(story, opened_on=opened_on and instant(*opened_on))
    run = story.at(END)

    assert (run.checks()["shop_age"], run.last["level"]) == expected


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([(100, FRIDAY, "08:00"), (110, FRIDAY, "09:00")], ("passed", "lead")),
        ([(100, FRIDAY, "08:00"), (111, FRIDAY, "09:00")], ("failed", "notice")),
        ([(100, "2021-02-01", "10:00"), (111, "2021-02-26", "10:00")], ("failed", "notice")),
        ([(100, "2021-02-01", "10:00"), (111, "2021-02-26", "09:59")], ("passed", "lead")),
        ([(100, FRIDAY, "08:00"), (111, FRIDAY, "10:01")], ("passed", "lead")),
        ([], ("no_data", "lead")),
    ],
)
def test_an_own_rise_over_ten_percent_bars_a_lead(story, prices, expected):
    """A rise of 11 % within 7 d before a demotion bars a lead; 10 %, an older or a later one does not."""
    story.history(FRIDAY, 10)
    for net, day, clock in prices:
        story.price(net, day, clock)
    for lever in ("SEARCH_DEMOTE", "BANNER_REMOVE"):
        story.lever(lever, FRIDAY, "10:00")
    run = story.at(END)

    assert (run.checks()["own_price_up"], run.last["level"]) == expected


@pytest.mark.parametrize(
    ("second", "shop", "expected"),
    [("P-other", "P-shop", "passed"), ("P-other", "P-other", "passed"), ("P-shop", "P-shop", "failed")],
)
def test_another_shops_price_is_no_rise(story, second, shop, expected):
    """The same SKU dearer in another shop of the merchant is no rise in either; both shops' prices are known."""
    story.history(FRIDAY, 10)
    story.price(100, FRIDAY, "08:00")
    story.price(150, FRIDAY, "09:00", shop=second)
    story.lever("SEARCH_DEMOTE", FRIDAY, "10:00", shop=shop)

    assert story.at(END).checks()["own_price_up"] == expected


def test_an_override_is_no_rise_of_the_merchants_own(story):
    """A price that the platform set is no price event of the merchant."""
    story.history(FRIDAY, 10)
    fields = {"sku": "k", "list_fen": 200, "net_fen": 200, "before_fen": 100, "consent": "absent"}
    story.tell("price_overridden", "P", FRIDAY, "09:00", actor="platform_algorithm", **fields)
    story.lever("SEARCH_DEMOTE", FRIDAY, "10:00")

    assert story.at(END).checks()["own_price_up"] == "no_data"


@pytest.mark.parametrize(
    ("platform", "hole", "expected"),
    [
        ("P", ("08:57", "08:59"), ("passed", "lead")),
        ("P", ("08:57", "09:00"), ("failed", "notice")),
        ("P", ("11:00", "11:03"), ("failed", "notice")),
        ("P", ("11:01", "11:03"), ("passed", "lead")),
        ("Q", ("09:30", "09:31"), ("failed", "notice")),
        ("R", ("09:30", "09:31"), ("passed", "lead")),
    ],
)
def test_a_hole_within_an_hour_of_the_lever_bars_a_lead(stories, platform, hole, expected):
    """A hole in the feed of P or the rival named, reaching to 1 h before or from 1 h after the lever, bars a lead."""
    story = stories(platforms=("P", "Q", "R"))
    story.history(FRIDAY, 10)
    source = f"{platform}-platform-feed#2"
    for number, clock in ((1, hole[0]), (3, hole[1])):
        story.status("open", platform, FRIDAY, clock, source=source, sequence=number, shop="other")
    story.lever("PEAK_HIDE", FRIDAY, "10:00")
    run = story.at(END)

    assert (run.checks()["feed_quality"], run.last["level"]) == expected


def test_a_barred_lever_does_not_bar_another(story):
    """A failed check is printed, and a lead stands on the lever whose own checks did not fail."""
    story.history(FRIDAY, 10)
    story.status("open", "P", FRIDAY, "09:00", shop="young", opened_on=instant("2021-03-01"))
    story.lever("TRAFFIC_LIMIT", FRIDAY, "10:00", shop="young")
    story.lever("PEAK_HIDE", FRIDAY, "10:05")
    run = story.at(END)

    assert (run.checks()["shop_age"], run.last["level"]) == ("failed", "lead")


def test_a_lever_that_is_explained_leaves_while_others_stay(story):
    """Of two levers the explained one leaves the alert, which says so as an added fact."""
    story.history(FRIDAY, 10)
    story.lever("PEAK_HIDE", FRIDAY, "10:00")
    story.status("blocked", "P", FRIDAY, "10:05", actor="platform_staff", basis=BASIS)
    story.sanction(FRIDAY, "15:00")
    run = story.at((FRIDAY, "14:00"), (FRIDAY, "15:00"), ("2021-03-06", "00:30"))

    assert run.told("reason")[-2][3] == "fact_added"
    assert [lever["kind"] for lever in run.fact("levers")] == ["PEAK_HIDE"]
    assert run.counts() == {("explained:basis", "P", day_named(FRIDAY)): 1}


def test_geo_common_is_printed_for_delivery_levers_only(story):
    """Only a change of delivery terms prints a check against the neighbourhood."""
    blocked(story)

    assert "geo_common" not in story.at(END).checks()


@pytest.mark.parametrize(
    ("day", "rule", "expected"),
    [
        ("2018-12-20", None, {"AML2008-17-4", "AUCL2019-12"}),
        ("2021-06-10", None, {"ECL-35", "AML2008-17-4", "AUCL2019-12", "NTM-32"}),
        ("2022-07-30", None, {"ECL-35", "AML2008-17-4", "AML-22-1-4", "AUCL2019-12", "NTM-32"}),
        ("2022-08-10", None, {"ECL-35", "AML-22-1-4", "AUCL2019-12", "NTM-32"}),
        ("2025-12-10", "r", {"ECL-35", "AML-22-1-4", "AUCL2025-13", "NTM-32"}),
        ("2026-03-10", "r", {"ECL-35", "AML-22-1-4", "AUCL2025-13", "NTM-32", "PRM"}),
        ("2026-03-10", None, {"ECL-35", "AML-22-1-4", "AUCL2025-13", "NTM-32"}),
    ],
)
def test_statutes_are_those_of_the_contributing_days(story, day, rule, expected):
    """Statutes are those valid on any closed day on which a lever was in force, and PRM only with a rule named."""
    story.history(day, 10)
    basis = rule and {"rule": rule, "notice": None}
    story.lever("PEAK_HIDE", day, "10:00", basis=basis)
    run = story.at((day, "23:59"))
    run.tick_at([run.now + 31 * 60_000 + n * 24 * 3_600_000 for n in range(4)])

    assert set(run.last["statutes"]) == expected
