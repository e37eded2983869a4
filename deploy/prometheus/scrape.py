"""The configurations of Prometheus and Alertmanager around the rules."""

from typing import Any

from deploy.prometheus.model import STORE, WORKER, at_least

SCRAPE = "15s"
TIMEOUT = "10s"
LIMIT = 50_000
LAG = ["ConsumerLagSeconds", "ConsumerLagSLOFastBurn", "ConsumerLagSLOSlowBurn"]
LATENCY = ["AlertLatencySLOFastBurn", "AlertLatencySLOSlowBurn"]
# What follows from what: (cause, its consequences, labels that both must share).
CONSEQUENCES: tuple[tuple[str, list[str], list[str]], ...] = (
    (
        "WorkerDown",
        [
            "PartitionsUnassigned",
            "RebalanceStorm",
            "CheckpointOld",
            "WatermarkStalled",
            "RecoveryStuck",
            *LAG,
            *LATENCY,
        ],
        [],
    ),
    ("WorkerRestarting", ["PartitionsUnassigned", "RebalanceStorm", *LAG, *LATENCY], []),
    ("WorkerNotReady", ["RejectRatioHigh", "DeadLettersGrowing", "PlatformQuarantined"], []),
    ("InputStopped", ["PlatformFeedSilent", "WatermarkStalled", "AlertVolumeAnomalous", "CheckpointOld"], []),
    ("ConsumerLagSeconds", [*LAG[1:], *LATENCY], []),
    ("RebalanceStorm", ["PartitionsUnassigned", "EventLoopBlocked"], []),
    ("PlatformFeedSilent", ["PlatformQuarantined"], ["platform"]),
    ("PlatformQuarantined", ["RejectRatioHigh", "DeadLettersGrowing"], []),
    ("RejectRatioHigh", ["DeadLettersGrowing"], ["topic"]),
    ("AlertLatencySLOFastBurn", ["AlertLatencySLOSlowBurn"], []),
    ("ConsumerLagSLOFastBurn", ["ConsumerLagSLOSlowBurn"], []),
)


def _job(name: str, targets: str, **more: Any) -> dict[str, Any]:
    return {"job_name": name, **more, "file_sd_configs": [{"files": [f"targets/{targets}.yml"]}]}


def prometheus(factor: int) -> dict[str, Any]:
    """Answer prometheus.yml; who is scraped stands in targets/, which an installation replaces."""
    every = at_least(1, SCRAPE, factor)
    return {
        "global": {
            "scrape_interval": every,
            "scrape_timeout": at_least(1, TIMEOUT, factor),
            "evaluation_interval": every,
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [{"file_sd_configs": [{"files": ["targets/alertmanagers.yml"]}]}]},
        "scrape_configs": [
            _job(WORKER, "workers", sample_limit=LIMIT),
            _job(STORE, "store", sample_limit=LIMIT),
            _job("alertmanager", "alertmanagers"),
        ],
    }


def alertmanager(factor: int, relay: str | None) -> dict[str, Any]:
    """Answer alertmanager.yml; `relay` is the one address that it may post to, or the path of a file with it."""
    return {
        "route": _waits(factor, "30s", "5m", "24h")
        | {"receiver": "ticket", "group_by": ["alertname"]}
        | _routes(factor),
        "inhibit_rules": [_inhibition(*one) for one in CONSEQUENCES],
        "receivers": [_receiver(name, relay) for name in ("page", "ticket", "platform")],
    }


def _routes(factor: int) -> dict[str, Any]:
    page = _waits(factor, "10s", "1m", "1h") | {"receiver": "page", "matchers": ['severity="page"']}
    platform = _waits(factor, "1m", "30m", "24h") | {
        "receiver": "platform",
        "group_by": ["platform", "topic"],
        "matchers": ['concern="platform"'],
    }
    return {"routes": [page, platform]}


def _waits(factor: int, wait: str, interval: str, repeat: str) -> dict[str, Any]:
    shown = [at_least(1, one, factor) for one in (wait, interval, repeat)]
    return dict(zip(("group_wait", "group_interval", "repeat_interval"), shown, strict=True))


def _inhibition(cause: str, consequences: list[str], equal: list[str]) -> dict[str, Any]:
    shared = {"equal": equal} if equal else {}
    return {
        "source_matchers": [f'alertname="{cause}"'],
        "target_matchers": [f'alertname=~"{"|".join(consequences)}"'],
    } | shared


def _receiver(name: str, relay: str | None) -> dict[str, Any]:
    """Answer a receiver; one without a relay is there by its name, and Alertmanager's own page shows what it holds."""
    if relay is None:
        return {"name": name}
    where = {"url_file": relay} if relay.startswith("/") else {"url": f"{relay}/{name}"}
    post = where | {"send_resolved": True, "http_config": {"follow_redirects": False}}
    return {"name": name, "webhook_configs": [post]}
