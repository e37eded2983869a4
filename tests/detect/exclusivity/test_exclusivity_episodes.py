"""The life of an alert: which levers share one, when it is resolved, what revises it, how it moves and is withdrawn."""

import pytest

from monitor.eventtime.china import MINUTE, instant, written
from monitor.findings import alert_id

DAY = "2020-06-01"


def ids(run):
    return list(dict.fromkeys(revision["alert_id"] for revision in run.revisions))


def identity(day):
    return alert_id("exclusivity", "m1:M", "P", None, day, "1")


def closes(first, last):
    """The day closes of P from one day of June 2020 to another."""
    return [(f"2020-06-{day:02d}", "00:30") for day in range(first, last + 1)]


def pull(story, day, clock="10:00", *, released=None, lever="PEAK_HIDE", **fields):
    story.lever(lever, day, clock, **fields)
    if released:
        story.lever(lever, *released, kind="lever_released")


def test_the_identity_is_that_of_the_first_levers_day(story):
    """The alert's id is the hash of typology, subject, platform, empty SKU, the first lever's day and the version."""
    story.history(DAY, 10)
    pull(story, DAY)
    run = story.at((DAY, "12:00"))

    assert ids(run) == [identity(DAY)]


@pytest.mark.parametrize(
    ("released", "resolved"), [(("2020-06-03", "00:00"), "10 00:30"), (("2020-06-03", "00:01"), "11 00:30")]
)
def test_resolved_after_seven_closed_days_without_contribution(story, released, resolved):
    """A lever released at midnight contributed through the day before; seven closed days later all is over."""
    story.history(DAY, 10)
    pull(story, DAY, released=released)
    run = story.at((DAY, "12:00"), *closes(2, 12))

    assert run.told("reason")[-1] == ("R", "l", resolved, "ended")


def test_a_lever_without_release_contributes_through_its_14th_day(story):
    """Never released, a lever of the 1st contributes through the 15th and is resolved when the 22nd closes."""
    story.history(DAY, 10)
    pull(story, DAY)
    run = story.at((DAY, "12:00"), *closes(2, 25))

    assert run.told()[-1] == ("R", "l", "23 00:30")
    assert run.last["window"]["end"] is None


@pytest.mark.parametrize(
    ("second", "alerts"),
    [(("2020-06-15", "10:00"), 1), (("2020-06-15", "10:01"), 2)],
)
def test_a_lever_inside_the_a2_window_joins_even_a_resolved_alert(story, second, alerts):
    """14 d after a lever a second one revises the resolved alert; a minute later it begins a new one."""
    story.history(DAY, 10)
    pull(story, DAY, released=(DAY, "20:00"))
    story.history("2020-06-15", 10)
    pull(story, *second)
    run = story.at((DAY, "12:00"), *closes(2, 15), ("2020-06-15", "12:00"))

    assert len(ids(run)) == alerts
    assert run.told()[-2 if alerts == 2 else -1][0] == ("O" if alerts == 2 else "U")


def test_a_lever_before_the_resolution_joins_beyond_the_a2_window(story):
    """While an alert without release is not resolved a lever of its 18th day still belongs to it."""
    story.history(DAY, 10)
    pull(story, DAY)
    pull(story, "2020-06-19", lever="TRAFFIC_LIMIT")
    run = story.at((DAY, "12:00"), *closes(2, 19), ("2020-06-19", "12:00"))

    assert (len(ids(run)), [lever["kind"] for lever in run.fact("levers")]) == (1, ["PEAK_HIDE", "TRAFFIC_LIMIT"])


@pytest.mark.parametrize(
    ("left", "expected"),
    [(("2020-06-14", "10:00"), ["U", "R"]), (("2020-06-15", "10:01"), ["R"])],
)
def test_after_resolved_a_change_is_updated_and_resolved_again(story, left, expected):
    """An exit inside the window updates a resolved alert; it is resolved anew at the close of the seventh day after."""
    story.history(DAY, 10)
    pull(story, DAY, released=(DAY, "20:00"))
    story.status("closed", "Q", *left)
    run = story.at((DAY, "12:00"), *closes(2, 14), ("2020-06-14", "10:01"), *closes(15, 30))

    assert [told[0] for told in run.told()[-len(expected) :]] == expected
    assert run.told()[-1][2] == ("22 00:30" if len(expected) == 2 else "09 00:30")


def test_a_release_after_the_a2_window_revises_nothing(story):
    """A release 14 d and a minute after the lever is none; the window stays open."""
    story.history(DAY, 10)
    pull(story, DAY, released=("2020-06-15", "10:01"))
    run = story.at((DAY, "12:00"), *closes(2, 15), ("2020-06-15", "12:00"), *closes(16, 25))

    assert "released" not in [revision["reason"] for revision in run.revisions]
    assert (run.last["window"]["end"], run.fact("levers")[0]["release"]) == (None, None)


def test_a_late_earlier_lever_moves_the_identity(story):
    """A lever of the day before, read later, withdraws the alert in favour of its successor; both say so."""
    story.history("2020-05-31", 10)
    pull(story, DAY)
    pull(story, "2020-05-31", lever="TRAFFIC_LIMIT", arrives=(DAY, "15:00"))
    run = story.at((DAY, "12:00"), (DAY, "15:00"))
    old, new = run.revisions[-2:]

    assert [(r["alert_id"], r["status"], r["reason"], r["successor"]) for r in (old, new)] == [
        (identity(DAY), "withdrawn", "successor", identity("2020-05-31")),
        (identity("2020-05-31"), "opened", "successor", None),
    ]
    assert old["facts"] == run.revisions[-3]["facts"]


def test_late_data_join_two_episodes(story):
    """A lever between two episodes, read later, joins them: the later id is withdrawn, both revisions say successor."""
    story.history(DAY, 10)
    story.history("2020-06-18", 10)
    pull(story, DAY, released=(DAY, "20:00"))
    pull(story, "2020-06-18", released=("2020-06-18", "20:00"))
    pull(story, "2020-06-12", lever="TRAFFIC_LIMIT", arrives=("2020-06-18", "15:00"))
    run = story.at((DAY, "12:00"), *closes(2, 18), ("2020-06-18", "12:00"), ("2020-06-18", "15:00"))
    later, earlier = run.revisions[-2:]

    assert [(r["alert_id"], r["status"], r["reason"]) for r in (later, earlier)] == [
        (identity("2020-06-18"), "withdrawn", "successor"),
        (identity(DAY), "updated", "successor"),
    ]


def test_an_explained_first_lever_moves_the_identity_to_the_next(story):
    """When the first lever turns out to be explained the alert moves to the day of the lever that stays."""
    story.history(DAY, 10)
    story.status("blocked", "P", DAY, "10:00", actor="platform_staff", basis={"rule": None, "notice": "n-1"})
    pull(story, "2020-06-02")
    story.sanction("2020-06-02", "15:00")
    run = story.at((DAY, "12:00"), *closes(2, 2), ("2020-06-02", "12:00"), ("2020-06-02", "15:00"))

    assert [(r["alert_id"], r["reason"]) for r in run.revisions[-2:]] == [
        (identity(DAY), "successor"),
        (identity("2020-06-02"), "successor"),
    ]


def test_the_same_id_comes_back_after_a_withdrawal(story):
    """An alert withdrawn for a late agreement opens again, one revision on, when its end is told."""
    story.history(DAY, 10)
    pull(story, DAY)
    begun = instant("2020-05-01")
    story.agreement("P", "2020-05-30", "10:00", since=begun, arrives=(DAY, "13:00"))
    ended = {"agreement": "a", "from": begun, "to": None, "consideration_fen": 1, "paid_time": None}
    story.tell("exclusivity_ended", "P", "2020-05-31", "10:00", arrives=(DAY, "14:00"), **ended)
    run = story.at((DAY, "12:00"), (DAY, "13:00"), (DAY, "14:00"))

    assert run.told("reason", "revision")[-2:] == [
        ("W", "l", "01 13:00", "explained:contract_ref", 3),
        ("O", "l", "01 14:00", "late_event", 4),
    ]


def test_a_withdrawal_says_the_last_body_again_as_of_its_own_clock(story):
    """Facts, level and severity are those last published; the check that explains and the clock are new."""
    story.history(DAY, 10)
    pull(story, DAY)
    story.agreement("P", "2020-05-30", "10:00", since=instant("2020-05-01"), arrives=(DAY, "14:00"))
    run = story.at((DAY, "12:00"), (DAY, "13:00"), (DAY, "14:00"))
    before, after = run.revisions[-2:]
    same = ("level", "grade", "severity", "facts", "evidence", "elements", "sequences", "provisional")

    assert [before[name] for name in same] == [after[name] for name in same]
    assert (after["status"], after["window"]["clock"]) == ("withdrawn", instant(DAY, "13:00"))
    assert run.checks(after)["contract_ref"] == "failed"


def test_only_the_alert_that_is_explained_is_withdrawn(story):
    """An agreement that comes to light explains the lever of the first alert and leaves the second as it stands."""
    story.history(DAY, 10)
    story.history("2020-06-18", 10)
    pull(story, DAY, released=(DAY, "20:00"))
    pull(story, "2020-06-18")
    begun, over = instant("2020-05-01"), instant("2020-06-10")
    story.agreement("P", "2020-06-18", "15:00", since=begun, to=over, paid=begun)
    run = story.at((DAY, "12:00"), *closes(2, 18), ("2020-06-18", "12:00"), ("2020-06-18", "15:00"))
    last = {revision["alert_id"]: (revision["status"], revision["reason"]) for revision in run.revisions}

    assert last == {
        identity(DAY): ("withdrawn", "explained:contract_ref"),
        identity("2020-06-18"): ("updated", "holdback_passed"),
    }


def test_a_cancellation_that_empties_the_history_withdraws_the_alert(story):
    """Cancelling the only line of the seventh day takes the ground away, by reason of refund."""
    story.history(DAY, 7)
    pull(story, DAY)
    back = {"placed_time": instant("2020-05-30", "12:00"), "refunded_quantity": 1, "refunded_fen": 100}
    story.line("Q", DAY, "11:30", kind="line_cancelled", refund_reason="other", **back)
    run = story.at((DAY, "11:00"), (DAY, "11:30"))

    assert run.told("reason")[-1] == ("W", "l", "01 11:30", "refund")


def test_a_revision_chains_to_the_one_before(story):
    """Each revision carries the SHA-256 of the preceding value and the next number."""
    story.history(DAY, 10)
    pull(story, DAY, released=(DAY, "20:00"))
    run = story.at((DAY, "10:30"), (DAY, "12:00"), *closes(2, 9))

    assert [revision["revision"] for revision in run.revisions] == [1, 2, 3, 4, 5]
    assert [bool(revision["previous"]) for revision in run.revisions] == [False, True, True, True, True]


def test_every_record_that_an_alert_stands_on_is_cited(story):
    """Levers, release, T0, exit, complaint, refusal, warning and named sanction are cited with their roles."""
    story.history(DAY, 10)
    story.status("opened", "Q", "2020-05-31", "10:00", shop="Q-new", event_id="t0")
    story.complaint("exclusivity_refused", "2020-05-31", "12:00", event_id="refusal")
    story.sanction(DAY, "09:00", ground="multi_homing", measure="PEAK_HIDE", event_id="basis")
    story.lever("PEAK_HIDE", DAY, "10:00", basis={"rule": None, "notice": "n-1"}, event_id="lever")
    text = {"notice": "w", "text_sha256": "0" * 64, "rival_named": "Q", "deadline": None}
    story.tell("warning_issued", "P", DAY, "11:00", actor="platform_staff", event_id="warning", **text)
    story.complaint("complaint_filed", DAY, "12:00", event_id="complaint")
    story.status("closed", "Q", DAY, "13:00")
    story.status("closed", "Q", DAY, "13:30", shop="Q-new", event_id="exit")
    story.lever("PEAK_HIDE", DAY, "14:00", kind="lever_released", event_id="release")
    run = story.at((DAY, "16:00"), *closes(2, 3))

    assert {reference["role"]: reference["event_id"] for reference in run.last["evidence"]} == {
        role: role for role in ("lever", "release", "exit", "basis", "warning", "complaint", "refusal")
    }
    assert (run.last["grade"], run.last["sequences"]) == ("relieved", ["S1", "S2", "S3"])


def test_weak_evidence_is_restricted(story):
    """Counts of complaints and refusals, and a T0 that is a refusal, are never shown to the platform."""
    story.history(DAY, 10)
    story.complaint("exclusivity_refused", "2020-05-31", "12:00")
    pull(story, DAY)
    story.complaint("complaint_filed", DAY, "10:00")
    run = story.at((DAY, "12:00"))
    restricted = {fact["name"] for fact in run.last["facts"] if fact["class"] == "restricted"}

    assert restricted == {"t0", "complaints", "refusals"}


def test_nothing_is_kept_of_a_lever_that_nothing_can_touch(story):
    """Once every clock is past the lateness of all that could matter the accusation and its timers are gone."""
    story.history(DAY, 10)
    pull(story, DAY, released=(DAY, "20:00"))
    run = story.at((DAY, "12:00"), *closes(2, 30))
    keys = run.partition.keys

    assert [key for key in (*keys.live, *keys.stored) if key[:2] in {"y\n", "h\n"}] == []
    assert keys.get("f\nm1:M\nP").pulls == []


def test_a_lagging_rival_keeps_the_facts(story):
    """While the rival's clock is behind, what it may still tell can touch the alert, and nothing is forgotten."""
    story.history(DAY, 10)
    pull(story, DAY, released=(DAY, "20:00"))
    run = story.at((DAY, "12:00"))
    story.platforms = ("P",)
    run.tick_at(instant(*close) for close in closes(2, 30))
    story.status("closed", "Q", "2020-06-03", "10:00")
    run.tell(story.events[-1][1], run.now + MINUTE)

    assert run.told("grade")[-1] == ("U", "l", "30 00:30", "exited")


def test_a_lever_that_bears_an_old_ones_event_id_is_not_forgotten_with_it(story):
    """A careless feed gives one event id twice: what is over goes, what is open stays, and nothing breaks."""
    story.history(DAY, 10)
    story.lever("BLOCK_SHOP", DAY, "10:00", event_id="twice")
    story.lever("BLOCK_SHOP", DAY, "20:00", kind="lever_released")
    story.history("2020-06-18", 10)
    story.lever("BLOCK_SHOP", "2020-06-18", "10:00", event_id="twice")
    run = story.at((DAY, "12:00"), *closes(2, 26))

    assert ["2020-06-18"] == [written(act.time)[:10] for act in run.partition.keys.get("f\nm1:M\nP").pulls]
