"""Errors of connections and rights become one line that names the thing; what is no such error stays what it is."""

import ssl

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from monitor.errors import WorldIsWrong
from monitor.settings import Secret, Settings
from monitor.wire.diagnosis import explained, named

FAR = {"kafka": "b:1", "security_protocol": "SASL_SSL", "sasl_user": "worker", "sasl_password": Secret("hush")}
NOBODY = "127.0.0.1:1"


def tls(reason):
    """An error of TLS with OpenSSL's word for it."""
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (tls("WRONG_VERSION_NUMBER"), "it does not speak TLS on this port"),
        (tls("TLSV1_ALERT_PROTOCOL_VERSION"), "TLS fails (TLSV1_ALERT_PROTOCOL_VERSION)"),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "it wants a certificate of us"),
        (SaslAuthenticationFailed("no"), "it does not let user worker in"),
        (ConnectionResetError(), "it closes the connection"),
        (TimeoutError(), "not reached (no answer within 5 s)"),
        (OSError(113, "No route to host"), "not reached (No route to host)"),
    ],
)
def test_each_failure_is_named(error, said):
    """The broker's address stands first, what failed next, then what to do; never the password."""
    text = str(explained(error, "b:1", Settings(**FAR)))

    assert text.startswith(f"broker b:1: {said}")
    assert "; " in text
    assert "hush" not in text


def test_what_hides_behind_a_connection_error_is_found():
    """Aiokafka wraps the broker's alert; the cause counts."""
    error = KafkaConnectionError("closed")
    error.__cause__ = tls("SSLV3_ALERT_BAD_CERTIFICATE")

    assert "it wants a certificate of us" in str(explained(error, "b:1", Settings(**FAR)))


@pytest.mark.parametrize(
    ("error", "about"),
    [
        (TopicAuthorizationFailedError("ft.orders", "ft.state"), "TOPIC_AUTHORIZATION_FAILED: ft.orders, ft.state"),
        (TransactionalIdAuthorizationFailed(), "TRANSACTIONAL_ID_AUTHORIZATION_FAILED: it"),
    ],
)
def test_a_missing_right_names_user_and_thing(error, about):
    """A refusal of the authorizer says who may not do what, and where the needed rights stand."""
    text = str(named(error, Settings(**FAR)))

    assert f"user worker may not do that ({about})" in text
    assert "fairtrade topics acls" in text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_cannot_be_explained_is_told_as_it_came():
    """Other errors of Kafka keep their words, Python's are not taken for them, a broker that is away is named."""
    timeout = named(KafkaTimeoutError("slow"), Settings())

    assert type(timeout) is WorldIsWrong
    assert "slow" in str(timeout)
    assert named(ValueError("mine"), Settings()) is None
    assert NOBODY in str(named(KafkaConnectionError("x"), Settings(kafka=NOBODY)))
    assert "x" in str(named(KafkaConnectionError("x"), None))
