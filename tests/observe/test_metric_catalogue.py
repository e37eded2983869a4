"""The catalogue is closed: what is created, documented and labelled is what it says."""

from pathlib import Path

from prometheus_client import CollectorRegistry

from monitor.events import Reason, Topic
from monitor.findings import Severity
from monitor.observe import catalogue
from monitor.observe.catalogue import CATALOGUE, LABELS, OUTCOMES, SUPPRESSIONS, Kind, Row
from monitor.observe.collectors import Collectors
from monitor.observe.reference import reference

SERIES_A_WORKER = 10_000
FORBIDDEN = {"merchant", "subject", "shop", "sku", "alert_id", "offset", "error", "user", "path", "event_id"}
PLATFORMS, PARTITIONS, DETECTORS, TABLES = 310, 64, 2, 12
VALUES = {
    "topic": len(Topic), "partition": PARTITIONS, "platform": PLATFORMS + 1, "detector": DETECTORS,
    "severity": len(Severity), "reason": max(len(Reason), len(SUPPRESSIONS) + 1),
    "disposition": 2, "cause": 2, "outcome": len(OUTCOMES) + 1,
    "table": TABLES, "agent": 1, "version": 1, "ruleset": 1, "digest": 1,
}  # fmt: skip


def nothing():
    """Read nothing."""


def test_every_row_has_one_collector_and_no_other_exists():
    """The registry holds the names and label sets of the catalogue, one to one."""
    registry = Collectors(nothing).registry
    created = {
        (metric._name + ("_total" if metric._type == "counter" else ""), metric._type, metric._labelnames)
        for metric in registry._collector_to_names
    }

    assert {(row.name, row.kind.value, row.labels) for row in CATALOGUE} == created
    assert len(CATALOGUE) == len(registry._collector_to_names)


def test_every_row_written_down_is_in_the_catalogue():
    """No metric is defined and left out."""
    written = {value for value in vars(catalogue).values() if isinstance(value, Row)}

    assert written == set(CATALOGUE)
    assert len(CATALOGUE) == len({row.name for row in CATALOGUE})


def test_names_follow_the_rules_of_prometheus():
    """A name has our prefix, `_total` exactly on counters, and its base unit where it has one."""
    for row in CATALOGUE:
        assert row.name.startswith("fairtrade_")
        assert (row.kind is Kind.counter) == row.name.endswith("_total"), row.name
        assert row.unit not in {"seconds", "bytes"} or row.name.endswith(f"_{row.unit}"), row.name


def test_every_row_says_what_it_is_and_what_to_do():
    """Each sentence ends as one and says more than the name."""
    for row in CATALOGUE:
        assert row.says.endswith("."), row.name
        assert row.reaction.endswith("."), row.name
        assert bool(row.buckets) == (row.kind is Kind.histogram), row.name
        assert list(row.buckets) == sorted(set(row.buckets)), row.name


def test_labels_are_bounded_by_the_vocabulary():
    """A label is one of the vocabulary, and never a merchant, SKU, alert, offset or text of a feed."""
    used = {label for row in CATALOGUE for label in row.labels}

    assert used == set(LABELS)
    assert not used & FORBIDDEN


def test_no_histogram_has_a_platform():
    """A platform multiplies series by hundreds, a histogram by its buckets: never both."""
    assert [] == [row.name for row in CATALOGUE if row.kind is Kind.histogram and "platform" in row.labels]


def test_a_province_fits_into_one_worker():
    """Every label combination at 310 platforms and 64 partitions, counted as samples, is below the budget."""
    registry = Collectors(nothing).registry
    for metric in list(registry._collector_to_names):
        _fill(metric, metric._labelnames)
    samples = sum(len(metric.samples) for metric in registry.collect())

    assert 5_000 < samples < SERIES_A_WORKER


def _fill(metric, names, values=()):
    if len(values) < len(names):
        for number in range(VALUES[names[len(values)]]):
            _fill(metric, names, (*values, str(number)))
    elif names:
        metric.labels(*values)


def test_created_series_are_off():
    """No sample is the time of a series' creation."""
    collectors = Collectors(nothing)
    collectors.child(catalogue.REBALANCES).inc()

    assert [] == [s.name for m in collectors.registry.collect() for s in m.samples if s.name.endswith("_created")]


def test_children_are_made_once():
    """Asking twice for a series answers the same object, without a look-up in the client."""
    collectors = Collectors(nothing)

    assert collectors.child(catalogue.LAG_MESSAGES, "orders", "0") is collectors.child(
        catalogue.LAG_MESSAGES, "orders", "0"
    )


def test_a_forgotten_series_is_gone_and_may_come_back():
    """A forgotten gauge is not shown, and shows from its new value when it is asked for again."""
    collectors = Collectors(nothing)
    labels = {"topic": "orders", "partition": "0"}
    collectors.child(catalogue.LAG_MESSAGES, "orders", "0").set(7)
    collectors.forget(catalogue.LAG_MESSAGES, "orders", "0")

    assert collectors.registry.get_sample_value(catalogue.LAG_MESSAGES.name, labels) is None
    collectors.child(catalogue.LAG_MESSAGES, "orders", "0").set(1)
    assert collectors.registry.get_sample_value(catalogue.LAG_MESSAGES.name, labels) == 1


def test_many_observations_at_once_equal_as_many_single_ones():
    """A histogram shows the same after one call for five observations as after five calls."""
    at_once, singly = Collectors(nothing), Collectors(nothing)
    at_once.child(catalogue.LOOP_DELAY).observe_many(0.02, 5)
    for _ in range(5):
        singly.child(catalogue.LOOP_DELAY).observe(0.02)

    assert _samples(singly.registry) == _samples(at_once.registry)


def test_many_different_observations_equal_as_many_single_ones():
    """Sizes counted together, bounds and what lies beyond the last one included, stand where single ones would."""
    sizes = [5_000_000, 0, 128, 129, 1_048_576, 700, 700]
    at_once, singly = Collectors(nothing), Collectors(nothing)
    at_once.child(catalogue.EVENT_SIZE, "orders").observe_all(sizes)
    for size in sizes:
        singly.child(catalogue.EVENT_SIZE, "orders").observe(size)

    assert _samples(singly.registry) == _samples(at_once.registry)


def _samples(registry: CollectorRegistry):
    return {(s.name, tuple(sorted(s.labels.items()))): round(s.value, 9) for m in registry.collect() for s in m.samples}


def test_the_page_is_that_of_the_catalogue():
    """docs/metrics.md is what the command writes."""
    page = Path(__file__).parents[2] / "docs" / "metrics.md"

    assert reference() == page.read_text(encoding="utf-8")
