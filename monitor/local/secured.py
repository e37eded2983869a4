"""A local node whose doors are closed: TLS everywhere, SCRAM or certificates to come in, and nothing without a grant.

What a node of production is told too, but for the authority, which is ours and short-lived.
"""

import secrets
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from monitor.local import node
from monitor.local.certificates import Authority, Certificate

BROKER = "broker"
SUPERUSER = "superuser"
MECHANISM = "SCRAM-SHA-512"
_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


class Secured:
    """The authority, certificates and passwords of one node and its users, in a folder that only its owner reads.

    `users` log in by a password of their own or by a certificate; the broker knows both by the same name. They may do
    nothing until somebody grants it: the superuser may, whose certificate is made too.
    """

    def __init__(self, folder: Path, users: Iterable[str]) -> None:
        self.authority = Authority(folder)
        self.users = tuple(users)
        self._broker = self.authority.issue(BROKER, [node.HOST])
        self._certificates: dict[str, Certificate] = {}
        self._keystore, self._front = folder / "broker.keystore.pem", folder / "front.keystore.pem"
        _write(self._keystore, self._broker.together())
        self.show(self._broker)
        for user in self.users:
            _write(self.password_file(user), secrets.token_urlsafe(24))

    def show(self, certificate: Certificate) -> None:
        """Show this certificate to those who log in by password; a node that runs takes it at its next start."""
        _write(self._front, certificate.together())

    def password_file(self, user: str) -> Path:
        """Where the password of a user lies."""
        return self.authority.folder / f"{user}.password"

    def by_password(self, user: str) -> dict[str, Any]:
        """The security settings of a client that logs in as a user over SASL_SSL."""
        return {
            "security_protocol": "SASL_SSL",
            "tls_ca": str(self.authority.ca),
            "sasl_user": user,
            "sasl_password_file": str(self.password_file(user)),
        }

    def by_certificate(self, user: str) -> dict[str, Any]:
        """The security settings of a client that shows the certificate of a user over SSL."""
        shown = self._certificates.setdefault(user, self.authority.issue(user))
        return {
            "security_protocol": "SSL",
            "tls_ca": str(self.authority.ca),
            "tls_certificate": str(shown.certificate),
            "tls_key": str(shown.key),
        }

    def properties(self, ports: Sequence[int]) -> dict[str, str]:
        """What the node is told over `node.defaults`; the ports are those for passwords, controller, certificates."""
        scram, control, mutual = (f"{node.HOST}:{port}" for port in ports)
        listeners = f"SASL_SSL://{scram},SSL://{mutual},CONTROLLER://{control}"
        return {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name": "SSL",
            "listener.name.ssl.ssl.client.auth": "required",
            "listener.name.controller.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": MECHANISM,
            f"listener.name.sasl_ssl.{MECHANISM.lower()}.sasl.jaas.config": _LOGIN,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self._keystore),
            "listener.name.sasl_ssl.ssl.keystore.type": "PEM",
            "listener.name.sasl_ssl.ssl.keystore.location": str(self._front),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.ca),
            "ssl.principal.mapping.rules": "RULE:^CN=([^,]+)(,.*)?$/$1/,DEFAULT",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{BROKER};User:{SUPERUSER}",
        }

    @contextmanager
    def arguments(self, tool: list[str]) -> Iterator[list[str]]:
        """The format tool with all users' passwords, as `@file`: a list of processes shows what a command is given."""
        users = [
            f"{MECHANISM}=[name={user},password={self.password_file(user).read_text('ascii')}]" for user in self.users
        ]
        lines = [*tool, *(part for user in users for part in ("--add-scram", user))]
        file = self.authority.folder / "format.arguments"
        try:
            _write(file, "".join(f'"{line}"\n' for line in lines))
            yield [f"@{file}"]
        finally:
            file.unlink()

    def tls(self) -> ssl.SSLContext:
        """How the launcher itself asks whether the node answers: as the broker, whom no grant must allow it."""
        context = ssl.create_default_context(cafile=self.authority.ca)
        context.load_cert_chain(self._broker.certificate, self._broker.key)
        return context


def _write(file: Path, text: str) -> None:
    """Write what only the owner may read."""
    file.touch(mode=0o600)
    file.write_text(text, "ascii")
