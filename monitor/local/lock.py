"""The command that writes jars.lock: `python -m monitor.local.lock`.

It resolves with jgo, fetches each jar once and notes its hash and size. Run it when the Kafka version below changes,
and read the difference before committing it.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rich.console import Console

from monitor.local.jars import AT_ONCE, LOCK, Jar, cache_folder, maven, sha256_of

KAFKA = ("org.apache.kafka:kafka_2.13:4.3.1", "org.apache.kafka:kafka-tools:4.3.1")
# Kafka's own poms bring log4j2, but not the bridge from slf4j to it: without that a failed start is silent.
LOG_BACK_END = ("org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",)
HEADER = """\
# Apache Kafka 4.3.1 with a log back end, in class path order: coordinate, SHA-256, bytes.
# Written by: python -m monitor.local.lock
"""


def resolve(context: Any, roots: tuple[str, ...]) -> list[Any]:
    """Every artifact that these coordinates need at run time, roots first."""
    # With its packaging spelled out, jgo reads the fifth part as the scope and not as a classifier.
    wanted = [context.create_dependency("{}:{}:jar:{}:compile".format(*root.split(":"))) for root in roots]
    inputs, transitive = context.resolver.resolve(wanted)
    needed = [dep for dep in transitive if dep.scope in ("compile", "runtime")]
    return [dep.artifact for dep in [*inputs, *needed]]


def merge(first: list[Any], second: list[Any]) -> list[Any]:
    """Both lists; where they name the same artifact, the version of the first stands.

    They are resolved apart because jgo takes every root's managed versions for all: log4j's would put an old
    kafka-clients under a new broker.
    """
    known = {(artifact.groupId, artifact.artifactId) for artifact in first}
    return first + [artifact for artifact in second if (artifact.groupId, artifact.artifactId) not in known]


def measured(artifact: Any) -> Jar:
    """Fetch one artifact and note its hash and size."""
    path = artifact.resolve()
    names = artifact.groupId, artifact.artifactId, artifact.version
    return Jar(*names, sha256_of(path), path.stat().st_size)


def main() -> None:
    """Write jars.lock anew."""
    console = Console(stderr=True)
    context = maven(cache_folder())
    artifacts = merge(resolve(context, KAFKA), resolve(context, LOG_BACK_END))
    console.print(f"{len(artifacts)} jars")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jars = list(pool.map(measured, artifacts))
    LOCK.write_text(HEADER + "".join(f"{jar.line()}\n" for jar in jars), encoding="utf-8")


if __name__ == "__main__":
    main()
