"""A certificate authority of our own for local nodes and tests: short-lived, and never to be trusted elsewhere."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.local.errors import ExtraIsMissing

VALID = timedelta(days=2)
SINCE = timedelta(hours=1)
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Certificate:
    """Two PEM files: the certificate, and its private key without a password, which only the owner may read."""

    certificate: Path
    key: Path

    def together(self) -> str:
        """The text of both, as Kafka takes a keystore."""
        return self.key.read_text("ascii") + self.certificate.read_text("ascii")


class Authority:
    """Signs certificates into a folder; `ca` is the file that others trust it by.

    Raises ExtraIsMissing where the extra `local` is not installed.
    """

    def __init__(self, folder: Path, name: str = "fairtrade-local-authority") -> None:
        try:
            from cryptography import x509  # noqa: PLC0415 - part of an extra that a production worker lacks
            from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
            from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        except ImportError as error:
            raise ExtraIsMissing("cryptography", "makes the certificates of local nodes") from error
        self._x509, self._hashes, self._serialization, self._ec = x509, hashes, serialization, ec
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = self._named(name)
        self.ca = folder / f"{name}.pem"
        now = datetime.now(UTC)
        self._root = self._sign(self._name, self._key.public_key(), (now - SINCE, now + VALID), self._of_authority())
        self.ca.write_bytes(self._root.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, name: str, hosts: Iterable[str] = (), *, until: datetime | None = None, file: str | None = None
    ) -> Certificate:
        """Sign a certificate for CN=`name`, for the names and addresses of a server or for a client without any.

        `until` may lie in the past, for what must be refused; `file` names the files, by default the name does.
        """
        key = self._ec.generate_private_key(self._ec.SECP256R1())
        end = until or datetime.now(UTC) + VALID
        extensions = self._of_holder(key.public_key(), list(hosts))
        signed = self._sign(self._named(name), key.public_key(), (min(end, datetime.now(UTC)) - SINCE, end), extensions)
        made = Certificate(self.folder / f"{file or name}.pem", self.folder / f"{file or name}.key")
        made.certificate.write_bytes(signed.public_bytes(self._serialization.Encoding.PEM))
        made.key.touch(mode=_OWNER_ONLY)
        made.key.write_bytes(self._private(key))
        return made

    def _named(self, name: str) -> Any:
        return self._x509.Name([self._x509.NameAttribute(self._x509.NameOID.COMMON_NAME, name)])

    def _sign(
        self, subject: Any, key: Any, valid: tuple[datetime, datetime], extensions: list[tuple[Any, bool]]
    ) -> Any:
        builder = (
            self._x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(self._x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self._key, self._hashes.SHA256())

    def _of_authority(self) -> list[tuple[Any, bool]]:
        public = self._key.public_key()
        return [
            (self._x509.BasicConstraints(ca=True, path_length=0), True),
            (self._usage(signs_certificates=True), True),
            (self._x509.SubjectKeyIdentifier.from_public_key(public), False),
        ]

    def _of_holder(self, public: Any, hosts: list[str]) -> list[tuple[Any, bool]]:
        uses = self._x509.oid.ExtendedKeyUsageOID
        names = [(self._x509.SubjectAlternativeName([self._host(host) for host in hosts]), False)] if hosts else []
        return [
            *names,
            (self._x509.BasicConstraints(ca=False, path_length=None), True),
            (self._usage(signs_certificates=False), True),
            (self._x509.ExtendedKeyUsage([uses.SERVER_AUTH, uses.CLIENT_AUTH] if hosts else [uses.CLIENT_AUTH]), False),
            (self._x509.SubjectKeyIdentifier.from_public_key(public), False),
            (self._x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
        ]

    def _usage(self, *, signs_certificates: bool) -> Any:
        return self._x509.KeyUsage(
            digital_signature=not signs_certificates,
            key_cert_sign=signs_certificates,
            crl_sign=signs_certificates,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )

    def _host(self, host: str) -> Any:
        try:
            return self._x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            return self._x509.DNSName(host)

    def _private(self, key: Any) -> bytes:
        serialization = self._serialization
        text: bytes = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return text
