"""The panels that boards are written in: short makers with the sizes of this house."""

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.spec import Column, Panel, Query, Shape, Source

COLD = "green"
WARM = "orange"
HOT = "red"
PLAIN = ((None, "text"),)

Steps = tuple[tuple[float | None, str], ...]


def promql(text: str, legend: Text | str = "", *, exemplars: bool = False, instant: bool = False) -> Query:
    """Answer a PromQL target; a legend that is the same in both languages may be one string."""
    said = Text(legend, legend) if isinstance(legend, str) else legend
    return Query(Source.prometheus, text, said if said.en else None, instant=instant, exemplars=exemplars)


def reading(title: Text, body: Text, *, height: int, width: int = 8) -> Panel:
    """Answer a text for people; the body is Markdown."""
    return Panel(title, title, Shape.text, width, height, body=body)


def stat(
    title: Text,
    says: Text,
    query: Query,
    *,
    unit: str = "none",
    steps: Steps = PLAIN,
    width: int = 4,
    may_be_empty: bool = False,
    decimals: int | None = None,
) -> Panel:
    """Answer one big figure."""
    return Panel(title, says, Shape.stat, width, 4, (query,), unit, steps, may_be_empty=may_be_empty, decimals=decimals)


def lines(
    title: Text,
    says: Text,
    *queries: Query,
    columns: tuple[Column, ...] = (),
    unit: str = "none",
    width: int = 12,
    stacked: bool = False,
    may_be_empty: bool = False,
) -> Panel:
    """Answer a course over time, one line a series; stacked ones are bars upon each other."""
    return Panel(
        title,
        says,
        Shape.lines,
        width,
        8,
        queries,
        unit,
        columns=columns,
        stacked=stacked,
        may_be_empty=may_be_empty,
    )


def figures(
    title: Text, says: Text, query: Query, columns: tuple[Column, ...], *, width: int = 24, height: int = 4
) -> Panel:
    """Answer the columns of one row as big figures side by side."""
    return Panel(title, says, Shape.stat, width, height, (query,), steps=PLAIN, columns=columns)


def bars(
    title: Text,
    says: Text,
    *queries: Query,
    width: int,
    height: int = 8,
    unit: str = "none",
    steps: Steps = ((None, "blue"),),
    columns: tuple[Column, ...] = (),
    empty: Text | None = None,
) -> Panel:
    """Answer horizontal bars, one a row of SQL or one a series of PromQL."""
    return Panel(
        title,
        says,
        Shape.bars,
        width,
        height,
        queries,
        unit,
        steps,
        columns,
        may_be_empty=empty is not None,
        empty=empty,
    )


def table(
    title: Text,
    says: Text,
    query: Query,
    columns: tuple[Column, ...],
    *,
    width: int = 24,
    height: int = 8,
    empty: Text | None = None,
) -> Panel:
    """Answer a table; with `empty`, the words that stand in it when nothing is there, it may be empty."""
    return Panel(
        title,
        says,
        Shape.table,
        width,
        height,
        (query,),
        columns=columns,
        steps=PLAIN,
        may_be_empty=empty is not None,
        empty=empty,
    )
