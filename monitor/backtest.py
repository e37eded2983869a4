"""`fairtrade backtest`: files of events through the gateway's stamping and the one engine, into a file of revisions."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import orjson

from monitor.detect.registry import registered
from monitor.feed.lines import read
from monitor.feed.produce import Stamping
from monitor.feed.stamp import Gateway, Stamped
from monitor.findings import Revision
from monitor.replay import Arrival, Backtest
from monitor.settings import Settings
from monitor.wire.contracts import load
from monitor.wire.headers import Header, cloudevent_headers, input_headers
from monitor.wire.registry import entries

SLICE = 2_000


def run(files: Sequence[Path], out: Path, settings: Settings, progress: Callable[[int], None] | None = None) -> int:
    """Judge the lines of `files` in order of arrival, write a line a revision to `out`, and answer how many.

    Beside it `<out>.counts.json` tells what was refused, what was no verdict, and the ledger. Platforms are those of
    the files' own entries, or where they hold none before the first fact the registry of topics/.
    """
    platforms = entries(load(settings.topics_folder).platforms, (), 0)
    backtest = Backtest(registered(settings.detectors), platforms)
    written = 0
    with out.open("wb") as file:
        for revision in backtest.run(_arrivals(files, progress)):
            file.write(_line(revision, settings))
            written += 1
    counts = out.with_name(out.name + ".counts.json")
    counts.write_bytes(orjson.dumps(backtest.counts(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return written


def _arrivals(files: Sequence[Path], progress: Callable[[int], None] | None) -> Iterator[Arrival]:
    """Answer the stamped lines: those that carry source and sequence as they are, the others as a gateway stamps."""
    stamping = Stamping(1, Gateway(1), restamp=False)
    lines = read(files)
    while chunk := list(islice(lines, SLICE)):
        for record in stamping.stamped(chunk):
            yield Arrival(record.topic, record.value, record.append_time, _headers(record))
        if progress:
            progress(stamping.lines)


def _headers(record: Stamped) -> tuple[Header, ...]:
    """Answer the headers that a record needs: bytes that are no JSON object do not say whose they are."""
    value = record.value
    if value.startswith(b"{") and value.endswith(b"}"):
        return ()
    return tuple(input_headers(record.platform or None, record.source, record.sequence))


def _line(revision: Revision, settings: Settings) -> bytes:
    headers = {name: value.decode() for name, value in cloudevent_headers(revision, settings.prefix, settings.group)}
    line = {"key": revision.alert_id, "headers": headers, "value": orjson.Fragment(revision.value)}
    return orjson.dumps(line) + b"\n"
