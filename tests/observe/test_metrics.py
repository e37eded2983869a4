"""Metrics agree with the ledger of the real engine and show what the stream layer tells."""

import threading
from collections import Counter

import faust
import msgspec
import pytest
from observed import NOW, TOY, Commit, Fetched, drive, line, records, refused, revision

from monitor.engine import Partition
from monitor.engine.values import read_prefix
from monitor.events import Reason
from monitor.eventtime.china import DAY, HOUR, MINUTE
from monitor.eventtime.clocks import FOREVER
from monitor.observe import figures, readings
from monitor.observe.catalogue import CATALOGUE
from monitor.observe.metrics import Metrics
from monitor.observe.sensor import RebalanceSensor

T0 = NOW - HOUR
EVENTS = [
    line(1, T0),
    line(2, T0 + MINUTE),
    line(2, T0 + MINUTE),
    line(3, T0 + 30 * DAY),
    line(4, T0 + 29 * DAY),
    line(5, T0),
    line(1, T0 + MINUTE, "q"),
    line(1, T0 + MINUTE, "nobody"),
]


@pytest.fixture
def judged(partition, metrics):
    """Two platforms' orders with a duplicate, late ones, a refused one, one of nobody, a marker and a loss."""
    drive(partition, [*records("orders", EVENTS), refused(8)])
    partition.skip("orders", 9, markers=1)
    partition.skip("orders", 11, lost=2)
    changes = partition.take()
    metrics.committed(Commit(changes, [revision()]))
    return changes


def total(metrics, name, **labels):
    """Sum the samples of a counter that have these labels."""
    return sum(
        sample.value
        for metric in metrics.registry.collect()
        for sample in metric.samples
        if sample.name == f"fairtrade_{name}" and labels.items() <= sample.labels.items()
    )


@pytest.mark.usefixtures("judged")
def test_every_term_of_the_ledger_is_shown(partition, metrics):
    """Judged, rejected, too late, duplicate, markers and lost are each what the engine counted."""
    ledger = partition.ledger["orders"]
    shown = {
        "judged": total(metrics, "events_consumed_total", topic="orders"),
        "rejected": total(metrics, "events_rejected_total", topic="orders"),
        "too_late": total(metrics, "events_late_total", topic="orders", disposition="dropped"),
        "duplicate": total(metrics, "events_deduplicated_total", topic="orders"),
        "markers": total(metrics, "offsets_skipped_total", topic="orders", cause="marker"),
        "lost": total(metrics, "offsets_skipped_total", topic="orders", cause="lost"),
    }

    assert msgspec.to_builtins(ledger) == shown
    assert all(shown.values())
    assert sum(shown.values()) == total(metrics, "offsets_advanced_total", topic="orders")


@pytest.mark.usefixtures("judged")
def test_judged_records_are_told_by_platform(shown):
    """Each platform's own judged records stand under its name."""
    assert shown("events_consumed_total", topic="orders", platform="p") == 4
    assert shown("events_consumed_total", topic="orders", platform="q") == 1


def test_refusals_are_told_by_reason(judged, shown):
    """Every dead letter has its reason; those that came too late are no rejections."""
    reasons = Counter(record.event.reason for record in judged.refused)

    assert set(reasons) == {Reason.shape, Reason.unknown_platform, Reason.too_late}
    for reason, count in reasons.items():
        assert count == shown("dead_letters_total", topic="orders", reason=reason)
    assert shown("events_rejected_total", topic="orders", reason="too_late") is None


@pytest.mark.usefixtures("judged")
def test_late_records_that_were_judged_are_shown(shown):
    """A record older than its clock and within lateness is accepted."""
    assert shown("events_late_total", topic="orders", disposition="accepted") == 1


@pytest.mark.usefixtures("judged")
def test_an_outcome_outside_the_list_is_unknown(shown):
    """A detector cannot make a new series by an outcome of its own."""
    assert shown("detector_evaluations_total", detector="toy", outcome="clear") == 5
    assert shown("detector_evaluations_total", detector="toy", outcome="unknown") == 5


def test_a_record_of_another_source_is_of_no_platform(partition, metrics, shown):
    """A crawled fact of a platform without a feed is judged and stands under unknown."""
    drive(partition, records("orders", [line(1, T0, "q", "crawl")]))

    assert shown("events_consumed_total", topic="orders", platform="unknown") == 1
    assert total(metrics, "events_consumed_total", topic="orders") == 1


@pytest.mark.usefixtures("judged")
def test_a_second_scrape_adds_nothing(partition, metrics):
    """Counters rise by what came between two readings, and by nothing when nothing came."""
    before = total(metrics, "events_consumed_total")

    assert before == total(metrics, "events_consumed_total")
    drive(partition, records("orders", [line(6, T0 + 30 * DAY)], first=12))
    assert before + 1 == total(metrics, "events_consumed_total")


def test_a_scrape_between_two_steps_of_the_judge_counts_once(partition, metrics, shown):
    """A record that its clock has counted and the ledger has not yet is its platform's, and never nobody's."""
    drive(partition, records("orders", [line(1, T0)]))
    clock = partition.clocks.topics["p", "orders"]
    clock.records += 1
    assert shown("events_consumed_total", topic="orders", platform="p") == 2
    partition.ledger["orders"].judged += 1

    assert total(metrics, "events_consumed_total", topic="orders") == 2


def test_counting_begins_when_a_partition_is_watched(partition):
    """What a predecessor counted, restored with the state, is not counted again."""
    drive(partition, records("orders", EVENTS))
    changes = partition.take()
    heir = Partition(0, (TOY,))
    for key, value in changes.state:
        heir.restore(key, value)
    heir.open()
    metrics = Metrics(lambda: NOW)
    metrics.watch(heir)

    assert partition.ledger["orders"].judged == heir.ledger["orders"].judged > 0
    assert total(metrics, "events_consumed_total") == 0
    drive(heir, records("orders", [line(2, T0 + MINUTE, "q")], first=8))
    assert total(metrics, "events_consumed_total", platform="q") == 1


def test_a_partition_that_goes_is_read_a_last_time(partition, metrics, shown):
    """Counters keep what a revoked partition did; its gauges are gone."""
    drive(partition, records("orders", EVENTS))
    metrics.lagged("orders", 0, 3)
    assert shown("watermark_timestamp_seconds", topic="orders", partition="0") is not None
    drive(partition, records("orders", [line(6, T0 + 30 * DAY)], first=8))
    metrics.revoked([0], 0.1)

    assert shown("events_consumed_total", topic="orders", platform="p") == 5
    assert shown("watermark_timestamp_seconds", topic="orders", partition="0") is None
    assert shown("consumer_lag_messages", topic="orders", partition="0") is None
    assert shown("consumer_lag_seconds", topic="orders", partition="0") is None


def test_alerts_of_an_unregistered_platform_are_unknown(partition, metrics, shown):
    """However many platforms alerts name, those not registered are one series."""
    metrics.committed(Commit(partition.take(), [revision(f"x{number}") for number in range(50)] + [revision("q")]))

    assert shown("alerts_emitted_total", detector="toy", platform="unknown", severity="high") == 50
    assert shown("alerts_emitted_total", detector="toy", platform="q", severity="high") == 1
    assert total(metrics, "alerts_emitted_total") == 51


def test_a_quarantined_stranger_is_unknown(metrics, shown):
    """A platform id out of a header makes no series unless it is registered."""
    metrics.quarantined("made-up", 0)
    metrics.quarantined("p", 0)

    assert shown("quarantines_total", platform="unknown") == 1
    assert shown("quarantines_total", platform="p") == 1


def test_latency_is_from_append_to_confirmation(partition, metrics, shown):
    """20 ms from append to confirmation is in the bucket up to 25 ms, and an hour by event time."""
    metrics.committed(Commit(partition.take(), [revision()]))

    assert shown("alert_latency_seconds_sum", detector="toy") == pytest.approx(0.02)
    assert shown("alert_latency_seconds_bucket", detector="toy", le="0.01") == 0
    assert shown("alert_latency_seconds_bucket", detector="toy", le="0.025") == 1
    assert shown("alert_event_time_latency_seconds_sum", detector="toy") == HOUR / 1000


def test_no_latency_is_invented(partition, metrics, shown):
    """A revision whose completing record is not known has no latency but an emission."""
    metrics.committed(Commit(partition.take(), [revision()], appended_ms=0))

    assert shown("alert_latency_seconds_count", detector="toy") is None
    assert shown("alerts_emitted_total", detector="toy", platform="p", severity="high") == 1


def test_lag_in_seconds_is_since_the_last_record_judged(partition, metrics, shown):
    """A partition behind since its newest judged record was appended an hour less a minute ago shows that, at most."""
    drive(partition, records("orders", [line(1, T0)]))
    metrics.lagged("orders", 0, 5)

    assert shown("consumer_lag_messages", topic="orders", partition="0") == 5
    assert shown("consumer_lag_seconds", topic="orders", partition="0") == (HOUR - MINUTE) / 1000


def test_lag_in_seconds_is_nothing_at_the_end(partition, metrics, shown):
    """At the end of the log nothing waits, however long ago the last record came."""
    drive(partition, records("orders", [line(1, T0)]))
    metrics.lagged("orders", 0, 0)

    assert shown("consumer_lag_seconds", topic="orders", partition="0") == 0


def test_a_record_after_a_quiet_night_does_not_lag_a_night(partition):
    """Behind after having been at the end: nothing can have waited since before that."""
    now = [T0]
    metrics = Metrics(lambda: now[0])
    metrics.watch(partition)
    drive(partition, records("orders", [line(1, T0 - DAY)]))
    metrics.lagged("orders", 0, 0)
    now[0] += 1_500
    metrics.lagged("orders", 0, 1)

    assert total(metrics, "consumer_lag_seconds", topic="orders") == 1.5


def test_an_input_without_clocks_lags_since_it_was_heard_of(partition):
    """Costs have no clock: behind from the start on, they lag since the start and not since 1970."""
    now = [T0]
    metrics = Metrics(lambda: now[0])
    metrics.watch(partition)
    metrics.lagged("costs", 0, 9)
    now[0] += 2_000

    assert total(metrics, "consumer_lag_seconds", topic="costs") == 2


def test_the_watermark_is_the_slowest_feed_that_speaks(partition, shown):
    """A silent platform holds no watermark back."""
    drive(partition, records("orders", [line(1, T0), line(1, T0 + MINUTE, "q")]))
    assert shown("watermark_timestamp_seconds", topic="orders", partition="0") == T0 / 1000
    partition.clocks.standings["p"].silent_since = T0

    assert shown("watermark_timestamp_seconds", topic="orders", partition="0") == (T0 + MINUTE) / 1000


def test_the_last_event_of_a_platform_is_when_it_was_appended(partition, shown):
    """The silent-feed figure is the append time of the newest record."""
    drive(partition, records("orders", [line(1, T0), line(2, T0 - MINUTE)]))

    assert shown("platform_last_event_timestamp_seconds", platform="p") == (T0 + MINUTE) / 1000


@pytest.mark.usefixtures("judged")
def test_state_is_counted_by_table(partition, shown):
    """Keys and bytes of a family are those that the engine keeps, by owner and tag."""
    stored = {key: raw for key, raw in partition.keys.stored.items() if key.startswith("t\n")}

    assert shown("state_keys", table="toy/t") == len(stored) == 2
    assert shown("state_bytes", table="toy/t") == sum(len(key) + len(raw) for key, raw in stored.items())
    assert shown("windows_open", detector="toy") == sum(read_prefix(raw).due > 0 for raw in stored.values())
    assert shown("state_keys", table="engine/N") == 1
    assert shown("windows_open", detector="toy") == 1


def test_keys_of_a_detector_not_run_are_counted(partition, shown):
    """State that another choice of detectors left behind still takes memory."""
    partition.keys.stored["old\nm\np"] = bytes(25)

    assert shown("state_bytes", table="unknown/old") == 32
    assert shown("windows_open", detector="unknown") == 0


def test_keys_are_walked_once_a_minute(partition, shown, monkeypatch):
    """A scrape soon after another does not walk the state again; one a minute later does."""
    clock = [1_000.0]
    monkeypatch.setattr(readings.time, "monotonic", lambda: clock[0])
    assert shown("state_keys", table="toy/t") == 0
    drive(partition, records("orders", [line(1, T0)]))
    partition.take()

    assert shown("state_keys", table="toy/t") == 0
    clock[0] += readings.CENSUS_S
    assert shown("state_keys", table="toy/t") == 1


def test_the_event_loop_never_waits_for_the_walk(partition, metrics, shown, monkeypatch):
    """While a scrape walks the keys, every hook of the stream layer comes back at once."""
    walking, hooks_done = threading.Event(), threading.Event()

    def walk(_):
        walking.set()
        assert hooks_done.wait(5)
        return {}

    monkeypatch.setattr(figures, "holdings", walk)
    scrape = threading.Thread(target=shown, args=("worker_ready",))
    scrape.start()
    assert walking.wait(5)
    metrics.lagged("orders", 0, 1)
    metrics.committed(Commit(partition.take(), [revision()]))
    metrics.revoked([0], 0.1)
    metrics.watch(partition)
    hooks_done.set()
    scrape.join(10)

    assert not scrape.is_alive()


def test_the_rules_in_force_are_one_series(partition, shown):
    """When the rules change, the old ones are no longer shown."""
    rule = partition.meta.rules.rule(TOY)
    old = {"detector": "toy", "ruleset": rule.id, "version": rule.version, "digest": rule.digest}
    assert shown("ruleset_info", **old) == 1
    partition.set_rules(msgspec.structs.replace(partition.meta.rules, id="spring"))

    assert shown("ruleset_info", **old) is None
    assert shown("ruleset_info", **old | {"ruleset": "spring"}) == 1


def test_partitions_held_are_counted(metrics, shown):
    """Partitions come and go by rebalance, alike for every input."""
    metrics.assigned([0, 1, 2])
    metrics.revoked([1], 0.1)

    assert shown("assigned_partitions", topic="orders") == 2
    assert shown("assigned_partitions", topic="control") == 2


def test_the_time_of_an_event_is_its_part_of_the_batch(metrics, shown):
    """4,000 records in 40 ms are 4,000 observations of 10 µs; a batch without records is none."""
    metrics.applied("orders", 0, 4_000, 0.04)
    metrics.applied("orders", 0, 0, 0.5)

    assert shown("event_processing_seconds_count", agent="judge") == 4_000
    assert shown("event_processing_seconds_sum", agent="judge") == pytest.approx(0.04)
    assert shown("event_processing_seconds_bucket", agent="judge", le="5e-06") == 0


def test_the_sensor_tells_of_rebalances(metrics, shown):
    """A rebalance is counted when it begins and timed when it ends."""
    sensor = RebalanceSensor(metrics)
    state = sensor.on_rebalance_start(None)
    assert shown("rebalances_total") == 1
    assert shown("rebalance_duration_seconds_count") == 0
    sensor.on_rebalance_end(None, state | {"began": state["began"] - 2})

    assert shown("rebalance_duration_seconds_count") == 1
    assert 2 <= shown("rebalance_duration_seconds_sum") < 3


@pytest.mark.usefixtures("judged")
def test_every_row_of_the_catalogue_moves(partition, metrics):
    """A worker's life moves every metric there is."""
    before = _sampled(Metrics(lambda: 0))
    partition.keys.drop("t\nm1:a\np")
    metrics.committed(Commit(partition.take(), [revision()]))
    drive(partition, records("orders", [line(9, T0 + 31 * DAY)], first=12))
    partition.statistics["suppressed", "toy", "exempt"] += 1
    metrics.fetched("orders", [Fetched(b"{}")])
    metrics.assigned([0])
    metrics.restoring(0, 7)
    metrics.applied("orders", 0, 9, 0.01)
    metrics.lagged("orders", 0, 3)
    metrics.quarantined("p", 0)
    metrics.readiness(ready=False)
    metrics.rebalancing()
    metrics.rebalanced(0.5)
    metrics.loop_delayed(0.01)
    metrics.restored(1, 10, 0.2)
    after = _sampled(metrics)

    assert [] == [row.name for row in CATALOGUE if before[row.name] == after[row.name] and row.name != BUILD]


BUILD = "fairtrade_build_info"


def _sampled(metrics):
    """Answer all samples of each row, by the row's name."""
    found = {row.name: {} for row in CATALOGUE}
    for metric in metrics.registry.collect():
        name = metric.name + ("_total" if metric.type == "counter" else "")
        found[name] = {(s.name, tuple(sorted(s.labels.items()))): s.value for s in metric.samples}
    return found


def test_no_series_appears_for_what_feeds_say(partition, metrics):
    """Merchants, SKUs, unregistered platforms and alert ids of a thousand records make no series."""
    drive(partition, records("orders", [line(1, T0)]))
    metrics.committed(Commit(partition.take(), [revision()]))
    before = _names(metrics)
    values = [line(n, T0 + n, "pz"[n % 2]) | {"sku": f"k{n}", "shop": f"s{n}"} for n in range(2, 999)]
    drive(partition, records("orders", values, first=1))
    metrics.committed(Commit(partition.take(), [revision("z", alert_id=f"{n:032d}") for n in range(999)]))
    new = _names(metrics) - before

    assert {value for _, labels in new for _, value in labels} <= {
        "orders",
        "unknown_platform",
        "unknown",
        "toy",
        "high",
    }


def _names(metrics):
    return {name for samples in _sampled(metrics).values() for name in samples}


def test_faust_tells_the_sensor(metrics, shown):
    """An app that has the sensor counts and times its rebalances with it."""
    app = faust.App("observed", web_enabled=False)
    app.sensors.add(RebalanceSensor(metrics))
    app.on_rebalance_start()
    app.on_rebalance_end()

    assert shown("rebalances_total") == 1
    assert shown("rebalance_duration_seconds_count") == 1


def test_an_eviction_tells_who_let_the_key_go(partition, metrics, shown):
    """A tombstone of a detector's table is concluded, one of the engine's expired, one of nobody's has no owner."""
    for key in ("t\nm1:z\np", "N\n\np\n18000"):
        partition.keys.stored[key] = bytes(25)
        partition.keys.dropped.add(key)
        partition.keys.dirty[key] = None
    changes = partition.take()
    changes.state.append((b"old\nm\np", None))
    metrics.committed(Commit(changes))

    assert shown("state_evictions_total", table="toy/t", reason="concluded") == 1
    assert shown("state_evictions_total", table="engine/N", reason="expired") == 1
    assert shown("state_evictions_total", table="unknown/old", reason="concluded") == 1
    assert total(metrics, "state_evictions_total") == 3


def test_a_suppression_is_told_once_with_its_reason(partition, metrics, shown):
    """Of three suppressed evaluations one told why, and one told a reason that nobody knows."""
    partition.statistics["evaluations", "toy", "suppressed"] += 3
    partition.statistics["suppressed", "toy", "exempt"] += 1
    partition.statistics["suppressed", "toy", "a reason of its own"] += 1

    assert shown("alerts_suppressed_total", detector="toy", reason="exempt") == 1
    assert shown("alerts_suppressed_total", detector="toy", reason="unknown") == 2
    assert total(metrics, "alerts_suppressed_total") == 3


def test_keys_that_no_transaction_has_written_lag(partition, shown):
    """What changed in memory counts until it is taken for a transaction."""
    drive(partition, records("orders", [line(1, T0), line(1, T0, "q")]))

    assert shown("changelog_lag_messages", partition="0") == len(partition.keys.dirty) > 0
    partition.take()
    assert shown("changelog_lag_messages", partition="0") == 0


def test_a_restore_counts_down(metrics, shown):
    """What is left of the state log is shown while it is read, and nothing is left once it is restored."""
    metrics.restoring(3, 700)
    assert shown("recovery_remaining_messages", partition="3") == 700
    metrics.restored(3, 900, 0.2)

    assert shown("recovery_remaining_messages", partition="3") == 0


def test_the_size_of_a_record_is_that_of_its_value(metrics, shown):
    """Bytes of values are summed; a tombstone has none."""
    metrics.fetched("orders", [Fetched(bytes(100)), Fetched(bytes(300)), Fetched(None)])

    assert shown("event_size_bytes_sum", topic="orders") == 400
    assert shown("event_size_bytes_bucket", topic="orders", le="128.0") == 2


def test_the_start_is_a_time(shown):
    """A worker that is started again shows another one."""
    assert shown("start_timestamp_seconds") == NOW / 1000


def test_both_latencies_of_an_alert_name_it(partition, metrics):
    """An operator goes from either histogram to the alert itself."""
    metrics.committed(Commit(partition.take(), [revision()]))
    named = {
        sample.name
        for metric in metrics.registry.collect()
        for sample in metric.samples
        if sample.exemplar and sample.exemplar.labels == {"alert_id": "a" * 32}
    }

    assert {"fairtrade_alert_latency_seconds_bucket", "fairtrade_alert_event_time_latency_seconds_bucket"} == named


def test_a_ledger_that_adds_up_shows_no_difference(partition, metrics, shown):
    """After a transaction every offset passed is held by a term of the ledger."""
    drive(partition, records("orders", [line(1, NOW)]))
    metrics.committed(Commit(partition.take()))

    assert shown("ledger_difference_offsets", topic="orders", partition="0") == 0


def test_an_offset_in_no_term_of_the_ledger_is_shown(partition, metrics, shown):
    """Two offsets that nobody accounted for are a difference of two from the next transaction on."""
    drive(partition, records("orders", [line(1, NOW)]))
    partition.meta.applied["orders"] += 2
    metrics.committed(Commit(partition.take()))

    assert shown("ledger_difference_offsets", topic="orders", partition="0") == 2


def test_a_retired_platform_is_no_silent_feed(partition, shown):
    """The last event of a platform that is retired is shown no more."""
    drive(partition, records("orders", [line(1, NOW)]))
    before = shown("platform_last_event_timestamp_seconds", platform="p")
    partition.clocks.platforms["p"] = FOREVER

    assert (before is None, shown("platform_last_event_timestamp_seconds", platform="p")) == (False, None)
