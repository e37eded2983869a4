"""The scrape is served from a thread, on loopback, with exemplars for whoever reads OpenMetrics."""

import socket
import threading
import time
from urllib.request import Request, urlopen

import pytest
from observed import Commit, drive, line, records, revision
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from monitor.errors import SettingIsWrong
from monitor.eventtime.china import instant
from monitor.observe.server import serve

T0 = instant("2021-03-01", "09:00")
FIRSTS = range(0, 10_000, 50)
OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}


@pytest.fixture
def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def server(metrics, free_port):
    """The metrics served until the test ends."""
    started = serve(metrics.registry, free_port)
    yield started
    started.stop()


def scrape(server, headers=None):
    with urlopen(Request(f"http://127.0.0.1:{server.port}/metrics", headers=headers or {}), timeout=5) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def test_a_scrape_is_answered_while_the_caller_is_busy(server, partition):
    """A blocking read in this thread, which runs no loop for the server, gets figures read at that moment."""
    drive(partition, records("orders", [line(1, T0)]))

    assert 'fairtrade_events_consumed_total{platform="p",topic="orders"} 1.0' in scrape(server)[1]


def test_exemplars_are_shown_to_openmetrics_alone(server, partition, metrics):
    """The alert's id travels beside its latency, and the text parses as OpenMetrics; plain text has none."""
    metrics.committed(Commit(partition.take(), [revision()]))
    kind, text = scrape(server, OPENMETRICS)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    exemplars = [s.exemplar.labels for s in families["fairtrade_alert_latency_seconds"].samples if s.exemplar]

    assert kind.startswith("application/openmetrics-text")
    assert [{"alert_id": "a" * 32}] == exemplars
    assert "alert_id" not in scrape(server)[1]


def test_a_chosen_metric_is_up_to_date(server, partition):
    """Asking for one name reads the state as asking for all does."""
    drive(partition, records("orders", [line(1, T0)]))
    with urlopen(f"http://127.0.0.1:{server.port}/?name[]=fairtrade_events_consumed_total", timeout=5) as answer:
        text = answer.read().decode()

    assert 'platform="p"' in text
    assert "fairtrade_rebalances" not in text


def test_the_port_is_of_loopback_alone(server):
    """Nobody reaches the metrics from another machine."""
    assert server._server.server_address[0] == "127.0.0.1"


def test_port_0_serves_nothing(metrics):
    """Without a port there is no server."""
    assert serve(metrics.registry, 0) is None


def test_a_taken_port_is_said(server, metrics):
    """A port that somebody has is refused with the setting's name and what to do."""
    with pytest.raises(SettingIsWrong, match=rf"metrics_port is '{server.port} \(Address.*choose another, or 0"):
        serve(metrics.registry, server.port)


def test_a_stopped_server_gives_its_port_back(metrics, free_port):
    """After stop the same port can be served again."""
    serve(metrics.registry, free_port).stop()
    again = serve(metrics.registry, free_port)
    again.stop()

    assert again.port == free_port


def test_scrapes_beside_the_judge_lose_nothing(server, partition):
    """Scraping without pause from another thread while records are folded ends at the exact counts."""
    batches = [records("orders", [line(n + 1, T0 + n) for n in range(first, first + 50)], first) for first in FIRSTS]
    judged = threading.Event()
    scraping = threading.Thread(target=lambda: [scrape(server) for _ in iter(judged.is_set, True)])
    scraping.start()
    for batch in batches:
        drive(partition, batch)
        time.sleep(0.001)
    judged.set()
    scraping.join()
    text = scrape(server)[1]

    assert f'fairtrade_events_consumed_total{{platform="p",topic="orders"}} {50.0 * len(batches)}' in text
    assert 'platform="unknown",topic="orders"' not in text
