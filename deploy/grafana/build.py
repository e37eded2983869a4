"""Write the JSON of every board in both languages: `python -m deploy.grafana.build`, that is `make dashboards`."""

from collections.abc import Iterator
from pathlib import Path

from deploy.grafana.boards import case, engineer, overview, portrait
from deploy.grafana.boards.language import LANGUAGES
from deploy.grafana.boards.render import json_of
from deploy.grafana.boards.spec import Audience, Board

DASHBOARDS = Path(__file__).parent / "dashboards"
READERS = (Audience.officers, Audience.analysts)


def boards() -> Iterator[Board]:
    """Answer every board: overview, platform and case for officers and for analysts, and the engineers' one."""
    for audience in READERS:
        yield overview.board(audience)
        yield portrait.board(audience)
        yield case.board(audience)
    yield engineer.BOARD


def files() -> dict[str, str]:
    """Answer the text of each file by its path below `dashboards`: language, audience, board."""
    return {
        f"{language}/{board.audience}/{board.name}.json": json_of(board, language)
        for language in LANGUAGES
        for board in boards()
    }


def write(root: Path) -> None:
    """Write every file below a folder; a file of it that no board makes any more is removed."""
    made = files()
    for stale in set(root.glob("*/*/*.json")) - {root / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(DASHBOARDS)
