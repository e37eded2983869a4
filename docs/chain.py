"""Hold the revisions of a file to their hashes: each names the SHA-256 of the value before it.

Usage: python chain.py EXPORT.ndjson, a file written by `fairtrade alerts export` or `fairtrade backtest`.
Needs Python alone. Exits 1 and names what does not fit: a revision that is missing, changed or in the wrong place.
"""

import hashlib
import json
import pathlib
import sys
from collections.abc import Iterator


def values(file: pathlib.Path) -> Iterator[bytes]:
    """The value of every line, byte for byte as it lay on the topic: it stands last."""
    with file.open("rb") as lines:
        for line in lines:
            yield line.rstrip()[line.index(b'"value":') + len(b'"value":') : -1]


def faults(file: pathlib.Path) -> Iterator[str]:
    """What does not fit, in the order of the file."""
    last: dict[str, tuple[int, str | None]] = {}
    for value in values(file):
        alert = json.loads(value)
        revision, digest = last.get(alert["alert_id"], (0, None))
        if (alert["revision"], alert["previous"]) != (revision + 1, digest):
            yield f"{alert['alert_id']}.{alert['revision']} does not follow revision {revision} with SHA-256 {digest}"
        last[alert["alert_id"]] = alert["revision"], hashlib.sha256(value).hexdigest()


if __name__ == "__main__":
    broken = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(broken) or "every revision follows the one before it")
    sys.exit(bool(broken))
