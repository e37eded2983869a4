import os
import subprocess
import sys

import pytest

import monitor.app
from monitor.app import create_app, faust_settings
from monitor.settings import Settings


def test_the_faust_command_line_finds_the_judge():
    """`faust -A monitor.app agents` prints the agent, its inputs and what it does, without a broker."""
    shown = subprocess.run(
        [sys.executable, "-m", "faust", "-A", "monitor.app", "agents"],
        env=os.environ | {"FAIRTRADE_KAFKA": "127.0.0.1:1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert "@judge" in shown
    assert "ft.control, ft.costs, ft.shops, ft.offers, ft.orders" in shown
    assert "publish alerts in one transaction each" in shown


def test_nothing_is_built_at_import():
    """The module has an app only once it is asked for one, and nothing else that it does not define."""
    assert "app" not in vars(monitor.app)
    with pytest.raises(AttributeError, match="no attribute 'application'"):
        _ = monitor.app.application


def test_faust_is_told_what_the_settings_say():
    """Timeouts, poll size, brokers and member id come from the settings, in Faust's units."""
    brokers = {"kafka": "a:1,b:2", "allow_plaintext": True}
    told = faust_settings(Settings(**brokers, session_timeout_ms=9_000, poll_records=77, instance_id="worker-1"))

    assert ["fairtrade://a:1", "fairtrade://b:2"] == told["broker"]
    assert (9.0, 77, "worker-1") == (
        told["broker_session_timeout"],
        told["broker_max_poll_records"],
        told["consumer_group_instance_id"],
    )


def test_two_apps_share_nothing():
    """Each app has partitions of its own: tests build as many as they like."""
    one, two = (create_app(Settings(kafka="127.0.0.1:1"), core=lambda _: None) for _ in range(2))

    assert one.transport.partitions is not two.transport.partitions
