"""The two objectives, and how fast their budgets burn (the multi-window scheme of the SRE workbook).

Of 30 days, 99 % of alerts are confirmed at most 5 s after the record that completed them was appended, and in 99.5 % of
minutes no input lags by 60 s or more. That every offset went somewhere is no objective but an invariant: any difference
pages (LedgerDifference).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.prometheus.model import WORKER, Alert, Recording, Severity

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
FAST = ((14.4, "1h", "5m"), (6.0, "6h", "30m"))
SLOW = ((3.0, "1d", "2h"), (1.0, "3d", "6h"))
IS_OVER = "all:fairtrade_consumer_lag_seconds:is_over_60s"


@dataclass(frozen=True)
class Objective:
    """What may go wrong: `budget` is a share of 30 days, `ratio` the PromQL of the share that did in `WINDOW`."""

    name: str
    record: str
    budget: float
    ratio: str
    means: str
    means_zh: str


# A minute in which workers are known and none shows its lag is a bad one; before the first scrape none is known.
MINUTE = Recording(
    IS_OVER,
    f'(max(max_over_time(fairtrade_consumer_lag_seconds[1m])) >= bool $60s) or (max(up{{job="{WORKER}"}}) >= bool 0)',
)

ALERT_LATENCY = Objective(
    name="AlertLatencySLO",
    record="all:fairtrade_alert_latency_seconds:error_ratio",
    budget=0.01,
    ratio='1 - sum(rate(fairtrade_alert_latency_seconds_bucket{le="5.0"}[WINDOW]))'
    " / sum(rate(fairtrade_alert_latency_seconds_count[WINDOW]))",
    means="99 % of alerts are confirmed within 5 s",
    means_zh="99% 的线索在 5 秒内确认写入",
)
CONSUMER_LAG = Objective(
    name="ConsumerLagSLO",
    record="all:fairtrade_consumer_lag_seconds:error_ratio",
    budget=0.005,
    ratio=f"avg_over_time({IS_OVER}[WINDOW])",
    means="in 99.5 % of minutes every input lags by less than 60 s",
    means_zh="99.5% 的分钟内各输入滞后不足 60 秒",
)
OBJECTIVES = (ALERT_LATENCY, CONSUMER_LAG)


def recordings() -> Iterator[Recording]:
    """Answer what went wrong of every window of every objective, as a share."""
    for objective in OBJECTIVES:
        for window in WINDOWS:
            yield Recording(f"{objective.record}_{window}", objective.ratio.replace("WINDOW", window))


def burns(objective: Objective, pairs: tuple[tuple[float, str, str], ...]) -> str:
    """Write when a budget burns: by both windows of one pair, so that it tells of what goes on and not of what was."""
    return " or ".join(
        f"({objective.record}_{long} > {rate:g} * {objective.budget}"
        f" and {objective.record}_{short} > {rate:g} * {objective.budget})"
        for rate, long, short in pairs
    )


def alerts() -> Iterator[Alert]:
    """Answer the two alerts of every objective: the budget is gone in days, or in weeks."""
    for objective in OBJECTIVES:
        yield _alert(objective, "FastBurn", Severity.page, FAST, "5 days", "5 天")
        yield _alert(objective, "SlowBurn", Severity.ticket, SLOW, "30 days", "30 天")


def _alert(
    objective: Objective,
    speed: str,
    severity: Severity,
    pairs: tuple[tuple[float, str, str], ...],
    gone_in: str,
    gone_in_zh: str,
) -> Alert:
    return Alert(
        name=objective.name + speed,
        severity=severity,
        expr=burns(objective, pairs),
        objective=objective.name,
        summary=f"The error budget burns: {objective.means}",
        summary_zh=f"错误预算正在消耗：{objective.means_zh}",
        description=f"{{{{ $value | humanizePercentage }}}} went wrong where {objective.budget:.1%} may; "
        f"at this rate the budget of 30 days is gone in {gone_in} or sooner.",
        description_zh=f"超标比例 {{{{ $value | humanizePercentage }}}}，允许 {objective.budget:.1%}；"
        f"按此速度，30 天的预算将在 {gone_in_zh}内耗尽。",
    )
