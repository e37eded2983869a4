"""The verdict depends on the facts alone: any order inside the lateness, any cut of the state, gives equal alerts."""

import random
from collections import Counter

import pytest
from conftest import Run, Story

from monitor.detect.exclusivity import DETECTOR
from monitor.engine import Partition
from monitor.eventtime.china import DAY, HOUR, instant
from monitor.findings import projection

START = "2020-06-01"


def case_one(story):
    """A lead with every sequence: opened on the rival, throttled, complained, left, released, and crawled twice."""
    story.history(START, 9)
    story.status("opened", "R", "2020-05-31", "09:00")
    values = {"value_before": 3000, "value_after": 500, "unit": "metre"}
    story.lever("DELIVERY_RADIUS_CUT", START, "10:00", lever_id="r", **values)
    story.status("blocked", "P", START, "11:00", actor="platform_staff", basis={"rule": "x", "notice": "n-1"})
    story.status("blocked", "P", START, "11:40", actor="unknown", source_grade="crawl")
    story.complaint("complaint_filed", START, "15:00")
    story.status("closed", "R", "2020-06-02", "12:00")
    story.status("open", "P", "2020-06-02", "18:00", actor="platform_staff")
    story.lever("DELIVERY_RADIUS_CUT", "2020-06-03", "20:00", lever_id="r", kind="lever_released", **values)
    story.sanction("2020-06-03", "10:00", ground="multi_homing")


def case_two(story):
    """Several levers, one explained by stock, one by a sanction, prices that rise, a cancelled and a late day."""
    story.history(START, 8)
    story.price(100, "2020-05-30", "10:00")
    story.price(120, "2020-05-31", "10:00")
    story.price(118, "2020-05-30", "12:00")
    story.listing("delisted", "P", START, "09:00", actor="platform_algorithm", sku="k", stock="none")
    story.lever("SEARCH_DEMOTE", START, "10:00")
    story.lever("TRAFFIC_LIMIT", "2020-06-02", "10:00")
    story.lever("TRAFFIC_LIMIT", "2020-06-02", "12:00", kind="lever_released")
    story.status("paused", "P", "2020-06-02", "10:30", actor="platform_staff", basis={"rule": None, "notice": "n-1"})
    story.sanction("2020-06-03", "10:00", measure="REST_SHOP")
    story.status("closed", "Q", "2020-06-03", "10:00")
    story.status("closed", "P", "2020-06-04", "10:00")
    story.status("open", "P", "2020-06-05", "10:00")
    back = {"placed_time": instant("2020-05-28", "12:00"), "refunded_quantity": 1, "refunded_fen": 100}
    story.line("Q", "2020-05-29", kind="line_cancelled", refund_reason="other", **back)


def case_three(story):
    """A refusal as the only T0, an agreement that ends, a warning that names nobody, and a new shop on a rival."""
    story.complaint("exclusivity_refused", "2020-05-31", "10:00")
    story.agreement("P", "2020-05-28", "10:00")
    ended = {"agreement": "a", "from": instant("2020-05-28"), "to": None, "consideration_fen": 1, "paid_time": None}
    story.tell("exclusivity_ended", "P", "2020-05-30", "10:00", **ended)
    story.lever("PEAK_HIDE", START, "10:00", rival_named="Q")
    story.lever("PEAK_HIDE", "2020-06-02", "10:00", kind="lever_released")
    story.listing("listed", "Q", "2020-06-02", "11:00", sku="k", stock="normal")
    story.listing("delisted", "Q", "2020-06-03", "11:00", listed_count=0)
    story.lever("BANNER_REMOVE", "2020-06-04", "10:00")


CASES = [case_one, case_two, case_three]


def run_of(stories, case, seed=None, kind=Run):
    """Run a case; with a seed every record is read up to five days late."""
    story = stories(platforms=("P", "Q", "R"))
    case(story)
    stamp(story)
    if seed is not None:
        shuffled = random.Random(seed)
        story.events = [(time + shuffled.randrange(5 * DAY), event) for time, event in story.events]
    times = [time for time, _ in story.events]
    return kind(story).tick_at(range(min(times), max(times) + 40 * DAY, 3 * HOUR))


def stamp(story):
    """Number the records as their sources did, in the order of events."""
    numbers = Counter()
    for _, event in story.events:
        source = f"{event['platform']}-{event['source_grade']}#2"
        name = source, Story.topic(event)
        numbers[name] += 1
        event.update(source=source, sequence=numbers[name])


def at_rest(run):
    """The last body of each alert that is not withdrawn, as design.md 7 compares it."""
    last = {revision.alert_id: revision for revision in run.headers}
    return {name: projection(one.value) for name, one in last.items() if one.status != "withdrawn"}


@pytest.mark.parametrize("case", CASES)
def test_any_order_inside_the_lateness_gives_equal_alerts(stories, case):
    """However late the records are read, the alerts at rest and the non-verdicts are those of the order of events."""
    expected = at_rest(run_of(stories, case))
    others = [at_rest(run_of(stories, case, seed)) for seed in range(12)]

    assert expected
    assert all(other == expected for other in others)


class Cutting(Run):
    """Takes the state out and restores it into a new partition after every record."""

    def __init__(self, story):
        self.log = {}
        super().__init__(story)

    def feed(self, *args, **kwargs):
        """Fold a record, then go on with the state as the log holds it."""
        super().feed(*args, **kwargs)
        self.log.update(self.partition.take().state)
        self.partition = Partition(0, [DETECTOR], mode="backtest")
        for key, value in self.log.items():
            self.partition.restore(key, value)
        self.partition.open()


@pytest.mark.parametrize("case", CASES)
def test_state_cut_after_every_record_gives_the_same_bytes(stories, case):
    """A partition restored from its state log after each record publishes byte-equal revisions."""
    whole = run_of(stories, case)
    cut = run_of(stories, case, kind=Cutting)

    assert [revision.value for revision in cut.headers] == [revision.value for revision in whole.headers]
