"""What the README says of the detectors is what their offence cards say."""

from pathlib import Path

import pytest

from monitor.detect.registry import registered
from monitor.detect.wording import VERDICTS

README = Path(__file__).parents[2] / "README.md"


def row(detector):
    card = detector.card
    told = (detector.id, card.conduct, ", ".join(card.statutes), ", ".join(card.inputs), detector.maturity)
    return f"| {' | '.join(told)} |"


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_the_readme_has_the_detectors_card_as_a_row(detector):
    """Id, conduct, legal basis, inputs and maturity, to the letter."""
    assert row(detector) in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_a_card_is_whole(detector):
    """An officer finds on it what it cannot see, what may be innocent, and what to do first."""
    card = detector.card

    assert all((card.title_zh, card.title_en, card.conduct, card.decision))
    assert all((card.statutes, card.inputs, card.cannot_see, card.innocent, card.first_steps))


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_a_card_says_the_same_in_both_languages(detector):
    """Each item has its Chinese, in the same order, and no Chinese stands in the English."""
    card = detector.card
    pairs = [
        ((card.conduct_zh,), (card.conduct,)),
        ((card.decision_zh,), (card.decision,)),
        (card.cannot_see_zh, card.cannot_see),
        (card.innocent_zh, card.innocent),
        (card.first_steps_zh, card.first_steps),
    ]

    assert [len(zh) for zh, _ in pairs] == [len(en) for _, en in pairs]
    assert all(_is_chinese(item) for zh, _ in pairs for item in zh)
    assert not any(_is_chinese(item) for _, en in pairs for item in en)


def _is_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.parametrize("detector", registered(), ids=lambda one: one.id)
def test_a_card_names_its_verdicts(detector):
    """Classes or grades, each with words, and no statute that the card does not name."""
    card = detector.card

    assert bool(card.classes) != bool(card.grades)
    assert {*card.classes, *card.grades} <= set(VERDICTS)
    assert {name for names in card.classes.values() for name in names} <= set(card.statutes)
