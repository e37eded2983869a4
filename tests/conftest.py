"""One real broker for a whole test run, however many pytest-xdist workers share it."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.local.kafka import broker


@contextmanager
def shared_broker(root: Path) -> Iterator[str]:
    """The run's broker: the first who asks starts it and, being its owner, stops it when nobody else uses it.

    Users hold a shared lock that the kernel drops with their process, so one that crashed keeps nobody waiting.
    """
    address = root / "kafka.address"
    with (root / "kafka.lock").open("w") as mutex, (root / "kafka.users").open("w") as users:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if address.exists():
            fcntl.flock(users, fcntl.LOCK_SH)
            fcntl.flock(mutex, fcntl.LOCK_UN)
            yield address.read_text()
            return
        with broker() as bootstrap:
            address.write_text(bootstrap)
            fcntl.flock(mutex, fcntl.LOCK_UN)
            yield bootstrap
            _wait_until_unused(mutex, users)
            address.unlink()


def _wait_until_unused(mutex, users) -> None:
    """Come back holding both locks: no user is left and none can come until the broker is gone."""
    while True:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(mutex, fcntl.LOCK_UN)
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def kafka(tmp_path_factory, worker_id) -> Iterator[str]:
    """The bootstrap address of the run's broker; FAIRTRADE_KAFKA's if it is set."""
    own = tmp_path_factory.getbasetemp()
    with shared_broker(own if worker_id == "master" else own.parent) as bootstrap:
        yield bootstrap


@pytest.fixture
def prefix() -> str:
    """A topic prefix that no other test of any run has."""
    return f"t{secrets.token_hex(6)}."


def pytest_sessionfinish(session) -> None:
    """In CI a test that did not run is a failure: the machine is one that can run them all."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and os.environ.get("CI") and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
