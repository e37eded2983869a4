"""The rules of Prometheus and the routes of Alertmanager, by the tools that ship with both."""

import re
import shutil
import subprocess
from pathlib import Path

import promql
import promql_parser
import pytest
import yaml

from deploy.prometheus.build import ALERTS, DEPLOY, files
from deploy.prometheus.model import Concern, Severity, divided, scaled, seconds
from deploy.prometheus.objectives import ALERT_LATENCY
from deploy.prometheus.scrape import CONSEQUENCES
from monitor.observe.catalogue import ALERT_LATENCY as LATENCY_ROW

HERE = Path(__file__).parent
UNIT_TESTS = sorted((HERE / "rules").glob("*.yml"))
NAMES = {alert.name for alert in ALERTS}
HAN = re.compile(r"[\u4e00-\u9fff]")
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool: apt-get install prometheus")
needs_amtool = pytest.mark.skipif(not shutil.which("amtool"), reason="amtool: apt-get install prometheus-alertmanager")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of Prometheus to its end."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def verdicts() -> list[tuple[str, bool]]:
    """Answer every expectation of the unit tests: an alert's name, and whether it must fire."""
    groups = [group for path in UNIT_TESTS for group in yaml.safe_load(path.read_text())["tests"]]
    return [(one["alertname"], bool(one["exp_alerts"])) for group in groups for one in group["alert_rule_test"]]


@pytest.mark.parametrize("path", sorted(files()))
def test_a_committed_file_is_what_the_definitions_write(path):
    """Rules and configurations are written from their definitions, byte for byte; `make rules` writes them anew."""
    assert files()[path] == (DEPLOY / path).read_text(encoding="utf-8")


@needs_promtool
def test_prometheus_takes_the_configuration_and_its_rules():
    """`promtool check config` finds nothing wrong with the configuration, its rules and its targets."""
    told = run("promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml")

    assert (0, "") == (told.returncode, told.stderr.replace("\n", "")), told.stdout


@needs_promtool
@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda path: path.stem)
def test_alerts_fire_and_stay_silent_as_told(path):
    """Each case ends with exactly the alerts told, labels and annotations included."""
    told = run("promtool", "test", "rules", path)

    assert 0 == told.returncode, told.stdout + told.stderr


def test_every_alert_has_a_case_that_fires_and_one_that_is_silent():
    """No rule is without proof in both directions, and no case is about a rule that there is not."""
    told = set(verdicts())

    assert {(name, fires) for name in NAMES for fires in (True, False)} == told


@pytest.mark.parametrize("name", sorted(promql.EXPRESSIONS))
def test_a_rule_asks_for_nothing_that_is_not_exported(name):
    """Every series is in the catalogue or recorded, and every label asked of it is one that it has."""
    tree = promql_parser.parse(promql.EXPRESSIONS[name])
    series = {selector.name for selector in promql.selectors(tree)}

    assert not series - promql.exported().keys() - promql.RECORDED.keys()
    assert not [label for label, there in promql.asked(tree) if label not in there]


def test_the_objective_of_latency_stands_on_a_bucket():
    """The bound of the objective is a bucket of the histogram, so that the share is exact and not interpolated."""
    bound = re.findall(r'le="([\d.]+)"', ALERT_LATENCY.ratio)

    assert bound == [str(float(bucket)) for bucket in LATENCY_ROW.buckets if bucket == float(bound[0])]


def test_texts_are_in_both_languages_without_a_label_that_is_not_there():
    """Summary and description are there in English and in Chinese and name only labels that the rule leaves."""
    for alert in ALERTS:
        left = promql.shown(promql_parser.parse(scaled(alert.expr, 1)))
        english, chinese = alert.summary + alert.description, alert.summary_zh + alert.description_zh

        assert HAN.search(alert.summary_zh)
        assert HAN.search(alert.description_zh)
        assert not HAN.search(english)
        assert set(re.findall(r"\$labels\.(\w+)", english)) == set(re.findall(r"\$labels\.(\w+)", chinese)) <= left


@needs_amtool
def test_alertmanager_takes_its_configuration():
    """`amtool check-config` finds nothing wrong."""
    told = run("amtool", "check-config", DEPLOY / "alertmanager" / "alertmanager.yml")

    assert 0 == told.returncode, told.stdout + told.stderr


@needs_amtool
@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_reaches_whom_it_concerns(alert):
    """A page goes to the pager; of the rest what is about a feed goes to whoever calls platforms, or is a ticket."""
    config = DEPLOY / "alertmanager" / "alertmanager.yml"
    labels = (f"alertname={alert.name}", f"severity={alert.severity}", f"concern={alert.concern}")
    told = run("amtool", "config", "routes", "test", f"--config.file={config}", *labels)
    ticket = "platform" if alert.concern is Concern.platform else "ticket"

    assert ("page" if alert.severity is Severity.page else ticket) == told.stdout.strip()


def test_consequences_are_alerts_and_no_alert_silences_a_graver_concern():
    """An inhibition names alerts that there are, never itself, and never what must always be heard."""
    always = {"WorkerDown", "WorkerNotReady", "InputStopped", "RecordsLost", "LedgerDifference", "RulesetDiverged"}
    for cause, consequences, _ in CONSEQUENCES:
        assert {cause, *consequences} <= NAMES
        assert cause not in consequences
        assert not always & set(consequences)


def test_a_rehearsal_waits_a_sixtieth():
    """A factor divides `for`, windows and numbers of seconds; a window stays long enough for a rate."""
    rehearsed = yaml.safe_load(files(factor=60)["prometheus/rules/alerts.yml"])["groups"][0]["rules"]
    waits = {rule["alert"]: seconds(rule.get("for", "0s")) for rule in rehearsed}

    assert {alert.name: seconds(alert.wait) // 60 for alert in ALERTS} == waits
    assert "rate(x[5s]) > 30 and y offset 1m" == scaled("rate(x[5m]) > $1800s and y offset 1h", 60)
    assert "rate(x[5s])" == scaled("rate(x[1m])", 60)
    assert ["2h", "90s", "0s"] == [divided("5d", 60), divided("90m", 60), divided("30s", 60)]


@needs_promtool
def test_prometheus_takes_a_rehearsal(tmp_path):
    """The files for a rehearsal are as valid as the committed ones."""
    for path, text in files(factor=60, runbooks="https://runbooks.example", relay="http://relay.example").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    shutil.copytree(DEPLOY / "prometheus" / "targets", tmp_path / "prometheus" / "targets")
    told = run("promtool", "check", "config", tmp_path / "prometheus" / "prometheus.yml")

    assert 0 == told.returncode, told.stdout + told.stderr
    assert "relay.example/page" in (tmp_path / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("relay", "posts"),
    [
        (None, None),
        ("https://relay.example", {"url": "https://relay.example/page"}),
        ("/run/secrets/relay", {"url_file": "/run/secrets/relay"}),
    ],
)
def test_who_is_told_is_said_or_nobody_is(relay, posts):
    """Without a relay receivers are names alone; with one they post there and follow no redirect."""
    page = yaml.safe_load(files(relay=relay)["alertmanager/alertmanager.yml"])["receivers"][0]
    rest = {"send_resolved": True, "http_config": {"follow_redirects": False}}

    assert {"name": "page"} | ({"webhook_configs": [posts | rest]} if posts else {}) == page
