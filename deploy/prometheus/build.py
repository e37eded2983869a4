"""Write the rules and configurations of Prometheus and Alertmanager: `make rules`.

`python -m deploy.prometheus.build --factor 60 --out FOLDER` writes them for a rehearsal: every `for`, every window,
every silence is divided by the factor. Without options the committed files are written anew.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.prometheus import inputs, objectives, recordings, scrape, workers
from deploy.prometheus.model import Alert, Recording, at_least, divided, scaled

DEPLOY = Path(__file__).resolve().parents[1]
RUNBOOKS = "http://127.0.0.1:8000/runbooks"
RELAY_SAYS = (
    "the one address that Alertmanager posts to, or the absolute path of a file with it (Alertmanager 0.26 or newer); "
    "nobody is told without"
)
HEAD = "# Written by `make rules` from the Python in deploy/prometheus; a test compares. Change it there.\n"
ALERTS = (*workers.ALERTS, *inputs.ALERTS, *objectives.alerts())


def files(factor: int = 1, runbooks: str = RUNBOOKS, relay: str | None = None) -> dict[str, str]:
    """Answer every file by its path below deploy/; `factor` divides what is waited for.

    `runbooks` is where the pages of deploy/runbooks are read, `relay` the one address that Alertmanager posts to, or
    the absolute path of the file that it stands in; without it nobody is told.
    """
    contents: Mapping[str, Any] = {
        "prometheus/prometheus.yml": scrape.prometheus(factor),
        "prometheus/rules/recording.yml": {"groups": list(_recording_groups(factor))},
        "prometheus/rules/alerts.yml": {"groups": [_alert_group(factor, runbooks)]},
        "alertmanager/alertmanager.yml": scrape.alertmanager(factor, relay),
    }
    return {path: HEAD + _yaml(content) for path, content in contents.items()}


def _yaml(content: Any) -> str:
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return text


def _recording_groups(factor: int) -> Iterator[dict[str, Any]]:
    yield {"name": "fairtrade", "rules": _recorded(recordings.RECORDINGS, factor)}
    yield {
        "name": "fairtrade-objectives",
        "interval": at_least(1, "1m", factor),
        "rules": _recorded((objectives.MINUTE, *objectives.recordings()), factor),
    }


def _recorded(rules: Iterable[Recording], factor: int) -> list[dict[str, str]]:
    return [{"record": rule.name, "expr": scaled(rule.expr, factor)} for rule in rules]


def _alert_group(factor: int, runbooks: str) -> dict[str, Any]:
    return {"name": "fairtrade-alerts", "rules": [_alert(alert, factor, runbooks) for alert in ALERTS]}


def _alert(alert: Alert, factor: int, runbooks: str) -> dict[str, Any]:
    wait = divided(alert.wait, factor)
    waits = {} if wait == "0s" else {"for": wait}
    objective = {"objective": alert.objective} if alert.objective else {}
    return {
        "alert": alert.name,
        "expr": scaled(alert.expr, factor),
        **waits,
        "labels": {"severity": alert.severity.value, "concern": alert.concern.value, **objective},
        "annotations": {
            "summary": alert.summary,
            "summary_zh": alert.summary_zh,
            "description": alert.description,
            "description_zh": alert.description_zh,
            "runbook_url": f"{runbooks}/{alert.name}/",
        },
    }


def write(out: Path, factor: int = 1, runbooks: str = RUNBOOKS, relay: str | None = None) -> None:
    """Write every file below a folder."""
    for path, text in files(factor, runbooks, relay).items():
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--factor", type=int, default=1, help="divides every waiting time")
    parser.add_argument("--out", type=Path, default=DEPLOY, help="folder to write below")
    parser.add_argument("--runbooks", default=RUNBOOKS, help="address below which the runbooks are read")
    parser.add_argument("--relay", help=RELAY_SAYS)
    given = parser.parse_args()
    write(given.out, given.factor, given.runbooks, given.relay)


if __name__ == "__main__":
    main()
