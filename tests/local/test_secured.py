import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from monitor.local.certificates import Authority
from monitor.local.secured import Secured


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """What a node with two users is made of."""
    return Secured(tmp_path_factory.mktemp("keys"), ["gateway", "worker"])


def test_no_process_list_shows_a_password(secured):
    """The tool that makes users gets a file that only its owner reads, and which is gone afterwards."""
    password = secured.password_file("worker").read_text()
    with secured.arguments(["tool", "format"]) as told:
        file = secured.authority.folder / told[0].removeprefix("@")
        lines = file.read_text().splitlines()
        mode = file.stat().st_mode & 0o777

    assert [f"@{file}"] == told
    assert ['"tool"', '"format"', '"--add-scram"'] == lines[:3]
    assert any(password in line for line in lines)
    assert 0o600 == mode
    assert not file.exists()


def test_users_differ_and_keep_their_keys(secured):
    """Each user has a password and a certificate of its own, which only the owner of the folder reads."""
    one, two = (secured.password_file(user).read_text() for user in secured.users)
    shown = secured.by_certificate("worker")

    assert len({one, two}) == 2
    assert min(len(one), len(two)) >= 32
    assert shown == secured.by_certificate("worker")
    assert {0o600} == {secured.password_file(user).stat().st_mode & 0o777 for user in secured.users}
    assert 0o700 == secured.authority.folder.stat().st_mode & 0o777


def test_no_listener_is_open(secured):
    """Broker and controller listen on loopback, each with TLS, and ask who comes."""
    told = secured.properties([20_001, 20_002, 20_003])

    assert "SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:SSL" == told["listener.security.protocol.map"]
    assert ("required", "required") == (
        told["listener.name.ssl.ssl.client.auth"],
        told["listener.name.controller.ssl.client.auth"],
    )
    assert told["listeners"].endswith("CONTROLLER://127.0.0.1:20002")
    assert "StandardAuthorizer" in told["authorizer.class.name"]
    assert "ANONYMOUS" not in told["super.users"]


def test_certificates_say_whom_and_how_long(tmp_path):
    """A certificate names its holder and hosts, belongs to its authority, and may have run out."""
    authority = Authority(tmp_path)
    past = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    made = authority.issue("broker", ["127.0.0.1", "localhost"], until=past)
    read = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    root = x509.load_pem_x509_certificate(authority.ca.read_bytes())

    read.verify_directly_issued_by(root)
    assert "CN=broker" == read.subject.rfc4514_string()
    assert ["localhost"] == names.get_values_for_type(x509.DNSName)
    assert past == read.not_valid_after_utc
    assert read.not_valid_before_utc < past
    ssl.create_default_context(cafile=authority.ca)
