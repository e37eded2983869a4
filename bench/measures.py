"""What must hold, and what makes a run void; the bounds stand here and nowhere else."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bench.orders_job import ALERTS, ALERTS_CRC_SUM

EVENTS_PER_CPU_SECOND = 80_000
TIMES_STOCK_FAUST = 5
ORDERS_PER_CPU_SECOND = 180_000
P50_MS, P99_MS = 25, 150
NOTICES = 2_000

BYTES_PER_EVENT = 650
EVENT_DAYS = 3
PAIRS = 200_000
PLATFORMS = 310
STATE_RECORDS_PER_EVENT = 0.5
LEAST_ALERTS = 1_000
VERDICTS = frozenset({"D1", "D2", "D3", "D4", "pressed", "exited", "relieved"})


class Measure(NamedTuple):
    """One bound: what was asked, what was found, and whether it holds."""

    name: str
    asked: str
    found: str
    holds: bool


def at_least(name: str, found: float, bound: float) -> Measure:
    """Ask for so much or more."""
    return Measure(name, f"at least {_written(bound)}", _written(found), found >= bound)


def at_most(name: str, found: float, bound: float) -> Measure:
    """Ask for so much or less."""
    return Measure(name, f"at most {_written(bound)}", _written(found), found <= bound)


def equal(name: str, found: object, expected: object) -> Measure:
    """Ask for the same."""
    return Measure(name, str(expected)[:16], str(found)[:16], found == expected)


def _written(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:,.2f}"  # noqa: PLR2004 - taste


def of_speed(fairtrade: float, stock: float) -> list[Measure]:
    """Hold the worker's events a processor second against the floor and against stock Faust, whichever is higher."""
    return [
        at_least("mix: events per CPU second", fairtrade, EVENTS_PER_CPU_SECOND),
        at_least("mix: times the stock Faust agent", fairtrade / stock, TIMES_STOCK_FAUST),
    ]


def of_mix(facts: Mapping[str, int], state_records_per_event: float) -> list[Measure]:
    """Hold what lies in the topics against what the mix must not be easier than."""
    return [
        at_least("mix: mean bytes of a record", facts["bytes"] / facts["records"], BYTES_PER_EVENT),
        at_most("mix: lines with an empty field", facts["bare_lines"], 0),
        at_least("mix: event days", facts["days"], EVENT_DAYS),
        at_least("mix: (subject, SKU) pairs", facts["pairs"], PAIRS),
        at_least("mix: pairs with a cost, of 100", 100 * facts["costed"] / max(1, facts["pairs"]), 50),
        at_least("mix: registered platforms", facts["platforms"], PLATFORMS),
        at_least("mix: state records an event", state_records_per_event, STATE_RECORDS_PER_EVENT),
        at_least("mix: refunds", facts["refunds"], 1),
        at_least("mix: late records", facts["late"], 1),
        at_least("mix: duplicate records", facts["duplicates"], 1),
    ]


def of_alerts(found_sha256: str, expected_sha256: str, alerts: Iterable[Mapping[str, Any]]) -> list[Measure]:
    """Hold the alerts against the pure engine's, and see that the mix raises every class and grade."""
    standing = [alert for alert in alerts if alert["status"] != "withdrawn"]
    seen = {alert["class"] or alert["grade"] for alert in standing}
    return [
        equal("mix: hash of the alerts", found_sha256, expected_sha256),
        at_least("mix: alerts", len(standing), LEAST_ALERTS),
        Measure("mix: classes and grades", "all", ", ".join(sorted(VERDICTS - seen)) or "all", seen >= VERDICTS),
    ]


def of_orders(per_cpu_second: float, alerts: int, crc_sum: int) -> list[Measure]:
    """Hold variant orders-1m against its floor and against the answer that every system gives."""
    return [
        at_least("orders-1m: events per CPU second", per_cpu_second, ORDERS_PER_CPU_SECOND),
        equal("orders-1m: alerts", alerts, ALERTS),
        equal("orders-1m: CRC sum of the alerts", crc_sum, ALERTS_CRC_SUM),
    ]


def of_latency(found: Mapping[str, float]) -> list[Measure]:
    """Hold event to alert against its bounds; a notice that never came is as bad as one too few."""
    return [
        at_least("latency: immediate notices", found["notices"], NOTICES),
        equal("latency: levers without a notice", found["levers"] - found["notices"], 0),
        at_most("latency: p50, ms", found["p50"], P50_MS),
        at_most("latency: p99, ms", found["p99"], P99_MS),
    ]
