import gc
import hashlib
import io
import sys
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from monitor.local import jars
from monitor.local.errors import ExtraIsMissing, JarIsWrong, JarNotFetched, KafkaHomeIsWrong
from monitor.local.jars import Jar

RIGHT = b"the right bytes"
QUIET = Console(quiet=True)


# jgo leaves its streamed responses, and so their sockets, to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


class Repository(SimpleHTTPRequestHandler):
    """Serves a folder without writing a line for each request."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def thing():
    return Jar("org.example", "thing", "1.0", hashlib.sha256(RIGHT).hexdigest(), len(RIGHT))


@pytest.fixture
def mirror(tmp_path):
    """A Maven repository on loopback: its folder and the environment that names it."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Repository, directory=folder))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield folder, {"FAIRTRADE_MAVEN": f"http://127.0.0.1:{server.server_port}/"}
    server.shutdown()
    server.server_close()
    gc.collect()


def lay(jar: Jar, root: Path, content: bytes) -> Path:
    path = jar.path_in(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_absent_jar_comes_from_the_mirror(thing, mirror, tmp_path):
    """A jar that the cache lacks is fetched from the repository that FAIRTRADE_MAVEN names."""
    folder, environ = mirror
    lay(thing, folder, RIGHT)

    assert [path.read_bytes() for path in jars.ensure([thing], tmp_path / "cache", QUIET, environ)] == [RIGHT]


def test_a_corrupted_jar_in_the_cache_is_fetched_again(thing, mirror, tmp_path):
    """A cached jar of the right size and the wrong content is replaced."""
    folder, environ = mirror
    lay(thing, folder, RIGHT)
    cached = lay(thing, tmp_path / "cache", RIGHT[::-1])
    jars.ensure([thing], tmp_path / "cache", QUIET, environ)

    assert cached.read_bytes() == RIGHT


def test_a_jar_with_another_hash_is_refused(thing, mirror, tmp_path):
    """What the repository gives is refused and deleted when its hash is not the locked one."""
    folder, environ = mirror
    lay(thing, folder, b"something else!")
    with pytest.raises(JarIsWrong, match=thing.sha256):
        jars.ensure([thing], tmp_path / "cache", QUIET, environ)

    assert not thing.path_in(tmp_path / "cache").exists()


def test_a_jar_that_nobody_has_is_named(thing, mirror, tmp_path):
    """A repository without the jar ends in an error that names it and the settings that help."""
    with pytest.raises(JarNotFetched, match=r"org\.example:thing:1\.0") as failure:
        jars.ensure([thing], tmp_path / "cache", QUIET, mirror[1])

    assert all(name in str(failure.value) for name in ("FAIRTRADE_MAVEN", "FAIRTRADE_KAFKA_HOME"))


def test_the_first_fetch_shows_its_progress(thing, mirror, tmp_path):
    """While jars are fetched the console says how many, and a second call says nothing."""
    folder, environ = mirror
    lay(thing, folder, RIGHT)
    first, second = Console(file=io.StringIO()), Console(file=io.StringIO())
    jars.ensure([thing], tmp_path / "cache", first, environ)
    jars.ensure([thing], tmp_path / "cache", second, environ)

    assert "fetching 1 jars" in first.file.getvalue()
    assert second.file.getvalue() == ""


def test_only_a_fetch_needs_jgo(thing, tmp_path, monkeypatch):
    """Without jgo a full cache serves, and an empty one names the extra to install."""
    monkeypatch.setitem(sys.modules, "jgo.maven", None)
    lay(thing, tmp_path / "full", RIGHT)

    assert jars.ensure([thing], tmp_path / "full", QUIET) == [thing.path_in(tmp_path / "full")]
    with pytest.raises(ExtraIsMissing, match=r"pip install 'fairtrade-monitor\[local\]'"):
        jars.ensure([thing], tmp_path / "empty", QUIET)


def test_an_unpacked_kafka_needs_no_cache(tmp_path):
    """FAIRTRADE_KAFKA_HOME gives the class path of its libs and asks no repository."""
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "kafka-server-4.3.1.jar").touch()

    assert jars.class_path(QUIET, {"FAIRTRADE_KAFKA_HOME": str(tmp_path)}) == str(libs / "kafka-server-4.3.1.jar")


def test_a_folder_without_kafka_is_refused(tmp_path):
    """FAIRTRADE_KAFKA_HOME without a kafka-server jar is refused with the folder's name."""
    with pytest.raises(KafkaHomeIsWrong, match=str(tmp_path)):
        jars.class_path(QUIET, {"FAIRTRADE_KAFKA_HOME": str(tmp_path)})


def test_the_lock_is_one_kafka_with_a_log_back_end():
    """Every artifact is locked once, all of Kafka in 4.3.1, with the bridge to log4j2, and reads back as written."""
    locked = jars.locked()
    counts = Counter((jar.group, jar.artifact) for jar in locked)

    assert set(counts.values()) == {1}
    assert {jar.version for jar in locked if jar.group == "org.apache.kafka"} == {"4.3.1"}
    assert {"kafka_2.13", "kafka-tools", "log4j-slf4j-impl", "log4j-core"} <= {jar.artifact for jar in locked}
    assert jars.parse("".join(f"{jar.line()}\n" for jar in locked)) == locked


def test_the_cache_follows_the_users_folders():
    """XDG_CACHE_HOME moves the cache; without it it lies in the home folder."""
    assert jars.cache_folder({"XDG_CACHE_HOME": "/elsewhere"}) == Path("/elsewhere/fairtrade/jars")
    assert jars.cache_folder({}) == Path.home() / ".cache" / "fairtrade" / "jars"
