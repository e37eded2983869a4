"""Each story through the pure engine: every revision in its minute, and all that the last one says."""

import msgspec
import pytest
from story_book import CASES, HERE, ORDERLY, moment, story
from story_events import HISTORY, happenings
from story_log import ticks
from story_run import INTEGRITY, lasts, recorded, rows, sparsely

from monitor.eventtime.china import day_of, iso
from monitor.findings import alert_id, projection
from monitor.law.checks import CHECKS

told = pytest.mark.parametrize("case", CASES)


@told
def test_every_record_of_a_story_is_judged(case):
    """A story's events are whole wire events: nothing is refused but what the story says."""
    outcome = recorded(story(case))

    assert story(case).dead_letters == outcome.counts["dead_letters"]


@told
def test_a_story_has_the_revisions_that_it_tells(case):
    """Status, level, provisional, minute, reason and new sequences of every revision are those of the story."""
    expected = story(case).rows

    assert expected == rows(recorded(story(case)))


@told
def test_the_last_revision_says_what_the_story_says(case):
    """The last revision of each alert has the verdict, checks, statutes and facts of the story."""
    alerts = list(recorded(story(case)).alerts.values())
    lasting = story(case).lasts
    said = {tag: _said(alerts[place][-1].body, lasting[tag]) for place, tag in enumerate(sorted(lasting))}

    assert {tag: _meant(last, case) for tag, last in lasting.items()} == said


def _meant(last, case):
    """The expectation with its letters and times spelled out."""
    own = {"P": story(case).platform("P"), "subject": story(case).merchant}
    meant = dict(last)
    for name in ("rival", "respondent"):
        if meant.get(name):
            meant[name] = own.get(meant[name]) or story(case).platform(meant[name])
    if "other_rivals" in meant:
        meant["other_rivals"] = [story(case).platform(letter) for letter in meant["other_rivals"]]
    if "window" in meant:
        meant["window"] = [None if edge is None else moment(edge) for edge in meant["window"]]
    if "checks" in meant:
        meant["checks"] = {state: sorted(names) for state, names in meant["checks"].items()}
    return meant


def _said(body, last):
    """What a body says of all that is expected of it."""
    facts = {fact["name"]: fact["value"] for fact in body["facts"]}
    special = {
        "checks": lambda: _checks(body),
        "statutes": lambda: sorted(body["statutes"]),
        "facts": lambda: {name: facts.get(name) for name in last["facts"]},
        "has_facts": lambda: [name for name in last["has_facts"] if facts.get(name)],
        "lengths": lambda: {name: len(facts.get(name, ())) for name in last["lengths"]},
        "window": lambda: [body["window"]["start"], body["window"]["end"]],
        "day": lambda: _day_of_id(body, last["day"]),
    }
    return {name: special[name]() if name in special else body[name] for name in last}


def _checks(body):
    found = {}
    for check in body["checks"]:
        found.setdefault(check["state"], []).append(check["look_alike"])
    return {state: sorted(names) for state, names in found.items()}


def _day_of_id(body, day):
    expected = alert_id(body["typology"], body["subject"], body["platform"], body["sku"], day, "1")
    return day if body["alert_id"] == expected else f"not {day}"


@told
def test_an_alert_is_named_by_its_first_contributing_day(case):
    """The id of each alert that is not moved hashes the day on which its window starts."""
    for revisions in recorded(story(case)).alerts.values():
        body = revisions[-1].body
        if body["typology"] == INTEGRITY:
            continue
        day = iso(day_of(body["window"]["start"]))

        assert alert_id(body["typology"], body["subject"], body["platform"], body["sku"], day, "1") == body["alert_id"]


@told
def test_severity_rises_on_the_day_that_the_story_names(case):
    """Where a story names the severity of a day close, the revision of that close has it."""
    closes = {}
    for revisions in recorded(story(case)).alerts.values():
        closes |= {iso(day_of(one.clock)): one.body["severity"] for one in revisions}
    expected = story(case).severities

    assert expected == {day: closes.get(day) for day in expected}


@told
def test_non_verdicts_are_counted(case):
    """What is no verdict is counted by name, and nothing else is."""
    expected = story(case).counts
    found = {}
    for row in recorded(story(case)).counts["non_verdicts"]:
        found[row["name"]] = found.get(row["name"], 0) + row["count"]
    if not _tells_of_costs(case):
        found.pop("cost_unknown", None)

    assert expected in (None, found)


def _tells_of_costs(case):
    """Whether a story is of prices; the lines of a trading history alone have no cost that anybody knows."""
    costs = any(said.get("type") == "cost_declared" for said in story(case).events)
    return costs or "cost_unknown" in (story(case).counts or {})


@pytest.mark.parametrize("case", ORDERLY)
def test_fewer_clock_records_end_alike(case):
    """The alerts at rest do not depend on how often the clock told the time."""
    few, many = lasts(sparsely(story(case))), lasts(recorded(story(case)))

    assert {alert: _resting(value) for alert, value in many.items()} == {
        alert: _resting(value) for alert, value in few.items()
    }


def _resting(value):
    """An alert at rest without what names a sequence number, which another number of clock records shifts."""
    content = msgspec.json.decode(projection(value))
    content["evidence"] = [reference[:2] for reference in content["evidence"]]
    content["checks"] = [(check["look_alike"], check["state"]) for check in content["checks"]]
    del content["explanation"]
    return content


@told
def test_a_story_has_a_page_for_an_officer(case):
    """Each story is told in plain words: what happened, what the monitor says and, of an alert, what speaks against."""
    page = (HERE / case / "README.md").read_text()
    wanted = ["**What happened.**", "**What the monitor says.**"]
    if story(case).expected and not story(case).expected[-1].startswith("W"):
        wanted.append("**What speaks against it.**")

    assert [word for word in wanted if word in page] == wanted
    assert page.startswith("# ")


@told
def test_a_trading_history_is_as_long_as_it_says(case):
    """The macro of a history makes one line a day on P and one on each rival, all before the day it names."""
    told_lines = [one.value for one in happenings(story(case)) if f"-{HISTORY}-" in one.value.get("order", "")]
    wanted = sum(
        int(said["days"]) * (1 + len(said.get("rivals", "Q")))
        for said in story(case).events
        if said.get("macro") == "both"
    )

    assert len(told_lines) == wanted


@pytest.mark.parametrize("sparse", [True, False])
@told
def test_every_day_of_a_story_closes(case, sparse):
    """The clock strikes 00:30 on every day of a story."""
    minutes = ticks(story(case), sparse=sparse)
    days = {day_of(minute) for minute in minutes}

    assert len(days) - 1 <= sum((minute + 8 * 3_600_000) % 86_400_000 == 1_800_000 for minute in minutes)


def test_a_story_speaks_of_checks_that_there_are():
    """No story expects a check that the product does not have."""
    named = {
        check
        for case in CASES
        for last in story(case).lasts.values()
        for names in last.get("checks", {}).values()
        for check in names
    }

    assert named <= set(CHECKS)
