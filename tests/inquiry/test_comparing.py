"""Alerts of two sides held against each other, without a broker."""

import json

import pytest
from asked import USAGE, ask

from monitor.errors import WeAreWrong
from monitor.inquiry.comparing import Change, compare
from monitor.inquiry.sides import in_file
from monitor.settings import Settings
from monitor.wire.contracts import load

EXAMPLES = load().folder / "alerts" / "examples"
BODY = json.loads((EXAMPLES / "updated-sub_cost.json").read_text())


def value(**changed):
    """Answer an alert's value with some fields changed."""
    return json.dumps(BODY | changed).encode()


def with_fact(name, said):
    """Answer an alert's value with one fact changed."""
    facts = [fact | {"value": said} if fact["name"] == name else fact for fact in BODY["facts"]]
    return value(facts=facts)


def changes(left, right, ignored=()):
    """Answer how one alert differs on two sides."""
    differing = compare({"a": left}, {"a": right}, ignored).differing
    return differing[0].changes if differing else []


def test_what_belongs_to_a_run_is_no_difference():
    """Revision, reason, mode, chain and coverage say how a run came to an alert, not what it says."""
    other = value(revision=99, reason="refund", mode="shadow", previous="f" * 64)

    assert compare({"a": value()}, {"a": other}).is_equal
    assert compare({"a": value()}, {"a": other}).equal == 1


def test_a_fact_is_compared_by_its_name():
    """The order of facts is nothing, a value is told with its path and both sides."""
    turned = value(facts=BODY["facts"][::-1])
    name = BODY["facts"][0]["name"]

    assert changes(value(), turned) == []
    assert changes(value(), with_fact(name, -1)) == [Change(f"facts.{name}.value", BODY["facts"][0]["value"], -1)]


def test_what_is_ignored_takes_in_what_stands_below():
    """A path passes over itself and its parts, and no other path that begins with the same letters."""
    other = value(rule=BODY["rule"] | {"engine": "9", "digest": "0"})

    assert [one.path for one in changes(value(), other)] == ["rule.digest", "rule.engine"]
    assert [one.path for one in changes(value(), other, ["rule.engine"])] == ["rule.digest"]
    assert changes(value(), other, ["rule"]) == []
    assert len(changes(value(), other, ["rul"])) == 2


def test_a_withdrawn_alert_is_as_good_as_none():
    """Withdrawn on both sides, or on one and absent on the other, is equal; against a standing one it is not."""
    gone, stands = value(status="withdrawn"), value()

    assert compare({"a": gone}, {}).is_equal
    assert compare({"a": gone}, {"a": gone}).is_equal
    assert compare({"a": gone}, {"a": stands}).only_right == ["a"]
    assert compare({"b": stands, "a": stands}, {}).only_left == ["a", "b"]


def test_the_last_line_of_a_file_counts(tmp_path):
    """A file holds every revision in order; what stands last under an id is what is compared."""
    file = tmp_path / "alerts.ndjson"
    file.write_bytes(b"".join(b'{"key":"a","headers":{},"value":%b}\n' % one for one in (value(revision=1), value())))

    assert json.loads(in_file(file)["a"]) == BODY


def test_a_line_that_is_no_revision_is_named(tmp_path):
    """A file that something else wrote is refused with the line and with who writes such files."""
    file = tmp_path / "alerts.ndjson"
    file.write_text('{"topic": "orders"}\n')

    with pytest.raises(WeAreWrong, match=r"alerts.ndjson, line 1: .*fairtrade alerts export"):
        in_file(file)


def test_nothing_to_compare_with_is_a_fault_of_usage():
    """What is no file and can be no prefix is refused before any broker is asked."""
    settings = Settings()

    assert ask(settings, "alerts", "diff", "--against", "No Such File").exit_code == USAGE


def test_projections_keep_unnamed_lists_whole():
    """A list without names is one value: what it proves is told as a whole."""
    other = value(statutes=["XX"])

    assert changes(value(), other) == [Change("statutes", BODY["statutes"], ["XX"])]
