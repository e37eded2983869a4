"""Run every check over what is committed and over a copy with its planted mistake, and print one table."""

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.manifests import checks
from deploy.manifests.checks import Check

VALUES = "helm/fairtrade/values.yaml"
TEMPLATES = "helm/fairtrade/templates"
CHECKS = (
    Check("helm lint --strict", "chart, values.schema.json", checks.lint, VALUES, "  replicas: 2", "  replica: 2"),
    Check(
        "kubernetes-validate",
        "chart, three variants",
        checks.kubernetes,
        f"{TEMPLATES}/worker.yaml",
        "  serviceName:",
        "  servicename:",
    ),
    Check(
        "@kubernetes-models/prometheus-operator",
        "ServiceMonitor, PrometheusRule",
        checks.operators,
        f"{TEMPLATES}/monitoring.yaml",
        "sampleLimit: 50000",
        "sampleLimit: many",
    ),
    Check(
        "@kubernetes-models/keda",
        "ScaledObject",
        checks.operators,
        f"{TEMPLATES}/keda.yaml",
        "cooldownPeriod: {{",
        "cooldownPeriod: a{{",
    ),
    Check(
        "@kubernetes-models/strimzi-kafka-operator",
        "KafkaTopic, KafkaUser",
        checks.strimzi,
        "strimzi/users.yaml",
        "- Write",
        "- Wrote",
    ),
    Check("kubectl kustomize", "base", checks.overlay, "kustomize/base/kustomization.yaml", "resources:", "resource:"),
    Check("helm template", "base = chart", checks.is_as_rendered, VALUES, "  replicas: 2", "  replicas: 3"),
    Check("check-jsonschema", "compose file", checks.compose, "compose/compose.yaml", "    ports:", "    port:"),
    Check("hadolint", "Dockerfile", checks.dockerfile, "docker/Dockerfile", "FROM ${BASE} AS", "FROM python:latest AS"),
)
console = Console()


def main() -> int:
    """Print the table and what was found; answers 0 if all good passed and every mistake was refused, else 1."""
    table = Table(title="What is deployed, checked without a cluster")
    for heading in ("tool", "over", "as committed", "with a mistake planted"):
        table.add_column(heading, overflow="fold")
    found = [row(check, table) for check in CHECKS]
    console.print(table)
    return 0 if all(found) else 1


def row(check: Check, table: Table) -> bool:
    """Run one check twice and add its row; answers whether it passed and refused as it should."""
    complaint = check.refusal()
    refused = check.refusal_of_the_mistake()
    passed = "passed" if complaint is None else f"[red]{escape(complaint)}[/]"
    table.add_row(check.tool, check.over, passed, "refused" if refused else "[red]not seen[/]")
    return complaint is None and refused is not None


if __name__ == "__main__":
    sys.exit(main())
