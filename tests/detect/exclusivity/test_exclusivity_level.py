"""Notice at once, lead after the hold-back: which grounds make a lead and what keeps an alert a notice."""

import pytest

from monitor.eventtime.china import day_named

DAY = "2019-05-15"
END = (DAY, "23:59")
FEED = {"source_grade": "platform_feed"}
CRAWL = {"source_grade": "crawl"}


def levels(run):
    return [revision["level"] for revision in run.revisions]


def test_a_lead_waits_for_both_clocks(story):
    """One hour after the lever on P's clock is not enough while the rival's is behind by a minute."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    run = story.at((DAY, "10:00"))
    story.platforms = ("P",)
    run.tick_at([run.now + 60 * 60_000])
    alone = levels(run)
    story.platforms = ("Q",)
    run.tick_at([run.now - 60_000])
    behind = levels(run)
    run.tick_at([run.now + 60_000])

    assert (alone, behind, levels(run)) == (["notice"], ["notice"], ["notice", "lead"])


def test_a_silent_rival_leaves_the_join(story):
    """While the rival is declared silent P's clock alone ends the hold-back."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    run = story.at((DAY, "10:00"))
    entry = {
        "type": "platform_silent", "event_id": "silent", "effective_from": 0, "sent_time": 0, "author": "judge",
        "reason": "", "platform": "Q", "topics": ["orders"], "since": run.now, "clock": run.now, "offsets": {},
    }  # fmt: skip
    run.feed("control", entry, run.now, source="judge#1")
    story.platforms = ("P",)
    run.tick_at([run.now + 60 * 60_000])

    assert run.told()[-1] == ("U", "l", "15 11:00")


def test_a_lever_read_after_its_hold_back_opens_as_a_lead(story):
    """A lever that comes an hour late is evaluated once and opened as a lead, by its lateness."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00", arrives=(DAY, "11:01"))
    run = story.at((DAY, "11:00"), (DAY, "11:01"))

    assert run.told("reason") == [("O", "l", "15 11:01", "late_event")]


@pytest.mark.parametrize(("clock", "expected"), [("11:00", ["notice"] * 2), ("11:01", ["notice", "lead", "lead"])])
def test_a_lever_must_be_in_force_an_hour_after_it(story, clock, expected):
    """Released exactly one hour later a lever was not in force then; a minute longer, and it is a lead."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    story.lever("PEAK_HIDE", DAY, clock, kind="lever_released")
    run = story.at((DAY, "10:00"), (DAY, "11:00"), (DAY, "11:01"), END)

    assert levels(run) == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["TRAFFIC_LIMIT"], "notice"),
        (["TRAFFIC_LIMIT", "TRAFFIC_LIMIT"], "notice"),
        (["TRAFFIC_LIMIT", "SUBSIDY_CUT"], "lead"),
        (["PEAK_HIDE"], "lead"),
        (["ONBOARD_DELAY"], "notice"),
    ],
)
def test_soft_levers_make_a_lead_from_two_kinds_on(story, kinds, expected):
    """One soft kind, however often, stays a notice; two kinds, or one absolute lever, make a lead."""
    story.history(DAY, 10)
    for number, kind in enumerate(kinds):
        story.lever(kind, DAY, f"1{number}:00", lever_id=f"l{number}")
        story.lever(kind, DAY, f"1{number}:30", lever_id=f"m{number}", scope={"kind": "sku", "value": f"k{number}"})

    assert story.at(END).last["level"] == expected


@pytest.mark.parametrize(("opened_at", "expected"), [("10:00", "lead"), ("09:59", "notice")])
def test_a_soft_lever_within_72_h_of_a_rival_side_event_is_a_lead(story, opened_at, expected):
    """72 h after a T0 one soft lever makes a lead; a minute later S1 is told and the alert stays a notice."""
    story.history(DAY, 10)
    story.status("opened", "Q", "2019-05-12", opened_at)
    story.lever("TRAFFIC_LIMIT", DAY, "10:00")
    last = story.at(END).last

    assert (last["level"], last["sequences"]) == (expected, ["S1"])


@pytest.mark.parametrize(("opened_at", "expected"), [("10:00", ["S1"]), ("09:59", [])])
def test_s1_reaches_back_21_days(story, opened_at, expected):
    """A T0 21 d before a lever is told as S1, one a minute older is not."""
    story.history(DAY, 10)
    story.status("opened", "Q", "2019-04-24", opened_at)
    story.lever("PEAK_HIDE", DAY, "10:00")

    assert story.at(END).last["sequences"] == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [(2100, ["notice", "lead"]), (2099, [])],
)
def test_a_fee_rise_is_a_lever_from_300_basis_points(story, after, expected):
    """A fee raised from 18 to 21 per cent soon after a T0 is pressure, to 20.99 per cent it is not."""
    story.status("opened", "Q", "2019-05-14", "10:00")
    story.lever("FEE_RAISE", DAY, "10:00", value_before=1800, value_after=after, unit="basis_point")

    assert levels(story.at((DAY, "10:00"), END)) == expected


@pytest.mark.parametrize(
    ("actor", "grade", "expected"),
    [
        ("platform_staff", "platform_feed", ("lead", "passed")),
        ("platform_algorithm", "platform_feed", ("lead", "passed")),
        ("system", "platform_feed", ("notice", "no_data")),
        ("unknown", "platform_feed", ("notice", "no_data")),
        ("platform_staff", "crawl", ("notice", "no_data")),
        ("unknown", "crawl", ("notice", "no_data")),
    ],
)
def test_a_lever_of_nobody_known_is_at_most_a_notice(story, actor, grade, expected):
    """Only the platform's own word that it acted makes a lead; system, unknown and a crawl alone leave a notice."""
    story.history(DAY, 10)
    story.status("blocked", "P", DAY, "10:00", actor=actor, source_grade=grade)
    run = story.at(END)

    assert (run.last["level"], run.checks()["actor"]) == expected


def test_a_lever_by_the_merchant_is_explained(story):
    """A lever that the merchant pulled himself is counted as explained, nothing is published."""
    story.history(DAY, 10)
    story.status("open", "P", DAY, "09:00", category="5002")
    story.lever("PEAK_HIDE", DAY, "10:00", actor="merchant")
    run = story.at(END, ("2019-05-16", "00:29"))
    before = run.counts()
    run.tick_at([run.now + 60_000])

    assert (run.revisions, before) == ([], {})
    assert run.counts(category=True) == {("explained:actor", "5002", "P", day_named(DAY)): 1}


@pytest.mark.parametrize(("crawled", "levers"), [("11:00", 1), ("11:01", 2)])
def test_the_same_lever_within_an_hour_is_one(story, crawled, levers):
    """A crawl within the hour tells of the same lever, a minute later of another."""
    story.history(DAY, 10)
    story.status("blocked", "P", DAY, "10:00", actor="platform_staff")
    story.status("blocked", "P", DAY, crawled, actor="unknown", source_grade="crawl")

    assert len(story.at(END).fact("levers")) == levers


def test_of_two_reports_the_earliest_time_and_the_platforms_own_actor_count(story):
    """A crawl before the feed gives the time, the feed gives actor and basis, and the alert can be a lead."""
    story.history(DAY, 10)
    story.status("blocked", "P", DAY, "10:00", actor="unknown", source_grade="crawl")
    story.status("blocked", "P", DAY, "10:40", actor="platform_staff", basis={"rule": "r", "notice": None})
    run = story.at(END)
    lever = run.fact("levers")[0]

    assert (run.last["level"], lever["time"], lever["actor"], lever["rule"]) == (
        "lead",
        run.last["window"]["start"],
        "platform_staff",
        "r",
    )


@pytest.mark.parametrize(
    ("clock", "fields"),
    [("10:20", {"actor": "unknown", "source_grade": "crawl"}), ("11:00", {"actor": "platform_staff"})],
)
def test_a_lever_told_again_changes_nothing(story, clock, fields):
    """A crawl after the platform's own record, or that record again, is no news and is not cited."""
    story.history(DAY, 10)
    first = story.status("blocked", "P", DAY, "10:00", actor="platform_staff")
    story.status("blocked", "P", DAY, clock, **fields)
    run = story.at((DAY, "10:00"), (DAY, "10:59"), (DAY, "11:00"))

    assert run.told("reason") == [("O", "n", "15 10:00", "opened"), ("U", "l", "15 11:00", "holdback_passed")]
    assert [one["event_id"] for one in run.last["evidence"] if one["role"] == "lever"] == [first]


def test_a_repeat_that_names_the_rival_is_cited(story):
    """A repeat whose text names the rival proves what no other report does."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    story.lever("PEAK_HIDE", DAY, "10:10")
    naming = story.lever("PEAK_HIDE", DAY, "10:20", rival_named="Q")
    run = story.at(END)
    cited = [one["event_id"] for one in run.last["evidence"] if one["role"] == "lever"]

    assert (len(cited), cited[-1], run.fact("rival_named")) == (2, naming, "Q")


def test_the_same_lever_is_never_merged_over_a_release(story):
    """Blocked, opened and blocked again within the hour are two levers."""
    story.history(DAY, 10)
    story.status("blocked", "P", DAY, "10:00", actor="platform_staff")
    story.status("open", "P", DAY, "10:20", actor="platform_staff")
    story.status("blocked", "P", DAY, "10:40", actor="platform_staff")
    levers = story.at(END).fact("levers")

    assert [lever["release"] is None for lever in levers] == [False, True]


def test_levers_with_different_ids_are_different(story):
    """Two levers of one kind and scope within the hour are two where their ids differ."""
    story.history(DAY, 10)
    story.lever("TRAFFIC_LIMIT", DAY, "10:00", lever_id="a")
    story.lever("TRAFFIC_LIMIT", DAY, "10:10", lever_id="b")
    story.lever("TRAFFIC_LIMIT", DAY, "12:00", lever_id="b", kind="lever_released")
    levers = story.at(END).fact("levers")

    assert [lever["release"] is None for lever in levers] == [True, False]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(None, ["lead", True]), ("k", ["notice", False])],
)
def test_only_a_shop_wide_delisting_is_absolute(story, scope, expected):
    """Delisting all of the shop makes a lead; delisting one SKU does not."""
    story.history(DAY, 10)
    story.listing("delisted", "P", DAY, "10:00", actor="platform_staff", sku=scope, stock="normal")
    run = story.at(END)

    assert [run.last["level"], run.fact("levers")[0]["scope"] == "shop"] == expected


def test_facts_only_levers_stand_beside_and_prolong_nothing(story):
    """An override, a forced promotion and a carrot are told beside the lever and are no levers of the alert."""
    story.history(DAY, 10)
    story.lever("PEAK_HIDE", DAY, "10:00")
    story.lever("RANK_LOCK", DAY, "11:00")
    story.tell("promotion_forced", "P", DAY, "12:00", actor="platform_staff", campaign="c", sku=None)
    run = story.at(END, ("2019-05-16", "00:30"))

    assert [lever["kind"] for lever in run.fact("levers")] == ["PEAK_HIDE"]
    assert [act["kind"] for act in run.fact("other_acts")] == ["RANK_LOCK", "PROMO_FORCE"]
