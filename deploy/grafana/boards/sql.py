"""SQL as the boards ask it. Tables are unqualified: each reading role finds its own views by its search path.

Times of the store are append times; `@lang` stands for the language's code.
"""

from collections.abc import Sequence

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.spec import Annotation, Audience, Query, Source

STANDING = "a.mode = 'live' AND a.status IN ('opened', 'updated')"
"""An alert that is neither ended nor withdrawn; shadow, backtest and probe alerts are no cases."""

SERIOUS = "a.level IN ('lead', 'case')"

_RANK = """
    array_position(ARRAY['case', 'lead', 'notice'], a.level),
    array_position(ARRAY['critical', 'high', 'medium', 'low'], a.severity)"""

DAY = "date_trunc('day', a.opened_at AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'"
"""The China Standard day on which an alert was opened."""


def source_of(audience: Audience) -> Source:
    """Answer the role by which an audience reads the alert store."""
    return Source.officer if audience is Audience.officers else Source.analyst


_LISTED = {
    "platform": "coalesce(p.name_@lang, a.platform) AS platform",
    "platform_id": "a.platform AS platform_id",
    "typology": "a.typology",
    "offence": "a.typology",
    "verdict": "coalesce(a.grade, a.class) AS verdict",
    "towards": "coalesce(array_to_string(a.shops, ', '), a.subject) AS towards",
    "rival": "coalesce(r.name_@lang, a.rival) AS rival",
    "goods": "a.sku AS goods",
    "lever": "f.lever",
    "units": "f.units",
    "loss": "f.loss",
    "level": "a.level",
    "severity": "a.severity",
    "status": "a.status",
    "provisional": "a.provisional::text AS provisional",
    "failed": "c.failed",
    "no_data": "c.no_data",
    "passed": "c.passed",
    "revised": "a.revised_at AS revised",
    "file": "left(a.alert_id, 8) AS file",
    "alert_id": "a.alert_id",
}
"""How a list of alerts asks for each of its columns."""


def listing(where: str, limit: int, columns: Sequence[str]) -> str:
    """Answer the alerts of a condition, the gravest and newest first, in the columns named.

    `failed`, `no_data` and `passed` count the checks that speak against, could not be made, and speak for.
    """
    asked = ",\n    ".join(_LISTED[name] for name in columns)
    return f"""SELECT {asked}
FROM (
    SELECT * FROM alerts a WHERE {where}
    ORDER BY {_RANK}, a.revised_at DESC LIMIT {limit}
) a
LEFT JOIN platforms p ON p.platform = a.platform
LEFT JOIN platforms r ON r.platform = a.rival
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE k.state = 'passed') AS passed, count(*) FILTER (WHERE k.state = 'failed') AS failed,
        count(*) FILTER (WHERE k.state = 'no_data') AS no_data
    FROM checks k WHERE k.alert = a.alert
) c ON true
LEFT JOIN LATERAL (
    SELECT max(k.value -> 0 ->> 'kind') FILTER (WHERE k.name = 'levers') AS lever,
        max((k.value #>> '{{}}')::bigint) FILTER (WHERE k.name = 'units') AS units,
        max((k.value #>> '{{}}')::bigint / 100) FILTER (WHERE k.name = 'loss_fen') AS loss
    FROM facts k WHERE k.alert = a.alert
) f ON true
ORDER BY {_RANK}, a.revised_at DESC"""


def per_day(where: str, names: tuple[tuple[str, str], ...]) -> str:
    """Answer how many alerts were opened on each China Standard day, one column a (name, condition)."""
    counts = ", ".join(f'count(*) FILTER (WHERE {condition}) AS "{name}"' for name, condition in names)
    return f"""SELECT {DAY} AS time, {counts}
FROM alerts a WHERE a.mode = 'live' AND $__timeFilter(a.opened_at){where}
GROUP BY 1 ORDER BY 1"""


def annotations(audience: Audience) -> tuple[Annotation, ...]:
    """Answer the marks of campaign days and of rule changes."""
    return (
        Annotation(Text("促销日", "campaign days"), Query(source_of(audience), _CAMPAIGNS), "purple"),
        Annotation(Text("规则变更", "rule changes"), Query(source_of(audience), _RULES), "blue"),
    )


_CAMPAIGNS = """SELECT begins AS time, ends AS timeend, name_@lang AS text FROM campaigns
WHERE begins <= $__timeTo() AND coalesce(ends, begins) >= $__timeFrom() ORDER BY 1"""

_RULES = """SELECT effective_from AS time, rule_set || ' ' || version || ': ' || reason AS text FROM rule_changes
WHERE $__timeFilter(effective_from) ORDER BY 1"""
