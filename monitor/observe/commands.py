"""`fairtrade health`: what a container asks about the worker in it."""

import json
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import click

from monitor.observe.probes import QUESTIONS
from monitor.settings import Settings

PATIENCE_S = 5
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@click.command()
@click.argument("where", required=False)
@click.option("--only", type=click.Choice(QUESTIONS), multiple=True, help="ask this alone; may be given again")
def health(where: str | None, only: tuple[str, ...]) -> None:
    """Ask a worker whether it has started, is ready and lives; exit 1 if one answer is no.

    WHERE is its health port on this machine, or a URL; FAIRTRADE_HEALTH_PORT if not given.
    """
    base = address(where)
    answers = [asked(base, question) for question in only or QUESTIONS]
    for question, (is_yes, said) in zip(only or QUESTIONS, answers, strict=True):
        click.echo(f"{question}: {'yes' if is_yes else 'no'}{said and ', '}{said}")
    sys.exit(0 if all(is_yes for is_yes, _ in answers) else 1)


def address(where: str | None) -> str:
    """Answer the URL before the questions; raises click.UsageError where no port is known."""
    if where is not None and not where.isdigit():
        return where.rstrip("/") if "://" in where else f"http://{where}".rstrip("/")
    settings = Settings.from_env()
    port = where or settings.health_port
    if not port:
        raise click.UsageError("say where: a port or a URL, or set FAIRTRADE_HEALTH_PORT as the worker has it")
    host = EVERYWHERE.get(settings.listen, settings.listen)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def asked(base: str, question: str) -> tuple[bool, str]:
    """Ask one question without any proxy; answers yes or no and the reasons, of which silence is one."""
    try:
        with build_opener(ProxyHandler({})).open(f"{base}/{question}", timeout=PATIENCE_S) as response:
            return _read(response)
    except HTTPError as refused:
        return _read(refused)
    except (OSError, ValueError) as error:
        return False, f"{base} does not answer: {getattr(error, 'reason', error)}"


def _read(response: Any) -> tuple[bool, str]:
    try:
        said = json.load(response)
        return bool(said["ok"]), "; ".join(said["why"])
    except (ValueError, LookupError, TypeError):
        return False, f"what answers is no worker (HTTP {response.status})"
