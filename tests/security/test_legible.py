"""What a feed wrote reaches a terminal as text, never as an order to it."""

import io

import pytest
from rich.console import Console

from monitor.local.pages import live_table
from monitor.wire.legible import legible

ATTACKS = {
    "colour": "\x1b[31mcase\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "one byte": "\x9b2Jgone",
    "line": "first\r\nsecond",
    "reading order": "user\u202etxt.exe",
    "hidden": "pin\u200bduo",
    "surrogate": "\ud800",
    "separator": "a\u2028b",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_invisible_is_left(attack):
    """Controls, bidirectional marks and hidden characters are written out in ASCII."""
    shown = legible(attack)

    assert shown.isprintable()
    assert "\\" in shown


def test_what_can_be_read_stays():
    """Chinese, accents, spaces and punctuation are shown as they are, in one normal form."""
    assert "淘猫（天津）· café [red]=1+1" == legible("淘猫（天津）· cafe\u0301 [red]=1+1")


def test_a_place_may_take_line_ends():
    """A report of several lines keeps them, and only them."""
    assert "one\ntwo\\x1b" == legible("one\ntwo\x1b", keep="\n")


def test_a_live_table_shows_an_attack_as_text():
    """Markup and escapes in an alert's fields come out as they were sent, visibly."""
    alert = {
        "window": {"clock": 1_600_000_000_000},
        "alert_id": "0" * 32,
        "typology": "sub-cost",
        "class": "[red]D1[/]",
        "grade": None,
        "level": "lead",
        "severity": "low",
        "platform": "p\x1b[31m",
        "status": "opened",
        "revision": 1,
    }
    out = io.StringIO()
    Console(file=out, width=200, force_terminal=False).print(live_table([alert]))

    assert "[red]D1[/]" in out.getvalue()
    assert "\\x1b[31m" in out.getvalue()
    assert "\x1b" not in out.getvalue()
