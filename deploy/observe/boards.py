"""Every query of every board against the live data, and the pictures that come of it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
import psycopg

from deploy.grafana.preview.answers import Answer, Table, from_prometheus, from_sql
from deploy.grafana.preview.page import height_of, page
from deploy.grafana.preview.screenshot import screenshot
from deploy.grafana.queries import PanelQuery, Span, bound, everything_of, panel_queries, panels
from deploy.observe.questions import answer
from deploy.observe.system import ROLES, SCRAPE_S, System
from monitor.eventtime.china import DAY

DASHBOARDS = Path(__file__).resolve().parents[1] / "grafana" / "dashboards"
STEP_S = 5
POINTS = 200
MOST_TOLD = """SELECT alert_id, platform,
    (SELECT topic || '/' || partition || '/' || "offset" FROM evidence e WHERE e.alert = a.alert
        ORDER BY position LIMIT 1)
FROM alerts a
ORDER BY level = 'lead' DESC, typology = 'exclusivity' DESC, revision DESC, alert_id LIMIT 1"""
"""The case that a reader would open, a lead by levers with the longest history, and the first record it cites."""


@dataclass
class Board:
    """One board and what its queries answered: how many there are, which failed or were empty, the slowest in ms."""

    name: str
    queries: int = 0
    failed: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0
    picture: Path | None = None

    @property
    def holds(self) -> bool:
        """Whether every query answered, and something wherever it must."""
        return not self.failed and not self.empty


class Boards:
    """Asks what Grafana would ask, as the reader that the board is for."""

    def __init__(self, system: System, since: float) -> None:
        self._prometheus = system.prometheus
        self._since = int(since * 1e3)
        password = system.postgres.password_file.read_text(encoding="utf-8").strip()
        self._readers = {
            f"fairtrade-{role}": psycopg.connect(
                system.postgres.address("fairtrade", f"fairtrade_{role}"), password=password, autocommit=True
            )
            for role in ROLES
        }
        case = self._readers["fairtrade-officer"].execute(MOST_TOLD).fetchone()
        self._chosen = {} if case is None else {"alert": case[0], "platform": case[1], "record": case[2]}

    async def run(self, name: str, board: Mapping[str, Any], pictures: Path) -> Board:
        """Run all queries of one board and draw it."""
        seen, span = Board(name), self._span_of(name)
        values = everything_of(board) | self._chosen
        answers: dict[tuple[int, str], Answer] = {}
        lines = _drawn_as_lines(board)
        for query in panel_queries(board):
            place = query.panel_id, query.reference
            found = await self._asked(seen, query, values, span, series=place in lines)
            if found is not None:
                answers[place] = found
        drawn = pictures / f"{seen.name.replace('/', '-')}.html"
        seen.picture = drawn.with_suffix(".png")
        html = page(board, answers, (span.begin, span.end), chosen=self._chosen)
        await asyncio.to_thread(_draw, html, drawn, seen.picture, height_of(board))
        return seen

    def _span_of(self, name: str) -> Span:
        """Look at this run on the engineers' board, at the last week on those of cases, whose bars are days."""
        now = int(time.time() * 1e3)
        begin = self._since if "/engineers/" in name else now - 7 * DAY
        return Span(begin, now, max(STEP_S, (now - begin) // 1_000 // POINTS), SCRAPE_S)

    async def _asked(
        self, seen: Board, query: PanelQuery, values: Mapping[str, str], span: Span, *, series: bool
    ) -> Answer | None:
        seen.queries += 1
        began = time.perf_counter()
        try:
            if query.promql:
                found = await self._prom(query, values, span)
            else:
                found = self._sql(query, values, span, series=series)
        except (psycopg.Error, LookupError) as error:
            seen.failed.append(f"{query.panel}: {error}")
            return None
        seen.slowest_ms = max(seen.slowest_ms, 1e3 * (time.perf_counter() - began))
        if not (found.rows if isinstance(found, Table) else found) and not query.may_be_empty:
            seen.empty.append(query.panel)
        return found

    def _sql(self, query: PanelQuery, values: Mapping[str, str], span: Span, *, series: bool) -> Answer:
        cursor = self._readers[query.source].execute(bound(query, span, values).encode())
        columns = [column.name for column in cursor.description or ()]
        return from_sql(columns, cursor.fetchall(), series=series)

    async def _prom(self, query: PanelQuery, values: Mapping[str, str], span: Span) -> Answer:
        asked = {"query": bound(query, span, values)}
        if query.instant:
            status, found = await answer(f"{self._prometheus}/api/v1/query", **asked)
        else:
            asked |= {"start": f"{span.begin / 1e3}", "end": f"{span.end / 1e3}", "step": str(span.step)}
            status, found = await answer(f"{self._prometheus}/api/v1/query_range", **asked)
        if status != HTTPStatus.OK:
            raise LookupError(f"Prometheus answers {status}: {found}")
        return from_prometheus(found["data"], query.legend)

    def close(self) -> None:
        """Give the connections back."""
        for reader in self._readers.values():
            reader.close()


def _drawn_as_lines(board: Mapping[str, Any]) -> set[tuple[int, str]]:
    """Answer the targets whose rows Grafana makes series of."""
    return {
        (panel["id"], target["refId"])
        for panel in panels(board)
        for target in panel.get("targets", ())
        if target.get("format") == "time_series"
    }


def _draw(text: str, drawn: Path, picture: Path, height: int) -> None:
    drawn.parent.mkdir(parents=True, exist_ok=True)
    drawn.write_text(text, encoding="utf-8")
    screenshot(drawn, picture, height=height)


def all_boards() -> dict[str, Any]:
    """Read the boards by language, audience and name."""
    return {
        "/".join(path.relative_to(DASHBOARDS).with_suffix("").parts): orjson.loads(path.read_bytes())
        for path in sorted(DASHBOARDS.glob("*/*/*.json"))
    }
