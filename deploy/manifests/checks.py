"""The checks: each runs a tool over a folder that is laid out as deploy/ is, and answers what the tool complains of."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.kustomize import build as kustomize

DEPLOY = Path(__file__).resolve().parents[1]
TOOLS = DEPLOY.parent / ".venv-tools"
CHART = Path("helm/fairtrade")
BASE = Path("kustomize/base")
# What the chart is rendered with: as it comes, with everything that is off by default, and with as little as possible.
VARIANTS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "everything": {
        "kafka": {"securityProtocol": "SSL"},
        "image": {"digest": f"sha256:{'0' * 64}", "pullSecrets": ["registry"]},
        "worker": {"detectors": ["sub-cost"], "env": {"FAIRTRADE_EXIT_WHEN_STUCK": True}, "priorityClassName": "high"},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "prometheusRule": {"enabled": True, "labels": {"release": "prometheus"}},
        "dashboards": {"enabled": True, "readers": ["analysts", "officers", "engineers"]},
        "keda": {"enabled": True, "maxReplicas": 4},
    },
    "least": {
        "kafka": {"securityProtocol": "PLAINTEXT", "allowPlaintext": True},
        "topics": {"apply": False},
        "store": {"enabled": False},
        "networkPolicy": {"enabled": False},
    },
}
CUSTOM = ("keda.sh/", "monitoring.coreos.com/", "kafka.strimzi.io/")


class Refused(Exception):
    """A tool found fault; the text is its complaint."""


@dataclass(frozen=True)
class Check:
    """One tool over one thing, and a mistake that it must refuse: `before` in `file` becomes `after`, once.

    `run` raises Refused.
    """

    tool: str
    over: str
    run: Callable[[Path], None]
    file: str
    before: str
    after: str

    def refusal(self, deploy: Path = DEPLOY) -> str | None:
        """Answer what the tool says against a folder, None if nothing."""
        try:
            self.run(deploy)
        except Refused as error:
            return str(error)
        return None

    def refusal_of_the_mistake(self) -> str | None:
        """Plant the mistake into a copy and answer what the tool says of it; raises ValueError if it has no place."""
        with tempfile.TemporaryDirectory(prefix="fairtrade-manifests-") as folder:
            copy = Path(folder) / "deploy"
            shutil.copytree(DEPLOY, copy, symlinks=True, ignore=shutil.ignore_patterns("secrets", "__pycache__"))
            planted = copy / self.file
            text = planted.read_text(encoding="utf-8")
            if self.before not in text:
                raise ValueError(
                    f"{self.file} does not hold {self.before!r}; plant the mistake of {self.tool} elsewhere"
                )
            planted.write_text(text.replace(self.before, self.after, 1), encoding="utf-8")
            return self.refusal(copy)


def told(*command: str | Path, says: str | None = None) -> str:
    """Run a tool with `says` as its input and answer what it prints; raises Refused with that if it exits non-zero."""
    done = subprocess.run(command, input=says, capture_output=True, text=True, check=False)  # noqa: S603 - our own tools
    if done.returncode:
        raise Refused(f"{done.stdout}{done.stderr}".strip() or f"exit code {done.returncode}")
    return done.stdout


def tool(name: str) -> Path:
    """Name a program of .venv-tools."""
    return TOOLS / "bin" / name


def rendered(deploy: Path, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Render the chart with values over its own, and answer every resource."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        text = told(tool("helm"), "template", "fairtrade", deploy / CHART, "--values", file.name)
    yield from filter(None, yaml.safe_load_all(text))


def everything(deploy: Path) -> list[dict[str, Any]]:
    """Answer the resources of every variant."""
    return [resource for values in VARIANTS.values() for resource in rendered(deploy, values)]


def is_custom(resource: dict[str, Any]) -> bool:
    """Whether an operator knows a resource, and Kubernetes itself does not."""
    return str(resource["apiVersion"]).startswith(CUSTOM)


def lint(deploy: Path) -> None:
    """Helm's own rules and the schema of the values."""
    told(tool("helm"), "lint", "--strict", deploy / CHART)


def kubernetes(deploy: Path) -> None:
    """Every resource of every variant, against Kubernetes' schemas, with no field that they do not know."""
    _kubernetes(one for one in everything(deploy) if not is_custom(one))


def _kubernetes(resources: Iterable[dict[str, Any]]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump_all(resources, file, allow_unicode=True)
        told(tool("kubernetes-validate"), "--strict", file.name)


def operators(deploy: Path) -> None:
    """What operators read of the chart, against their own schemas."""
    _custom(one for one in everything(deploy) if is_custom(one))


def strimzi(deploy: Path) -> None:
    """Topics and users against Strimzi's schemas."""
    files = sorted((deploy / "strimzi").glob("*.yaml"))
    _custom(one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8")))


def _custom(resources: Iterable[dict[str, Any]]) -> None:
    program = shutil.copy(DEPLOY / "manifests" / "crds.mjs", TOOLS / "crds")
    told("node", program, says=json.dumps(list(resources)))


def compose(deploy: Path) -> None:
    """The compose file against the specification of compose files."""
    specification = ("--builtin-schema", "vendor.compose-spec")
    told(tool("check-jsonschema"), *specification, deploy / "compose" / "compose.yaml")


def dockerfile(deploy: Path) -> None:
    """The image's recipe by hadolint's rules."""
    told(tool("hadolint"), deploy / "docker" / "Dockerfile")


def overlay(deploy: Path) -> None:
    """The base as kustomize reads it, and what it makes of it by Kubernetes' schemas."""
    _kubernetes(yaml.safe_load_all(told(tool("kubectl"), "kustomize", deploy / BASE)))


def is_as_rendered(deploy: Path) -> None:
    """The committed base is what the chart renders."""
    if (deploy / BASE / "fairtrade.yaml").read_text(encoding="utf-8") != kustomize.base(deploy / CHART):
        raise Refused("kustomize/base/fairtrade.yaml is not what the chart renders; run make kustomize")
