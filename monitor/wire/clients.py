"""The options of every Kafka client, made from the settings in one place: security is added here or nowhere.

A password or key in a file is read whenever a client is made, so a new one counts from the next start on.
"""

import ssl
from pathlib import Path
from typing import Any

from aiokafka.consumer import fetcher

from monitor.errors import SettingIsWrong
from monitor.settings import PLAINTEXT, SASL_TLS, Secret, Settings
from monitor.wire.records import Records

# Every consumer of ours reads on where a header's name is no UTF-8; aiokafka has no other place to say so.
fetcher.MemoryRecords = Records

REQUEST_TIMEOUT_MS = 20_000
# A dead letter holds the largest record that a broker took (1 MiB), its key, its headers and ours.
MAX_REQUEST_BYTES = 2_097_152
MAX_BATCH_BYTES = 900_000


def client_options(settings: Settings) -> dict[str, Any]:
    """What every aiokafka client is told: where the cluster is and how to speak with it.

    Raises SettingIsWrong where a file of keys or passwords cannot be used.
    """
    return {
        "bootstrap_servers": settings.kafka,
        "client_id": settings.group,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        **security_options(settings),
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


def security_options(settings: Settings) -> dict[str, Any]:
    """How a client proves who it is and makes the broker prove the same, in aiokafka's words."""
    options: dict[str, Any] = {"security_protocol": settings.security_protocol}
    if settings.security_protocol != PLAINTEXT:
        options["ssl_context"] = tls_context(settings)
    if settings.security_protocol == SASL_TLS:
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_user,
            "sasl_plain_password": _secret(settings, "sasl_password"),
        }
    return options


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Make the TLS side of a client: the broker's name and certificate are always checked, TLS is 1.2 or newer."""
    try:
        context = ssl.create_default_context(cafile=_readable(settings, "tls_ca"))
    except ssl.SSLError as error:
        expected = "a PEM file of certificates of authorities"
        raise SettingIsWrong("tls_ca", expected, f"{settings.tls_ca} ({error.reason or error})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_certificate is not None:
        load_certificate(context, settings)
    return context


def load_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    """Give a context our own certificate and key; only where `tls_certificate` is set."""
    certificate, key = _readable(settings, "tls_certificate"), _readable(settings, "tls_key")
    # Without any password OpenSSL would ask for one on the terminal, and a worker would wait for ever.
    password = _secret(settings, "tls_key_password") or ""
    try:
        context.load_cert_chain(str(certificate), key, password)
    except ssl.SSLError as error:
        expected = "a certificate in PEM with the private key that belongs to it, opened by tls_key_password if closed"
        raise SettingIsWrong("tls_certificate", expected, f"{certificate} ({error.reason or error})") from error


def _readable(settings: Settings, name: str) -> str | None:
    """The path that a setting names, once it is known that it can be read."""
    path: str | None = getattr(settings, name)
    if path is not None:
        _read(name, path)
    return path


def _secret(settings: Settings, name: str) -> str | None:
    """A secret, from its setting or from the file that stands in for it; the line's end is not part of it."""
    told: Secret | None = getattr(settings, name)
    file: str | None = getattr(settings, f"{name}_file")
    if file is None:
        return None if told is None else told.reveal()
    try:
        return _read(f"{name}_file", file).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingIsWrong(f"{name}_file", "a file of text in UTF-8", file) from None


def _read(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SettingIsWrong(name, "a file that this user may read", f"{path} ({error.strerror})") from error
