"""Commands as their user runs them, in this process, and event files for them."""

import json

from click.testing import CliRunner

from monitor.cli import cli
from monitor.wire.contracts import load

DONE, NO, USAGE = 0, 1, 2


def ask(settings, *arguments):
    """Run a command about the topics of some settings."""
    told = ["--kafka", settings.kafka, "--prefix", settings.prefix, "--partitions", str(settings.partitions)]
    if settings.output_prefix is not None:
        told += ["--output-prefix", settings.output_prefix]
    return CliRunner().invoke(cli, [*map(str, arguments), *told], env={"COLUMNS": "250"})


def example(topic, name):
    """Answer an example of the contract, without its place in a run of numbering."""
    said = json.loads((load().folder / topic / "examples" / f"{name}.json").read_text())
    return {name: part for name, part in said.items() if name not in {"source", "sequence"}}


def lines(path, *records):
    """Write an events file of (topic, value) pairs."""
    path.write_text("".join(json.dumps({"topic": topic, "value": value}) + "\n" for topic, value in records))
    return path
