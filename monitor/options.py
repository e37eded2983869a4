"""What commands that speak with a broker are told on the command line, and what they made of it."""

from dataclasses import dataclass
from typing import Any

import click

from monitor.settings import Settings


@dataclass
class Told:
    """What the running command took for its settings, for who must explain how it failed; None before it read them."""

    settings: Settings | None = None


def kafka_options(command: Any) -> Any:
    """Give a command the options that say which broker and which topics; the environment stands behind each.

    No option takes a password: a list of processes shows what a command is given.
    """
    for name, text in (
        ("kafka", "host:port of the broker (FAIRTRADE_KAFKA)"),
        ("prefix", "what begins the name of every topic (FAIRTRADE_PREFIX)"),
        ("output-prefix", "what begins those that workers write, if another (FAIRTRADE_OUTPUT_PREFIX)"),
        ("group", "consumer group and transactional ids (FAIRTRADE_GROUP)"),
    ):
        command = click.option(f"--{name}", help=text)(command)
    return click.option("--partitions", type=int, help="partitions of every topic (FAIRTRADE_PARTITIONS)")(command)


def settings_of(options: dict[str, Any]) -> Settings:
    """Read the settings, options before environment before defaults."""
    settings = Settings.from_env({name: value for name, value in options.items() if value is not None})
    context = click.get_current_context(silent=True)
    told = context.find_object(Told) if context else None
    if told is not None:
        told.settings = settings
    return settings
