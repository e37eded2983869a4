"""SQL as the boards ask it. Tables are unqualified: each reading role finds its own views by its search path.

Times of the store are append times; `@lang` stands for the language's code; `{subject}` parts are for officers alone.
"""

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


def for_officers(audience: Audience, text: str) -> str:
    """Answer a part of a query that only officers may ask; nothing for others."""
    return text if audience is Audience.officers else ""


def listing(audience: Audience, where: str, limit: int) -> str:
    """Answer the alerts of a condition, the gravest and newest first, with how many checks speak for and against."""
    towards = for_officers(audience, "coalesce(array_to_string(a.shops, ', '), a.subject) AS towards, ")
    goods = for_officers(audience, ", a.sku")
    loss = for_officers(audience, "f.loss, ")
    return f"""SELECT coalesce(p.name_@lang, a.platform) AS platform, a.platform AS platform_id, a.typology,
    coalesce(a.grade, a.class) AS verdict, {towards}coalesce(r.name_@lang, a.rival{goods}) AS rival,
    f.lever, f.units, {loss}a.level, a.severity, a.status, a.provisional::text AS provisional,
    c.failed, c.no_data, c.passed,
    a.revised_at AS revised, left(a.alert_id, 8) AS file, a.alert_id
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
