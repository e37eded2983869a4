"""Why a broker cannot be reached or does not let us in: asked once more, after a client failed, and said in one line.

aiokafka tells the reason to its log and raises that it could not bootstrap; an operator needs the reason.
"""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    BrokerResponseError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from monitor.errors import FairTradeError, WorldIsWrong
from monitor.settings import PLAINTEXT, Settings, environment_name
from monitor.wire.clients import load_certificate, security_options, tls_context

PATIENCE_MS = 5_000
NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF_WHILE_READING"})
CERTIFICATE_REFUSED = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")


@dataclass
class DoorIsShut(WorldIsWrong):
    """A broker is not reached, is not who it should be, or does not take us for who we say we are."""

    address: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"broker {self.address}: {self.why}; {self.remedy}"


class NotReached(DoorIsShut):
    """No door was found to be shut: nobody answers there, which may pass by itself."""


def named(error: Exception, settings: Settings | None) -> FairTradeError | None:
    """Answer what a Kafka client's error means to whoever ran the command with these settings; None if it is no such.

    Called outside any event loop, once the command has ended.
    """
    if not isinstance(error, KafkaError):
        return None
    if isinstance(error, BrokerResponseError) and "AUTHORIZATION_FAILED" in error.message:
        return _not_allowed(error, settings)
    shut = asyncio.run(diagnose(settings)) if settings and isinstance(error, KafkaConnectionError) else None
    return shut or WorldIsWrong(f"Kafka: {error}; is {environment_name('kafka')} or --kafka right, is the broker up?")


def _not_allowed(error: BrokerResponseError, settings: Settings | None) -> WorldIsWrong:
    user = "this client" if settings is None or settings.sasl_user is None else f"user {settings.sasl_user}"
    about = ", ".join(str(one) for one in error.args) or "it"
    return WorldIsWrong(
        f"Kafka: {user} may not do that ({error.message}: {about}); compare with what its role needs by "
        f"`fairtrade topics acls`"
    )


async def diagnose(settings: Settings) -> DoorIsShut | None:
    """Ask each broker of the settings as a client would, and answer why the first one that fails does; None if none.

    Called once, when a client could not start. Raises SettingIsWrong where a file of keys or passwords is amiss.
    """
    for address in (part.strip() for part in settings.kafka.split(",")):
        host, _, port = address.rpartition(":")
        try:
            options = security_options(settings)
            connection = await create_conn(host.strip("[]"), int(port), request_timeout_ms=PATIENCE_MS, **options)
        except (OSError, KafkaError, TimeoutError) as error:
            return explained(error, address, settings)
        await connection.close()
    return None


def explained(error: BaseException, address: str, settings: Settings) -> DoorIsShut:
    """Say what a failed connection means and what to do."""
    causes = list(_causes(error))
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if tls is not None:
        why, remedy = _of_tls(tls, settings)
    elif isinstance(error, SaslAuthenticationFailed | AuthenticationFailedError | UnsupportedSaslMechanismError):
        why, remedy = _of_login(error, settings)
    elif isinstance(error, KafkaConnectionError | ConnectionResetError):
        return NotReached(address, *_of_silence(settings))
    else:
        told = getattr(error, "strerror", None) or str(error) or f"no answer within {PATIENCE_MS // 1000} s"
        remedy = f"is {environment_name('kafka')} or --kafka right, is the broker up?"
        return NotReached(address, f"not reached ({told})", remedy)
    return DoorIsShut(address, why, remedy)


def passes(error: Exception) -> bool:
    """Answer whether what a Kafka client raised passes by itself: nobody answered in time, or the same may do again."""
    return isinstance(error, KafkaTimeoutError | TimeoutError) or bool(getattr(error, "retriable", False))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_tls(error: ssl.SSLError, settings: Settings) -> tuple[str, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        trusted = settings.tls_ca or "the system's authorities"
        why = f"its certificate is not accepted: {error.verify_message.rstrip('.')}"
        return why, f"renew it, connect by the name that it holds, or correct tls_ca ({trusted})"
    if error.reason in NOT_TLS:
        return "it does not speak TLS on this port", "name its port for TLS, or correct security_protocol"
    if any(word in (error.reason or "") for word in CERTIFICATE_REFUSED):
        return _of_our_certificate(settings)
    return f"TLS fails ({error.reason or error})", "compare its listeners with the settings tls_*"


def _of_our_certificate(settings: Settings) -> tuple[str, str]:
    if settings.tls_certificate is None:
        return "it wants a certificate of us", "set tls_certificate and tls_key, or name its port for passwords"
    told = own_certificate_fault(settings) or "its authority is unknown there"
    return f"it refuses our certificate {settings.tls_certificate}: {told}", "renew it with the brokers' authority"


def own_certificate_fault(settings: Settings) -> str | None:
    """Answer what a broker that trusts `tls_ca` finds wrong with our certificate, as OpenSSL says it; None if nothing.

    A broker only says that it refuses; so a handshake with ourselves, in memory, asks the same question.
    """
    us, broker = tls_context(settings), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    us.check_hostname, us.verify_mode, broker.verify_mode = False, ssl.CERT_NONE, ssl.CERT_REQUIRED
    load_certificate(broker, settings)
    broker.load_verify_locations(settings.tls_ca or ssl.get_default_verify_paths().cafile)
    to_us, to_broker = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = us.wrap_bio(to_us, to_broker), broker.wrap_bio(to_broker, to_us, server_side=True)
    for side in sides * 3:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
    return None


def _of_login(error: Exception, settings: Settings) -> tuple[str, str]:
    if isinstance(error, UnsupportedSaslMechanismError):
        return f"it does not offer {settings.sasl_mechanism}", "correct sasl_mechanism, or enable it on the broker"
    file = settings.sasl_password_file
    password = f"the password in {file}" if file else f"the password in {environment_name('sasl_password')}"
    return f"it does not let user {settings.sasl_user} in", f"the user is unknown there or {password} is wrong"


def _of_silence(settings: Settings) -> tuple[str, str]:
    if settings.security_protocol == PLAINTEXT:
        return "it closes the connection", f"security_protocol is {PLAINTEXT}, does the broker want TLS?"
    return "it closes the connection", "does this port speak TLS? compare its listeners with security_protocol"
