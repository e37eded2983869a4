"""What a history is drawn from: hypothesis, so that a failing one is found and shrinks, a seed, or an earlier draw."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

ORDERS = 1000


class Dice:
    """Draws places of options, each of which it notes; the first option of a pick is the plainest."""

    def __init__(self) -> None:
        self.drawn: list[int] = []

    def place(self, count: int) -> int:
        """Draw a number below `count`."""
        raise NotImplementedError

    def pick(self, *options: Any) -> Any:
        """Draw one of the options."""
        self.drawn.append(self.place(len(options)))
        return options[self.drawn[-1]]

    def shuffled(self, things: Iterable[Any]) -> list[Any]:
        """Draw an order."""
        found = list(things)
        random.Random(self.pick(*range(ORDERS))).shuffle(found)
        return found


class DrawnDice(Dice):
    """Draws of a hypothesis example."""

    def __init__(self, draw: Any) -> None:
        super().__init__()
        self._draw = draw

    def place(self, count: int) -> int:
        """Draw a number below `count`."""
        found: int = self._draw(st.integers(0, count - 1))
        return found


class SeededDice(Dice):
    """Draws that follow from a seed alone."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def place(self, count: int) -> int:
        """Draw a number below `count`."""
        return self._random.randrange(count)


class NotedDice(Dice):
    """The draws of an earlier history again."""

    def __init__(self, drawn: Sequence[int]) -> None:
        super().__init__()
        self._left = list(drawn)

    def place(self, count: int) -> int:
        """Answer the next number noted."""
        return self._left.pop(0) % count
