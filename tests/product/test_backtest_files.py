"""`fairtrade backtest` writes revisions and counts in the published format; at rest the live worker says the same."""

import json

import pytest
from command import DONE, fairtrade, options

from monitor.findings import projection
from monitor.stream.audit import TERMS

SAID_OF_ALL = {"key", "headers", "value"}


def lines(file):
    """Read a file of JSON lines."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def newest(revisions):
    """Answer the last revision of each alert by its id."""
    return {one["key"]: one["value"] for one in revisions}


@pytest.fixture(scope="module")
def backtested(province, tmp_path_factory):
    """What `fairtrade backtest` wrote of it: the file of revisions, with its counts beside it."""
    out = tmp_path_factory.mktemp("backtest") / "alerts.ndjson"
    done = fairtrade("backtest", province / "partition-0.ndjson", "--out", out)
    assert done.returncode == DONE, done.stderr
    return out


def test_backtest_writes_a_line_a_revision(backtested):
    """Each line of OUT holds key, headers and value: the alert's id, its CloudEvents attributes, the revision."""
    written = lines(backtested)

    assert written
    assert all(set(one) == SAID_OF_ALL and one["key"] == one["value"]["alert_id"] for one in written)
    assert all(one["headers"]["ce_specversion"] == "1.0" for one in written)
    assert {"backtest"} == {one["value"]["mode"] for one in written}


def test_backtest_finds_what_was_planted(province, backtested):
    """The alerts that stand at the end of OUT are those that truth.json names, and the gaps of who lost records."""
    truth = json.loads((province / "truth.json").read_text())
    planted = {one["alert_id"] for one in truth["truth"] if one["outcome"] == "alert"}

    standing = {key: value for key, value in newest(lines(backtested)).items() if value["status"] != "withdrawn"}
    gaps = {key: value for key, value in standing.items() if value["class"] == "gap"}
    missing = [fact["value"] for gap in gaps.values() for fact in gap["facts"] if fact["name"] == "missing"]

    assert planted == standing.keys() - gaps.keys()
    assert truth["lost"] == dict(zip((gap["platform"] for gap in gaps.values()), missing, strict=True))


def test_backtest_counts_what_was_no_alert(province, backtested):
    """OUT.counts.json names refused records by reason, non-verdicts by day, and a ledger of each line."""
    counts = json.loads(backtested.with_name("alerts.ndjson.counts.json").read_text())
    truth = json.loads((province / "truth.json").read_text())

    assert {"dead_letters", "non_verdicts", "ledger"} == set(counts)
    assert truth["refused"] == counts["dead_letters"]
    assert set(TERMS) == set(counts["ledger"])
    assert len((province / "partition-0.ndjson").read_text().splitlines()) == sum(counts["ledger"].values())
    assert all({"name", "platform", "category", "day", "count"} == set(row) for row in counts["non_verdicts"])


@pytest.mark.kafka
def test_the_worker_says_what_the_backtest_said(produced, backtested, tmp_path):
    """`alerts export` gives the live alerts in the backtest's format, and at rest they say the same."""
    out = tmp_path / "exported.ndjson"
    done = fairtrade("alerts", "export", "--out", out, *options(produced))
    exported = lines(out)

    assert done.returncode == DONE, done.stderr
    assert all(set(one) == SAID_OF_ALL for one in exported)
    assert at_rest(lines(backtested)) == at_rest(exported)


def at_rest(revisions):
    """Answer what the alerts that stand say at rest, by id."""
    standing = {key: value for key, value in newest(revisions).items() if value["status"] != "withdrawn"}
    return {key: projection(json.dumps(value).encode()) for key, value in standing.items()}
