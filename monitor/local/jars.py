"""Which jars the broker needs, where they lie, and how they come: by a committed list with SHA-256, unresolved.

The cache has Maven's own layout, so a lookup needs no library; jgo is imported only when a jar is missing.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.local.errors import ExtraIsMissing, JarIsWrong, JarNotFetched, KafkaHomeIsWrong

LOCK = Path(__file__).with_name("jars.lock")
AT_ONCE = 8
ATTEMPTS = 3
TIMEOUT_S = 30


@dataclass(frozen=True)
class Jar:
    """One line of jars.lock."""

    group: str
    artifact: str
    version: str
    sha256: str
    size_bytes: int

    @property
    def coordinate(self) -> str:
        """How Maven names it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    def path_in(self, cache: Path) -> Path:
        """Where it lies in a folder of Maven's layout."""
        folder = cache.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"

    def line(self) -> str:
        """The line of jars.lock that `parse` reads back."""
        return f"{self.coordinate} {self.sha256} {self.size_bytes}"


def parse(text: str) -> list[Jar]:
    """Read the text of a lock file; `#` starts a comment line, the order is the class path's."""
    return [_parse_line(line) for line in text.splitlines() if line and not line.startswith("#")]


def _parse_line(line: str) -> Jar:
    coordinate, sha256, size_bytes = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256, int(size_bytes))


def locked() -> list[Jar]:
    """Every jar of the committed list."""
    return parse(LOCK.read_text(encoding="utf-8"))


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where jars are kept between runs: under XDG_CACHE_HOME, else ~/.cache."""
    root = environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "fairtrade" / "jars"


def sha256_of(path: Path) -> str:
    """The hash of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_intact(jar: Jar, cache: Path) -> bool:
    """Whether the cache holds exactly this jar."""
    path = jar.path_in(cache)
    return path.is_file() and path.stat().st_size == jar.size_bytes and sha256_of(path) == jar.sha256


def missing(jars: list[Jar], cache: Path) -> list[Jar]:
    """The jars that must be fetched, each absent or not as the list says; about 40 ms for all of Kafka."""
    return [jar for jar in jars if not is_intact(jar, cache)]


def maven(cache: Path, environ: Mapping[str, str] = os.environ) -> Any:
    """Jgo's view of the repository that FAIRTRADE_MAVEN names, or of jgo's own default.

    Raises:
        ExtraIsMissing: jgo is not installed.
    """
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - part of an extra that a production worker lacks
    except ImportError as error:
        raise ExtraIsMissing("jgo", "fetches the jars of Apache Kafka") from error
    mirror = environ.get("FAIRTRADE_MAVEN")
    remote = {"mirror": mirror.rstrip("/")} if mirror else None
    return MavenContext(repo_cache=cache, remote_repos=remote, timeout=TIMEOUT_S)


def _download(jar: Jar, cache: Path, context: Any) -> None:
    """Bring one jar; jgo refuses to write over a file, so what lies there is deleted first."""
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for attempt in range(1, ATTEMPTS + 1):
        jar.path_in(cache).unlink(missing_ok=True)
        try:
            artifact.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            # requests' errors are OSErrors; jgo's own are RuntimeError and, for a wrong SHA-1, ValueError.
            if attempt == ATTEMPTS:
                raise JarNotFetched(jar.coordinate, str(error)) from error
        else:
            return


def _fetch_one(jar: Jar, cache: Path, context: Any) -> Jar:
    _download(jar, cache, context)
    path = jar.path_in(cache)
    actual = sha256_of(path)
    if actual != jar.sha256:
        path.unlink()
        raise JarIsWrong(jar.coordinate, jar.sha256, actual)
    return jar


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Let one process at a time write into the cache; the others wait and then find everything there."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console)


def _fetch_all(jars: list[Jar], cache: Path, context: Any, console: Console) -> None:
    """Fetch eight at a time; the first error ends it, what is complete stays."""
    console.print(f"fetching {len(jars)} jars of Apache Kafka, once, into {cache}")
    pool = ThreadPoolExecutor(AT_ONCE)
    with _progress(console) as progress:
        task = progress.add_task("Apache Kafka", total=sum(jar.size_bytes for jar in jars))
        try:
            for jar in pool.map(lambda jar: _fetch_one(jar, cache, context), jars):
                progress.advance(task, jar.size_bytes)
        finally:
            pool.shutdown(cancel_futures=True)


def ensure(jars: list[Jar], cache: Path, console: Console, environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Answer the paths of these jars in the cache, fetching what is missing or not intact.

    Raises:
        ExtraIsMissing: something must be fetched and jgo is not installed.
        JarNotFetched: the repository does not give it.
        JarIsWrong: what the repository gave has another hash; it is deleted.
    """
    if missing(jars, cache):
        with _alone(cache):
            absent = missing(jars, cache)
            if absent:
                _fetch_all(absent, cache, maven(cache, environ), console)
    return [jar.path_in(cache) for jar in jars]


def _jars_of_home(home: str) -> list[Path]:
    paths = sorted(Path(home, "libs").glob("*.jar"))
    if not any(path.name.startswith("kafka-server-") for path in paths):
        raise KafkaHomeIsWrong(home)
    return paths


def class_path(console: Console, environ: Mapping[str, str] = os.environ) -> str:
    """What Java gets after `-cp`: the libs of FAIRTRADE_KAFKA_HOME, else the jars of the list.

    Raises:
        KafkaHomeIsWrong: the folder holds no Kafka.
        LocalIsWrong: the jars cannot be had, see `ensure`.
    """
    home = environ.get("FAIRTRADE_KAFKA_HOME")
    paths = _jars_of_home(home) if home else ensure(locked(), cache_folder(environ), console, environ)
    return os.pathsep.join(map(str, paths))
