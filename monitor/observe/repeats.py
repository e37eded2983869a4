"""What libraries say over and over, written once and then counted: a broker that is away fills no disk.

Only sentences of libraries are bound. Our own events each mean something, and are never left out.
"""

import contextlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

COUNTED_S = 30.0
MOST_SHAPES = 500
"""shapes remembered at once; the one that was heard of longest ago is forgotten first"""
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+")

Shape = tuple[str, int, str]


@dataclass
class _Heard:
    """The last line of a shape, until when further ones are counted, and how many there were."""

    line: logging.LogRecord
    until: float
    repeats: int = 0


class Repeats:
    """Tells first lines of a logger, level and text from further ones; counts those.

    Texts are alike when they differ in numbers alone, so that another error is always another line.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: OrderedDict[Shape, _Heard] = OrderedDict()

    def is_first(self, line: logging.LogRecord) -> bool:
        """Answer whether a line is to be written now; otherwise it is counted."""
        if hasattr(line, "values"):
            return True
        shape = _shape(line)
        heard = self._heard.setdefault(shape, _Heard(line, self._clock() + COUNTED_S))
        self._heard.move_to_end(shape)
        if len(self._heard) > MOST_SHAPES:
            self._heard.popitem(last=False)
        if heard.line is line:
            return True
        heard.line, heard.repeats = line, heard.repeats + 1
        return False

    def counted(self, *, all_of_them: bool = False) -> Iterator[logging.LogRecord]:
        """Answer the last line of each shape that was repeated, with `repeats`, once its time is over or at the end."""
        now = self._clock()
        for shape, heard in [one for one in self._heard.items() if all_of_them or now >= one[1].until]:
            if heard.repeats:
                heard.line.repeats = heard.repeats
                yield heard.line
                self._heard[shape] = _Heard(heard.line, now + COUNTED_S)
            else:
                del self._heard[shape]


class Once(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; what was counted comes with the next line of anybody, or when the log is closed."""

    def __init__(self, stream: TextIO, repeats: Repeats | None = None) -> None:
        super().__init__(stream)
        self._repeats = repeats or Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        """Write what is due, then this line if it is no repetition."""
        for line in self._repeats.counted():
            super().emit(line)
        if self._repeats.is_first(record):
            super().emit(record)

    def close(self) -> None:
        """Write what was counted and not said yet."""
        with self.lock or contextlib.nullcontext():
            for line in self._repeats.counted(all_of_them=True):
                super().emit(line)
        super().close()


def _shape(line: logging.LogRecord) -> Shape:
    kind = line.exc_info[0].__name__ if line.exc_info and line.exc_info[0] else ""
    return line.name, line.levelno, f"{kind} {_NUMBER.sub('#', line.getMessage())}"
