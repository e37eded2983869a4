"""The answers over HTTP, and the command that asks for them."""

import json
import socket
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from monitor.cli import cli
from monitor.errors import SettingIsWrong
from monitor.observe.health import Health
from monitor.observe.probes import QUESTIONS, serve_health


class FakeWatch:
    """Finds what it is told to find."""

    def __init__(self):
        self.health = Health((), (), (), {"partitions": (0, 1)})

    def look(self):
        """Answer it."""
        return self.health


@pytest.fixture
def watch():
    """A worker that is well."""
    return FakeWatch()


@pytest.fixture
def server(watch):
    """Its answers, served until the test ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    started = serve_health(watch, "127.0.0.1", port)
    yield started
    started.stop()


def get(server, path):
    try:
        with urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=5) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()


def told(*arguments, **environment):
    return CliRunner(env=environment).invoke(cli, ["health", *arguments])


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_worker_that_is_well_answers_200(server, question):
    """Each question has its own path, and the body says what was looked at."""
    status, body = get(server, f"/{question}")

    assert (200, {"question": question, "ok": True, "why": [], "partitions": [0, 1]}) == (status, json.loads(body))


def test_a_no_is_503_with_its_reasons(server, watch):
    """Not ready and live are two answers of the same moment."""
    watch.health = Health((), ("a reason", "another"), (), {})
    status, body = get(server, "/ready?verbose")

    assert (503, ["a reason", "another"]) == (status, json.loads(body)["why"])
    assert 200 == get(server, "/live")[0]


def test_other_paths_are_not_there(server):
    """Nothing but the three questions is served, and the answer names them."""
    status, body = get(server, "/tables")

    assert 404 == status
    assert b"/startup, /ready, /live" in body


def test_a_port_that_somebody_has_is_said(server, watch):
    """The error names the setting and what to do."""
    with pytest.raises(SettingIsWrong, match=rf"health_port is '{server.server_port} \(Address.*choose another, or 0"):
        serve_health(watch, "127.0.0.1", server.server_port)


def test_port_0_answers_nothing(watch):
    """Without a port there is no server."""
    assert serve_health(watch, "127.0.0.1", 0) is None


def test_the_command_prints_three_answers(server):
    """A port is enough, from the command line or the environment."""
    by_port = told(str(server.server_port))
    by_url = told(f"http://127.0.0.1:{server.server_port}/")
    by_environment = told(FAIRTRADE_HEALTH_PORT=str(server.server_port))

    assert (0, "startup: yes\nready: yes\nlive: yes\n") == (by_port.exit_code, by_port.output)
    assert by_port.output == by_environment.output == by_url.output


def test_the_command_tells_why_not(server, watch):
    """One no is exit code 1; who asks for the others alone gets their answer."""
    watch.health = Health((), ("a reason", "another"), (), {})
    all_three, live = told(str(server.server_port)), told(str(server.server_port), "--only", "live")

    assert 1 == all_three.exit_code
    assert "ready: no, a reason; another\n" in all_three.output
    assert (0, "live: yes\n") == (live.exit_code, live.output)


def test_a_worker_that_is_not_there_is_a_no():
    """Silence is no health."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = told(str(taken.getsockname()[1]), "--only", "live")

    assert 1 == found.exit_code
    assert "does not answer" in found.output


def test_the_command_asks_for_a_port():
    """Without a port anywhere it is a mistake in usage, and the text says what to give."""
    found = told(FAIRTRADE_HEALTH_PORT="0")

    assert 2 == found.exit_code
    assert "say where" in found.output
