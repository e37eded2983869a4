"""An answer in plain words, for a terminal."""

from collections.abc import Iterator

from monitor.detect.telling import Kind, Line
from monitor.eventtime.china import written
from monitor.eventtime.clocks import FOREVER, NEVER
from monitor.inquiry.asking import Account, Answer

MARKS = {Kind.known: "known  ", Kind.waits: "waits  ", Kind.lacks: "lacks  "}


def told(answer: Answer) -> Iterator[str]:
    """Say where the answer comes from, then what each detector knows, waits for and lacks, platform by platform."""
    applied = ", ".join(f"{topic} {offset}" for topic, offset in sorted(answer.applied.items()))
    yield f"{answer.subject}: partition {answer.partition}, transaction {answer.transaction}, rules {answer.rule}"
    yield f"applied up to offset: {applied}; all times are China Standard Time"
    for account in answer.accounts:
        yield ""
        yield _heading(account, answer)
        for platform in sorted({line.platform for line in account.lines}):
            yield f" on {platform}, whose clock shows {moment(answer.clocks.get(platform, NEVER))}"
            yield from (f"  {line_told(line)}" for line in account.lines if line.platform == platform)


def _heading(account: Account, answer: Answer) -> str:
    return (
        f"{account.detector} {account.version}: {account.keys} keys, "
        f"last touched by transaction {account.touched} of {answer.transaction}"
    )


def line_told(line: Line) -> str:
    """Write one line: its kind, what it is about, what it says, and for what waits the two times."""
    about = "" if line.about is None else f"{line.about}: "
    shows = moment(NEVER if line.clock is None else line.clock)
    when = "" if line.due is None else f": {moment(line.due)}, it shows {shows}"
    return f"{MARKS[line.kind]}{about}{line.text}{when}"


def moment(millis: int) -> str:
    """Write an instant of a clock, which may not have moved or stand at its end."""
    if millis < 0:
        return "nothing yet"
    return "the end: the platform is retired" if millis >= FOREVER else written(millis)


def unknown(answer: Answer, platform: str | None, waiting: list[str]) -> Iterator[str]:
    """Say that nothing is held of a subject, and how to look further; `waiting` is what is not applied yet."""
    if answer.accounts and platform is not None:
        yield f"nothing is held of {answer.subject} on {platform}; leave --platform away to see where it is known"
        return
    if not answer.transaction:
        yield f"no worker has committed anything in partition {answer.partition}: is the prefix right, does one run?"
    else:
        yield (
            f"nothing is held of {answer.subject} in partition {answer.partition} (transaction {answer.transaction}): "
            f"it was never judged, or all of it has expired"
        )
    yield from (f"  not applied yet: {one}" for one in waiting)
    yield "look further:"
    yield "  is it spelt in full, with its kind and key version (m1:…, s1:…, r1:…)? or has the key changed?"
    yield "  fairtrade dead-letters list: were its records refused?"
    yield "  fairtrade alerts tail --no-follow: alerts outlive the state that they came from"
    yield "  fairtrade audit: is everything applied that was written?"
