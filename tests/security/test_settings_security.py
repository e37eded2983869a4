"""No door stands open unsaid, none is shut by accident, and no secret shows."""

import ssl
from dataclasses import asdict

import pytest
from click import Group
from cryptography.hazmat.primitives import serialization

from monitor.app import faust_settings
from monitor.cli import cli
from monitor.errors import SettingIsWrong
from monitor.local.certificates import Authority
from monitor.settings import Secret, Settings, environment_name
from monitor.stream.credentials import credentials
from monitor.wire.clients import client_options, producer_options, reader_options

FAR = {"kafka": "kafka-1.example:9093"}
SASL = {"security_protocol": "SASL_SSL", "sasl_user": "worker"}


@pytest.mark.parametrize("kafka", ["127.0.0.1:9092", "localhost:9092", "[::1]:9092", "127.0.0.1:1, 127.8.9.1:2"])
def test_plaintext_on_this_machine_needs_no_word(kafka):
    """Loopback cannot be overheard by others."""
    assert "PLAINTEXT" == client_options(Settings(kafka=kafka))["security_protocol"]


@pytest.mark.parametrize(
    "kafka", ["kafka:9092", "127.0.0.1:9092,10.0.0.1:9092", "0.0.0.0:9092", "127.0.0.1.evil.example:1"]
)
def test_plaintext_beyond_this_machine_must_be_said(kafka):
    """One address beyond loopback is enough; allow_plaintext says it."""
    with pytest.raises(SettingIsWrong, match="beyond this machine"):
        Settings(kafka=kafka)

    assert kafka == Settings(kafka=kafka, allow_plaintext=True).kafka


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"sasl_user": "worker"}, "SASL_SSL, as sasl_user is set"),
        ({"tls_ca": "/ca.pem"}, "SSL or SASL_SSL, as tls_ca is set"),
        ({"security_protocol": "SSL", "sasl_password": Secret("x")}, "SASL_SSL, as sasl_password is set"),
        (SASL, "setting sasl_password_file is 'null'"),
        ({"security_protocol": "SASL_SSL", "sasl_password": Secret("x")}, "setting sasl_user is 'null'"),
        (SASL | {"sasl_password": Secret("x"), "sasl_password_file": "/p"}, "unset, as sasl_password_file is set"),
        ({"security_protocol": "SSL", "tls_key": "/key.pem"}, "setting tls_certificate is 'null'"),
        ({"security_protocol": "SASL_PLAINTEXT"}, "one of PLAINTEXT, SSL, SASL_SSL"),
        (SASL | {"sasl_password": Secret("x"), "sasl_mechanism": "PLAIN"}, "one of SCRAM-SHA-512, SCRAM-SHA-256"),
        (SASL | {"sasl_password": "x y z"}, "is 'str', expected a Secret"),
    ],
)
def test_half_a_lock_is_refused(told, named):
    """What would be ignored, or lacks its other half, is an error by name; SASL without TLS is not offered."""
    with pytest.raises(SettingIsWrong, match=named) as refused:
        Settings(**told)

    assert "x y z" not in str(refused.value)


@pytest.mark.parametrize("word", ["maybe", "2", "on"])
def test_a_flag_is_yes_or_no(word):
    """Nothing else opens a door by being not empty."""
    with pytest.raises(SettingIsWrong, match="FAIRTRADE_ALLOW_PLAINTEXT"):
        Settings.from_env(environ={"FAIRTRADE_ALLOW_PLAINTEXT": word})


def test_a_secret_shows_nowhere():
    """Neither settings, nor their fields, nor an error print a password; only who asks gets it."""
    told = {
        "FAIRTRADE_KAFKA": FAR["kafka"],
        "FAIRTRADE_SECURITY_PROTOCOL": "SASL_SSL",
        "FAIRTRADE_SASL_USER": "worker",
        "FAIRTRADE_SASL_PASSWORD": "correct horse",
        "FAIRTRADE_TLS_KEY_PASSWORD": "battery staple",
    }
    settings = Settings.from_env(environ=told)
    shown = f"{settings} {settings!r} {asdict(settings)} {settings.sasl_password} {[settings.tls_key_password]}"

    assert "horse" not in shown
    assert "staple" not in shown
    assert ("correct horse", "battery staple") == (
        settings.sasl_password.reveal(),
        settings.tls_key_password.reveal(),
    )


def test_every_client_is_told_the_same(tmp_path):
    """Clients, producers, readers and Faust log in as one user, over TLS that checks name and certificate."""
    password = tmp_path / "password"
    password.write_text("secret\n")
    settings = Settings(**FAR, **SASL, sasl_password_file=str(password))
    faust = credentials(settings)
    for options in (client_options(settings), producer_options(settings, "id"), reader_options(settings)):
        context = options["ssl_context"]

        assert ("SASL_SSL", "SCRAM-SHA-512", "worker", "secret") == (
            options["security_protocol"],
            options["sasl_mechanism"],
            options["sasl_plain_username"],
            options["sasl_plain_password"],
        )
        assert (True, ssl.CERT_REQUIRED) == (context.check_hostname, context.verify_mode)
        assert ssl.TLSVersion.TLSv1_2 <= context.minimum_version
    assert ("SASL_SSL", "SCRAM-SHA-512", "worker", "secret") == (
        faust.protocol.value,
        faust.mechanism.value,
        faust.username,
        faust.password,
    )
    assert faust.ssl_context.check_hostname


def test_a_password_file_that_is_no_text_is_refused(tmp_path):
    """Bytes that are no text are an error that names the file and shows none of them."""
    password = tmp_path / "password"
    password.write_bytes(b"hush\xff")

    with pytest.raises(SettingIsWrong, match="sasl_password_file") as refused:
        client_options(Settings(**FAR, **SASL, sasl_password_file=str(password)))
    assert "hush" not in str(refused.value)


def test_a_certificate_and_its_key_are_shown(tmp_path):
    """Mutual TLS takes certificate and key from files, a closed key with its password, and never asks for one."""
    authority = Authority(tmp_path)
    made = authority.issue("worker")
    closed = tmp_path / "closed.key"
    closed.write_bytes(locked(made.key.read_bytes(), b"open"))
    told = {"security_protocol": "SSL", "tls_ca": str(authority.ca), "tls_certificate": str(made.certificate)}
    opened = Settings(**FAR, **told, tls_key=str(closed), tls_key_password=Secret("open"))

    assert "SSL" == client_options(opened)["security_protocol"]
    assert "SSL" == credentials(opened).protocol.value
    with pytest.raises(SettingIsWrong, match="opened by tls_key_password"):
        client_options(Settings(**FAR, **told, tls_key=str(closed)))
    assert 0o600 == made.key.stat().st_mode & 0o777


def locked(key, password):
    """Close a private key by a password."""
    loaded = serialization.load_pem_private_key(key, None)
    encryption = serialization.BestAvailableEncryption(password)
    return loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def test_faust_serves_nothing():
    """Faust's web server is off; switched on by its own command line it shows no tables and stays on this machine."""
    told = faust_settings(Settings())

    assert (False, False, False, "127.0.0.1") == tuple(
        told[f"web_{name}"] for name in ("enabled", "tables_enabled", "router_enabled", "bind")
    )


def test_no_command_takes_a_secret():
    """A list of processes shows what commands are given, so no option is a secret's."""

    def options(command):
        if isinstance(command, Group):
            return {name for one in command.commands.values() for name in options(one)}
        return {parameter.name for parameter in command.params}

    secrets = {name for name in vars(Settings()) if "password" in name or name.startswith(("tls_", "sasl_"))}

    assert len(secrets) > 5
    assert not secrets & options(cli)
    assert "FAIRTRADE_SASL_PASSWORD" == environment_name("sasl_password")
