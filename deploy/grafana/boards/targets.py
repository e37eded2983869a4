"""Queries as Grafana's targets: PromQL by the SDK's model, SQL as the PostgreSQL source reads it."""

from typing import Any

from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import Dataquery as Prometheus
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from deploy.grafana.boards.language import Language
from deploy.grafana.boards.spec import Query, Source

LANGUAGE_MARK = "@lang"


class Sql(Dataquery):
    """A target of the PostgreSQL source, for which the SDK has no model; it keeps such targets as they are."""

    def __init__(self, text: str, reference: str, source: Source, *, series: bool) -> None:
        self.text = text
        self.reference = reference
        self.source = source
        self.series = series

    def to_json(self) -> dict[str, Any]:
        """Answer the target as Grafana stores it."""
        return {
            "datasource": reference_to(self.source),
            "editorMode": "code",
            "format": "time_series" if self.series else "table",
            "rawQuery": True,
            "rawSql": self.text,
            "refId": self.reference,
        }


def reference_to(source: Source) -> DataSourceRef:
    """Answer the reference by type and fixed uid."""
    return DataSourceRef(type_val=source.plugin, uid=source.value)


def target_of(query: Query, reference: str, language: Language) -> Dataquery:
    """Answer the target of a query; `reference` is its letter within the panel."""
    if query.source is not Source.prometheus:
        return Sql(in_words_of(query.text, language), reference, query.source, series=query.series)
    return Prometheus(
        datasource=reference_to(query.source),
        expr=query.text,
        ref_id=reference,
        legend_format=query.legend.in_language(language) if query.legend else None,
        instant=query.instant,
        range_val=not query.instant,
        exemplar=query.exemplars,
        format_val=PromQueryFormat.TABLE if query.instant and not query.legend else PromQueryFormat.TIME_SERIES,
    )


def in_words_of(text: str, language: Language) -> str:
    """Answer SQL whose language mark is replaced by the language's code."""
    return text.replace(LANGUAGE_MARK, language)
