"""The options of every Kafka client, made from the settings in one place: security is added here or nowhere."""

from typing import Any

from monitor.settings import Settings

REQUEST_TIMEOUT_MS = 20_000
# A dead letter holds the largest record that a broker took (1 MiB), its key, its headers and ours.
MAX_REQUEST_BYTES = 2_097_152
MAX_BATCH_BYTES = 900_000


def client_options(settings: Settings) -> dict[str, Any]:
    """What every aiokafka client is told: where the cluster is and how to speak with it."""
    return {
        "bootstrap_servers": settings.kafka,
        "client_id": settings.group,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
    }


def producer_options(settings: Settings, transactional_id: str) -> dict[str, Any]:
    """What a producer of ours is told: every one is transactional."""
    return client_options(settings) | {
        "transactional_id": transactional_id,
        "transaction_timeout_ms": settings.transaction_timeout_ms,
        "acks": "all",
        "max_request_size": MAX_REQUEST_BYTES,
        "max_batch_size": MAX_BATCH_BYTES,
    }


def reader_options(settings: Settings) -> dict[str, Any]:
    """What a consumer without group is told: committed records only, and no guess where to begin.

    Assign, then seek each partition: a reset policy would race with the seek and skip the log in silence.
    """
    return client_options(settings) | {
        "group_id": None,
        "isolation_level": "read_committed",
        "auto_offset_reset": "none",
        "enable_auto_commit": False,
    }
