"""Histories to judge: a few merchants, SKUs and platforms over two to forty days, drawn scene by scene."""

from chronicle import Chronicle, History
from dice import Dice, DrawnDice, NotedDice, SeededDice
from hypothesis import strategies as st
from lever_scenes import pressed
from price_scenes import below_cost

from monitor.eventtime.china import day_named

PLATFORMS = ("pa", "qa")
DAYS = tuple(map(day_named, ("2021-03-01", "2019-05-15", "2022-07-30", "2025-10-13", "2026-04-08")))
MOST = 3


def draw_history(dice: Dice, most: int = MOST) -> History:
    """Draw one to `most` scenes that share merchants, platforms and days."""
    chronicle = Chronicle()
    start = dice.pick(*DAYS)
    for number in range(dice.pick(*range(1, most + 1))):
        platform, rival = dice.pick(PLATFORMS, PLATFORMS[::-1])
        day = start + dice.pick(0, 1, 5)
        if dice.pick("prices", "levers") == "prices":
            below_cost(dice, chronicle, platform, day, number)
        else:
            pressed(dice, chronicle, platform, rival, day, number)
    return chronicle.history(dice.drawn)


@st.composite
def histories(draw: st.DrawFn, most: int = MOST) -> History:
    """Histories as hypothesis draws and shrinks them."""
    return draw_history(DrawnDice(draw), most)


def seeded(seed: int, most: int = MOST) -> History:
    """Answer the history of a seed."""
    return draw_history(SeededDice(seed), most)


def noted(drawn: list[int], most: int = MOST) -> History:
    """Answer again a history that a failing test has printed."""
    return draw_history(NotedDice(drawn), most)
