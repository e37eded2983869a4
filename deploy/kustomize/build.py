"""Render the chart's defaults into the base for kustomize: `make kustomize`. Needs helm of .venv-tools."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BASE = HERE / "base" / "fairtrade.yaml"
CHART = HERE.parent / "helm" / "fairtrade"
HELM = ROOT / ".venv-tools" / "bin" / "helm"
RELEASE = "fairtrade"
OF_HELM = "app.kubernetes.io/managed-by"
HOOK = "helm.sh/"


def digest(chart: Path = CHART) -> str:
    """Answer the SHA-256 over what the base is rendered from, by which a test sees without helm that it is stale."""
    sources = [chart / "Chart.yaml", chart / "values.yaml", *sorted((chart / "templates").rglob("*.*"))]
    parts = (f"{source.relative_to(chart)}\n".encode() + source.read_bytes() for source in sources)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def helm(*arguments: str | Path) -> str:
    """Run helm and answer what it prints; raises CalledProcessError with its complaint."""
    command = [HELM, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own program


def base(chart: Path = CHART) -> str:
    """Render the base: what the chart installs by default, with its jobs as plain jobs and without its test."""
    resources = yaml.safe_load_all(helm("template", RELEASE, chart, "--skip-tests"))
    text: str = yaml.safe_dump_all(
        _plain(resources), sort_keys=False, allow_unicode=True, width=110, explicit_start=True
    )
    head = f"# Rendered by `make kustomize` from the chart with SHA-256 {digest(chart)}.\n"
    return head + text


def _plain(resources: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """Take away what only helm reads."""
    for resource in filter(None, resources):
        metadata = resource["metadata"]
        metadata["labels"].pop(OF_HELM)
        kept = {key: value for key, value in metadata.pop("annotations", {}).items() if not key.startswith(HOOK)}
        yield resource | {"metadata": metadata | ({"annotations": kept} if kept else {})}


if __name__ == "__main__":
    BASE.write_text(base(), encoding="utf-8")
