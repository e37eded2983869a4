"""What the README says of the detectors is what their offence cards say."""

from pathlib import Path

import pytest

from monitor.detect.registry import registered

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
