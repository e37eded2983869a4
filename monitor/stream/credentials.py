"""How Faust's own clients prove who they are: the one options function, in Faust's words."""

from faust.auth import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT

from monitor.settings import PLAINTEXT, SASL_TLS, Settings
from monitor.wire.clients import security_options


def credentials(settings: Settings) -> CredentialsT | None:
    """Answer what Faust takes as `broker_credentials`; None on PLAINTEXT.

    Given no TLS context Faust would take SASL without TLS, which the settings do not offer.
    """
    told = security_options(settings)
    if settings.security_protocol == PLAINTEXT:
        return None
    if settings.security_protocol == SASL_TLS:
        return SASLCredentials(
            username=told["sasl_plain_username"],
            password=told["sasl_plain_password"],
            mechanism=told["sasl_mechanism"],
            ssl_context=told["ssl_context"],
        )
    return SSLCredentials(told["ssl_context"])
