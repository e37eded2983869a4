"""PromQL as the engineer's board asks it: rates, growth, quantiles and sums over the chosen workers."""

WORKERS = 'job=~"$job", instance=~"$instance"'
"""The matchers of every query: which scrape jobs and which workers."""

RANGE = "$__range"
RATE = "$__rate_interval"


def rate(metric: str, by: str, more: str = "") -> str:
    """Answer the sum of rates of a counter, grouped by labels; `more` are further matchers, with a comma before."""
    return f"sum by ({by}) (rate(fairtrade_{metric}{{{WORKERS}{more}}}[{RATE}]))"


def grown(metric: str, more: str = "") -> str:
    """Answer how much a counter grew over the chosen time range."""
    return f"sum(increase(fairtrade_{metric}{{{WORKERS}{more}}}[{RANGE}]))"


def quantile(metric: str, by: str = "", share: str = "0.99", unit: str = "seconds") -> str:
    """Answer a quantile of a histogram, over all workers or grouped by labels; nothing where nothing was observed."""
    groups = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{metric}_{unit}_bucket', groups)}) >= 0"


def over(function: str, metric: str, by: str = "") -> str:
    """Answer an aggregation of a gauge, grouped by labels."""
    grouping = f" by ({by})" if by else ""
    return f"{function}{grouping} (fairtrade_{metric}{{{WORKERS}}})"
