"""Every setting of a worker and of the commands: one field, its meaning, bounds and default.

The environment names a setting by its field: `group` is FAIRTRADE_GROUP. Detector parameters are no settings; they
stand with their detectors and are changed through the control log.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_address
from typing import Any

from monitor.errors import SettingIsWrong

MODES = ("live", "shadow", "backtest", "probe")
PLAINTEXT, TLS, SASL_TLS = "PLAINTEXT", "SSL", "SASL_SSL"
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256")
YES, NO = ("1", "true", "yes"), ("0", "false", "no", "")
MAX_INT = 2**31 - 1
OUTPUTS = frozenset({"state", "alerts", "dead-letters", "feedback"})
"""what workers write and nobody else; entries of control go to the inputs, where every group reads them"""
WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")


def _number(default: int, says: str, low: int = 1, high: int = MAX_INT) -> Any:
    return field(default=default, metadata={"says": says, "low": low, "high": high})


def _words(default: object, says: str, *, choices: tuple[str, ...] = (), word: bool = False) -> Any:
    return field(default=default, metadata={"says": says, "choices": choices, "word": word})


def _flag(says: str) -> Any:
    return field(default=False, metadata={"says": says, "flag": True})


class Secret:
    """A text that shows itself to nobody but who asks: no log, error, repr or comparison tells it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """Answer the text, to hand it to the client that needs it."""
        return self._text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process is told; frozen, checked when made, raises SettingIsWrong."""

    kafka: str = _words("127.0.0.1:9092", "brokers to begin with, host:port, comma-separated")
    prefix: str = _words("ft.", "begins every topic name of this installation", word=True)
    output_prefix: str | None = _words(
        None,
        "begins the names of topics that workers write, for a group beside another; null: prefix",
        word=True,
    )
    group: str = _words("fairtrade", "consumer group; also names transactional ids and the source of alerts", word=True)
    mode: str = _words("live", "what the alerts say they are; only live writes control", choices=MODES)
    candidate: bool = _flag("whether this group only catches up beside another, which alone writes control meanwhile")
    topics_folder: str | None = _words(None, "folder of the topic declarations; null takes those that came along")
    partitions: int = _number(8, "partitions of every topic, fixed for the life of a prefix", high=10_000)
    replication: int = _number(1, "copies of every topic when it is created", high=9)
    instance_id: str | None = _words(None, "static member id of this worker, null for a dynamic member", word=True)
    detectors: tuple[str, ...] = _words((), "ids of the detectors to run, comma-separated; empty runs all")
    commit_interval_ms: int = _number(500, "longest wait of dirty state for its transaction, ms", low=10)
    transaction_timeout_ms: int = _number(10_000, "broker aborts a transaction left open as long, ms", low=1_000)
    session_timeout_ms: int = _number(6_000, "broker gives a silent worker up after, ms", low=1_000)
    heartbeat_ms: int = _number(1_000, "between signs of life to the group's coordinator, ms", low=100)
    poll_records: int = _number(4_000, "records that one poll returns at most")
    pending_batches: int = _number(16, "polled batches that wait for the judge at most", high=1_000)
    slice_records: int = _number(250, "records or due keys folded before the loop yields", high=500)
    silence_ms: int = _number(1_800_000, "append time without a platform's record before it is silent, ms", low=1_000)
    silence_repeat_ms: int = _number(60_000, "append time between two entries about a silence, ms", low=100)
    metrics_port: int = _number(0, "port of the metrics; 0 serves none", low=0, high=65_535)
    health_port: int = _number(0, "port that says whether the worker is well; 0 serves none", low=0, high=65_535)
    broker_away_ms: int = _number(6_000, "broker that leaves a request open as long is away, ms", low=500)
    stuck_ms: int = _number(25_000, "without progress though there is work, before a worker is not live, ms", low=1_000)
    restore_stuck_ms: int = _number(600_000, "likewise while it restores a partition, ms", low=1_000)
    exit_when_stuck: bool = _flag("whether a worker that is not live ends itself, with exit code 3")
    listen: str = _words("127.0.0.1", "address that serves metrics and health; loopback unless told")
    security_protocol: str = _words(
        PLAINTEXT, "how brokers are spoken to, in Kafka's words", choices=(PLAINTEXT, TLS, SASL_TLS)
    )
    allow_plaintext: bool = _flag("whether PLAINTEXT may leave this machine, where anyone between reads and forges")
    tls_ca: str | None = _words(None, "PEM file of who vouches for brokers; null takes the system's authorities")
    tls_certificate: str | None = _words(None, "PEM file of this client's certificate and its chain, for mutual TLS")
    tls_key: str | None = _words(None, "PEM file of its private key; null where the key stands in tls_certificate")
    tls_key_password: Secret | None = field(
        default=None, metadata={"says": "opens tls_key; better from a file", "secret": True}
    )
    tls_key_password_file: str | None = _words(None, "file that holds what opens tls_key")
    sasl_mechanism: str = _words(MECHANISMS[0], "how the password is proved without sending it", choices=MECHANISMS)
    sasl_user: str | None = _words(None, "user that this process logs in as, with SASL_SSL")
    sasl_password: Secret | None = field(
        default=None, metadata={"says": "password of sasl_user; better from a file", "secret": True}
    )
    sasl_password_file: str | None = _words(None, "file that holds the password of sasl_user")

    store: str | None = _words(None, "PostgreSQL of the alert store: postgresql://user@host/name, no password in it")
    store_password: Secret | None = field(
        default=None, metadata={"says": "password of the store's user; better from a file", "secret": True}
    )
    store_password_file: str | None = _words(None, "file that holds the password of the store's user")

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one, getattr(self, one.name))
        if self.heartbeat_ms * 3 > self.session_timeout_ms:
            raise SettingIsWrong(
                "heartbeat_ms", f"at most a third of {self.session_timeout_ms}", str(self.heartbeat_ms)
            )
        if self.stuck_ms <= self.broker_away_ms:
            raise SettingIsWrong("stuck_ms", f"above broker_away_ms {self.broker_away_ms}", str(self.stuck_ms))
        if self.commit_interval_ms >= self.transaction_timeout_ms:
            expected = f"below transaction_timeout_ms {self.transaction_timeout_ms}"
            raise SettingIsWrong("commit_interval_ms", expected, str(self.commit_interval_ms))
        if self.candidate and self.output_prefix in (None, self.prefix):
            expected = "another than prefix, as candidate is set: two groups share no state"
            raise SettingIsWrong("output_prefix", expected, str(self.output_prefix))
        _check_security(self)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What begins the name of any topic that is ours: of inputs, and of outputs where that is another."""
        return tuple(dict.fromkeys((self.prefix, self.output_prefix or self.prefix)))

    def address(self, topic: str) -> str:
        """Name a topic on the broker: outputs of workers begin with `output_prefix` where it is set."""
        return (self.prefixes[-1] if topic in OUTPUTS else self.prefix) + topic

    @classmethod
    def from_env(
        cls, overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
    ) -> "Settings":
        """Read FAIRTRADE_* from the environment; overrides (by field name) win, a None among them is no override.

        `environ` defaults to the process environment. Raises SettingIsWrong.
        """
        given = os.environ if environ is None else environ
        values: dict[str, Any] = {
            one.name: _parsed(one, given[environment_name(one.name)])
            for one in fields(cls)
            if environment_name(one.name) in given
        }
        chosen = {name: value for name, value in (overrides or {}).items() if value is not None}
        unknown = chosen.keys() - {one.name for one in fields(cls)}
        if unknown:
            raise SettingIsWrong(min(unknown), "a field of Settings", str(chosen[min(unknown)]))
        return cls(**values | chosen)


def environment_name(setting: str) -> str:
    """Name the environment variable of a setting."""
    return f"FAIRTRADE_{setting.upper()}"


def unprefixed(topic: str, prefixes: Iterable[str]) -> str:
    """Answer the name of a topic without its prefix, the longest that fits; the name itself where none does."""
    fitting = max((one for one in prefixes if topic.startswith(one)), key=len, default="")
    return topic.removeprefix(fitting)


def _parsed(one: Field[Any], text: str) -> object:
    if "flag" in one.metadata:
        return _yes_or_no(one.name, text)
    if "secret" in one.metadata:
        return Secret(text) if text else None
    if isinstance(one.default, int):
        try:
            return int(text)
        except ValueError:
            raise SettingIsWrong(environment_name(one.name), "a whole number", text) from None
    if isinstance(one.default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text if text or one.default is not None else None


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() in YES + NO:
        return text.lower() in YES
    raise SettingIsWrong(environment_name(name), f"one of {', '.join(filter(None, YES + NO))}", text)


def _check(one: Field[Any], value: Any) -> None:
    told = one.metadata
    if "flag" in told or "secret" in told:
        kind = bool if "flag" in told else Secret | None
        if not isinstance(value, kind):
            # What was given instead may be the secret itself.
            raise SettingIsWrong(one.name, "a Secret" if "secret" in told else "True or False", type(value).__name__)
    elif "low" in told:
        low, high = told["low"], told["high"]
        if type(value) is not int or not low <= value <= high:
            raise SettingIsWrong(one.name, f"a whole number from {low} to {high}", str(value))
    elif told["choices"] and value not in told["choices"]:
        raise SettingIsWrong(one.name, f"one of {', '.join(told['choices'])}", str(value))
    elif told["word"] and value is not None and not (value and WORD.issuperset(value)):
        raise SettingIsWrong(one.name, "lower-case letters, digits, dots, hyphens and underscores", str(value))


def _check_security(told: Settings) -> None:
    """Refuse a door that stands open unsaid, one that lacks its key, and keys that no door uses."""
    protocol = told.security_protocol
    beyond = [address for address in told.kafka.split(",") if not _is_loopback(address)]
    if protocol == PLAINTEXT and beyond and not told.allow_plaintext:
        expected = f"{TLS} or {SASL_TLS} for {beyond[0].strip()}, which is beyond this machine (or allow_plaintext)"
        raise SettingIsWrong("security_protocol", expected, protocol)
    for one in fields(told):
        if getattr(told, one.name) is not None and one.default is None and not _is_used(one.name, protocol):
            needed = SASL_TLS if one.name.startswith("sasl_") else f"{TLS} or {SASL_TLS}"
            raise SettingIsWrong("security_protocol", f"{needed}, as {one.name} is set", protocol)
    _one_of(told, "tls_key_password", "tls_key_password_file")
    _one_of(told, "sasl_password", "sasl_password_file")
    _one_of(told, "store_password", "store_password_file")
    if protocol == SASL_TLS and (told.sasl_user is None or not (told.sasl_password or told.sasl_password_file)):
        lacking = "sasl_user" if told.sasl_user is None else "sasl_password_file"
        raise SettingIsWrong(lacking, f"set, as security_protocol is {SASL_TLS}", "null")
    if told.tls_key is not None and told.tls_certificate is None:
        raise SettingIsWrong("tls_certificate", "set, as tls_key is", "null")


def _is_used(name: str, protocol: str) -> bool:
    if name.startswith("sasl_"):
        return protocol == SASL_TLS
    return protocol != PLAINTEXT or not name.startswith("tls_")


def _one_of(told: Settings, value: str, file: str) -> None:
    if getattr(told, value) is not None and getattr(told, file) is not None:
        raise SettingIsWrong(value, f"unset, as {file} is set", "set too")


def _is_loopback(address: str) -> bool:
    host = address.strip().rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
