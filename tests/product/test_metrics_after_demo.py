"""After the demo every metric has moved, and what is counted agrees with the ledger that the audit holds."""

import asyncio
import time
from collections import Counter

import pytest

from monitor.observe.catalogue import CATALOGUE, Kind
from monitor.stream.audit import audit
from monitor.stream.order import INPUTS
from monitor.wire.subscriber import alerts

pytestmark = pytest.mark.kafka

IMPOSSIBLE = {
    "fairtrade_quarantines_total": "the careless platform loses and spoils records, but never more than half of them",
}
"""metrics that the demo cannot move, with the reason"""

AT_REST_S = 15


@pytest.fixture(scope="module")
def scraped(demonstrated):
    """One scrape of the worker at rest."""
    return demonstrated.scrape()


@pytest.fixture(scope="module")
def ledger(demonstrated):
    """What the audit says of each topic, over all partitions."""
    sums = {topic: Counter() for topic in INPUTS}
    for row in asyncio.run(audit(demonstrated.settings)):
        assert row.ok, row
        sums[row.topic].update(row.terms)
        sums[row.topic].update(advanced=row.advanced, dead_letters=row.counted.dead_letters)
    return {(topic, term): count for topic, terms in sums.items() for term, count in terms.items() if count}


def series(scraped, row):
    """Answer the series of a row; a labelled one is there from the first time that it was set."""
    family = scraped.get(row.name.removesuffix("_total"))
    ending = {Kind.counter: "_total", Kind.histogram: "_count", Kind.gauge: ""}[row.kind]
    name = row.name.removesuffix("_total") + ending
    return [sample for sample in family.samples if sample.name == name] if family else []


def has_moved(scraped, row):
    """Answer whether a counter or histogram counted anything, and whether a gauge was ever set."""
    found = series(scraped, row)
    return bool(found) if row.kind is Kind.gauge and row.labels else any(sample.value for sample in found)


def test_every_metric_has_moved(scraped):
    """No row of the catalogue is idle but those that are named with a reason."""
    idle = {row.name for row in CATALOGUE if not has_moved(scraped, row)}

    assert set(IMPOSSIBLE) == idle


def test_no_other_metric_is_shown(scraped):
    """What the worker shows is the catalogue, nothing else."""
    assert {row.name.removesuffix("_total") for row in CATALOGUE} == set(scraped)


def test_counters_agree_with_the_ledger(scraped, ledger):
    """What was consumed, refused, too late, repeated, skipped and advanced is what the audit counts on the logs."""
    shown = Counter()
    for term, name, chosen in (
        ("judged", "events_consumed", {}),
        ("rejected", "events_rejected", {}),
        ("too_late", "events_late", {"disposition": "dropped"}),
        ("duplicate", "events_deduplicated", {}),
        ("markers", "offsets_skipped", {"cause": "marker"}),
        ("lost", "offsets_skipped", {"cause": "lost"}),
        ("advanced", "offsets_advanced", {}),
        ("dead_letters", "dead_letters", {}),
    ):
        for sample in scraped[f"fairtrade_{name}"].samples:
            if chosen.items() <= sample.labels.items():
                shown[sample.labels["topic"], term] += int(sample.value)

    assert ledger == {key: count for key, count in shown.items() if count}


def test_refusals_agree_with_the_simulator(scraped, demonstrated):
    """Each reason for which records were refused is counted as often as the simulator spoiled one so."""
    shown = Counter()
    for sample in scraped["fairtrade_dead_letters"].samples:
        shown[sample.labels["reason"]] += int(sample.value)

    assert demonstrated.simulated.refused == dict(shown)


def test_alerts_emitted_are_those_on_the_topic(scraped, demonstrated):
    """The revisions that the worker counted are the committed records of the topic, by detector."""
    on_topic = Counter()

    async def count():
        async for one in alerts(demonstrated.settings):
            on_topic[demonstrated.alerts[one.key]["typology"]] += 1

    asyncio.run(count())
    shown = Counter()
    for sample in scraped["fairtrade_alerts_emitted"].samples:
        shown[sample.labels["detector"]] += int(sample.value)

    assert on_topic == shown


def test_lag_is_none_at_rest(demonstrated):
    """Once everything is judged every input of every partition lies at its end, and says so."""
    deadline = time.monotonic() + AT_REST_S
    while (behind := lags(demonstrated.scrape())) and time.monotonic() < deadline:
        time.sleep(0.5)

    assert not behind


def lags(scraped):
    """List the inputs that say they are behind."""
    names = ("fairtrade_consumer_lag_messages", "fairtrade_consumer_lag_seconds")
    return [sample for name in names for sample in scraped[name].samples if sample.value]
