"""The end of the demo: alerts held against the truth, one chosen to be read, and how both are laid out."""

import io
from copy import deepcopy

import pytest
from msgspec.structs import replace
from planted import Planted, lost, newest
from rich.console import Console

from monitor.local.pages import live_table, page
from monitor.local.reckoning import COMPARED, most_telling, reckon, table

NARROW = 80
WIDE = 300


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The plants of a small province, the alerts that come of them, and the numbers that its feeds lack."""
    planted = Planted(tmp_path_factory.mktemp("province"), "small")
    log = list(planted.cut(planted.truths))
    return planted.truths, newest(log), lost(log)


@pytest.fixture
def truths(small):
    """What was planted."""
    return small[0]


@pytest.fixture
def alerts(small):
    """The alerts, to be spoiled by a test."""
    return deepcopy(small[1])


@pytest.fixture
def lacking(small):
    """The numbers that feeds lack, by platform."""
    return small[2]


@pytest.fixture
def plant(truths):
    """One planted offence."""
    return next(truth for truth in truths if truth.outcome == "alert" and truth.checks)


def shown(renderable, width):
    """Answer what a console of a width shows, line by line."""
    text = io.StringIO()
    Console(file=text, width=width).print(renderable)
    return text.getvalue().splitlines()


def test_all_are_found(truths, alerts, lacking):
    """As the province is, each plant is found under its kind and every look-alike is silent."""
    made = reckon(truths, alerts, lacking)

    assert made.is_clean
    assert dict(made.planted) == dict(made.found)
    assert sum(truth.outcome != "alert" for truth in truths) == made.silent


@pytest.mark.parametrize("name", COMPARED)
def test_found_means_that_all_is_equal(truths, alerts, plant, name, lacking):
    """An alert that differs from the truth in one field is missed, and the miss names it with both values."""
    alerts[plant.alert_id][name] = "another"
    (miss,) = reckon(truths, alerts, lacking).misses

    assert plant == miss.truth
    assert [f"{name}: expected"] == [said.partition(" expected")[0] + " expected" for said in miss.differs]
    assert miss.differs[0].endswith("is another")


def test_checks_belong_to_the_truth(truths, alerts, plant, lacking):
    """A look-alike check in another state than the truth's is a miss."""
    for check in alerts[plant.alert_id]["checks"]:
        check["state"] = "failed"
    (miss,) = reckon(truths, alerts, lacking).misses

    assert {f"{name}: expected {state}, is failed" for name, state in plant.checks.items()} >= set(miss.differs)
    assert miss.differs


def test_the_force_belongs_to_the_truth(truths, alerts, plant, lacking):
    """Another force of the lever that made the class is a miss."""
    spoiled = [replace(one, force="weak") if one is plant else one for one in truths]

    assert ("force: expected weak, is None",) == reckon(spoiled, alerts, lacking).misses[0].differs


@pytest.mark.parametrize("status", ["withdrawn", None])
def test_what_does_not_stand_is_missed(truths, alerts, plant, status, lacking):
    """A planted alert that is withdrawn, or was never there, is missed and not found."""
    if status is None:
        del alerts[plant.alert_id]
    else:
        alerts[plant.alert_id]["status"] = status
    made = reckon(truths, alerts, lacking)

    assert ("no alert stands under its id",) == made.misses[0].differs
    assert sum(made.planted.values()) - 1 == sum(made.found.values())


def test_what_nobody_planted_is_false(truths, alerts, plant, lacking):
    """A standing alert under another id than any plant's is false, and the table counts it."""
    alerts["other"] = alerts[plant.alert_id] | {"alert_id": "other"}
    made = reckon(truths, alerts, lacking)

    assert ["other"] == [alert["alert_id"] for alert in made.false]
    assert not made.is_clean
    assert shown(table(made), NARROW)[-2].split()[-2] == "1"


def test_a_gap_that_does_not_add_up_is_missed(truths, alerts, lacking):
    """The gaps of a platform must lack as many numbers as it lost, no more and no less."""
    made = reckon(truths, alerts, lacking | {"taomall": 3})

    assert [("missing: expected 3, is 0",)] == [miss.differs for miss in made.misses]


def test_a_gap_of_a_platform_that_lost_nothing_is_false(truths, alerts, lacking):
    """An alert on a gap that nobody made counts as any other that nobody planted."""
    gaps = [key for key, alert in alerts.items() if alert["class"] == "gap" and alert["status"] != "withdrawn"]
    made = reckon(truths, alerts, {})

    assert sorted(gaps) == sorted(alert["alert_id"] for alert in made.false)
    assert bool(lacking) == bool(gaps)


def test_the_most_telling_alert(alerts):
    """It is a lead that stands, and none has more sequences; among leads without any it is one with most checks."""
    chosen = most_telling(alerts.values())
    most = max(len(alert["sequences"]) for alert in alerts.values() if alert["status"] != "withdrawn")

    assert ("lead", most) == (chosen["level"], len(chosen["sequences"]))
    assert chosen["status"] != "withdrawn"
    assert any(check["state"] == "passed" for check in chosen["checks"])


def test_no_lead_tells_nothing(alerts):
    """Notices alone are not laid out as if they were leads."""
    notices = [alert for alert in alerts.values() if alert["level"] == "notice"]

    assert notices
    assert most_telling(notices) is None


def test_a_line_of_the_live_table_fits_a_terminal(alerts):
    """On 80 columns each alert is one line, and no cell is cut short."""
    lines = shown(live_table(alerts.values()), NARROW)

    assert len(alerts) + 1 == len(lines)
    assert "…" not in "".join(lines)


def test_a_page_shows_all_of_an_alert(alerts):
    """Every fact, check, element, reference and both explanations of an alert are on its page."""
    alert = most_telling(alerts.values())
    text = "\n".join(shown(page(alert), WIDE))
    expected = [fact["name"] for fact in alert["facts"]] + [check["look_alike"] for check in alert["checks"]]
    expected += [one["element"] for one in alert["elements"]] + [one["sha256"][:16] for one in alert["evidence"]]

    assert [part for part in expected if part not in text] == []
    assert alert["explanation"]["zh"][:40] in text
    assert alert["explanation"]["en"][:40] in text


def test_what_a_feed_sent_is_no_markup(alerts):
    """Brackets in a name that a merchant chose are shown as they are, in the page and in the live table."""
    alert = most_telling(alerts.values()) | {"sku": "[/red]cheap[bold]", "platform": "[/p]"}

    assert any("[/red]cheap[bold]" in line for line in shown(page(alert), WIDE))
    assert any("[/p]" in line for line in shown(live_table([alert]), NARROW))
