"""What a node's log says about a start that failed."""

import re

EXCERPT_LINES = 25
_TROUBLE = re.compile(r" (?:ERROR|FATAL) |^Exception in thread|^Error: ")
_CAUSE = re.compile(r'^(?:Caused by: |Exception in thread "[^"]+" )?((?:[a-z]\w*\.)+\w*(?:Exception|Error): .+)')

LOG4J2 = """\
status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5p %c{1}: %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
# At info it prints every property of every part, nine tenths of all lines.
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
"""


def _first_trouble(lines: list[str]) -> int | None:
    return next((number for number, line in enumerate(lines) if _TROUBLE.search(line)), None)


def reason(lines: list[str]) -> str | None:
    """The first exception after the first error, in its own words; None if the log names none.

    What follows it is the noise of a shutdown, so the last line is of no use.
    """
    start = _first_trouble(lines)
    told = [] if start is None else lines[start:]
    return next((found[1] for line in told if (found := _CAUSE.match(line))), None)


def excerpt(lines: list[str]) -> str:
    """The lines to show: from the first error on, the last ones if there is none; at most `EXCERPT_LINES`."""
    start = _first_trouble(lines)
    shown = lines[-EXCERPT_LINES:] if start is None else lines[start : start + EXCERPT_LINES]
    return "\n".join(shown)
