"""What a PromQL expression names: its series and the labels that are asked of them."""

from collections.abc import Iterator

import promql_parser as promql

from deploy.prometheus.build import ALERTS
from deploy.prometheus.model import scaled
from deploy.prometheus.objectives import MINUTE
from deploy.prometheus.objectives import recordings as of_objectives
from deploy.prometheus.recordings import RECORDINGS
from monitor.observe.catalogue import CATALOGUE, Kind
from monitor.observe.store_catalogue import STORE

OF_A_TARGET = frozenset({"job", "instance"})
OF_PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_post_metric_relabeling"}
RECORDED = {rule.name: scaled(rule.expr, 1) for rule in (*RECORDINGS, MINUTE, *of_objectives())}
EXPRESSIONS = RECORDED | {alert.name: scaled(alert.expr, 1) for alert in ALERTS}


def exported() -> dict[str, frozenset[str]]:
    """Answer every series that a worker or a store shows, with its labels."""
    labels = {}
    for row in (*CATALOGUE, *STORE):
        own = frozenset(row.labels) | OF_A_TARGET
        if row.kind is Kind.histogram:
            labels[f"{row.name}_bucket"] = own | {"le"}
            labels[f"{row.name}_count"] = labels[f"{row.name}_sum"] = own
        else:
            labels[row.name] = own
    return labels | dict.fromkeys(OF_PROMETHEUS, OF_A_TARGET)


def selectors(node: object) -> Iterator[promql.VectorSelector]:
    """Answer every series that an expression selects."""
    if isinstance(node, promql.VectorSelector):
        yield node
    for part in parts(node):
        yield from selectors(part)


def parts(node: object) -> list[object]:
    """Answer what an expression is made of."""
    if isinstance(node, promql.MatrixSelector):
        return [node.vector_selector]
    if isinstance(node, promql.Call):
        return list(node.args)
    if isinstance(node, promql.BinaryExpr):
        return [node.lhs, node.rhs]
    return [node.expr] if hasattr(node, "expr") else []


def shown(node: object) -> frozenset[str]:
    """Answer the labels that the result of an expression can have."""
    if isinstance(node, promql.VectorSelector):
        known = exported()
        return known[node.name] if node.name in known else shown(promql.parse(RECORDED[node.name]))
    below = frozenset[str]().union(*map(shown, parts(node)))
    if isinstance(node, promql.AggregateExpr):
        return frozenset(node.modifier.labels if node.modifier else ()) & below
    return below


def asked(node: object) -> Iterator[tuple[str, frozenset[str]]]:
    """Answer each label that is matched, grouped by or joined on, with the labels that there are at that place."""
    if isinstance(node, promql.VectorSelector):
        yield from ((matcher.name, shown(node)) for matcher in node.matchers.matchers)
    elif isinstance(node, promql.AggregateExpr) and node.modifier:
        yield from ((label, shown(node.expr)) for label in node.modifier.labels)
    elif isinstance(node, promql.BinaryExpr) and node.modifier and node.modifier.matching:
        for label in node.modifier.matching.labels:
            yield label, shown(node.lhs) & shown(node.rhs)
    for part in parts(node):
        yield from asked(part)
