"""Poison against decoder and judge without a broker: a short round of each writer; `make fuzz` plays long ones."""

from functools import cache

import pytest
from neighbours import names
from rounds import Game
from writers import OWN, WRITERS

from monitor.stream.feedback import UNKNOWN

SEED, COUNT = 20210410, 1_800
MARKED = {"one platform": {OWN}, "bad entries": {UNKNOWN}}


@cache
def alone():
    """The neighbours without poison."""
    return Game(None, SEED, 0).play()


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_poison_is_judged_or_a_dead_letter_and_marks_its_writer(writer):
    """All claims hold of each transaction, over restarts; who is known as bad is marked, no neighbour is."""
    played = Game(writer, SEED, COUNT).play()

    assert COUNT == played.dead.total() + played.judged - alone().judged
    assert MARKED.get(writer.name, set()) <= played.marked
    assert not played.marked & names()


@pytest.mark.parametrize("writer", [one for one in WRITERS if one.harmless], ids=lambda writer: writer.name)
def test_the_neighbours_alerts_are_those_without_poison(writer):
    """Whatever a platform sends, the alerts of other platforms at rest are the same."""
    played = Game(writer, SEED + 1, COUNT // 4).play()

    assert alone().alerts == played.alerts
