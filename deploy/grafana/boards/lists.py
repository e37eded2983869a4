"""The lists of alerts that boards share: the same columns, the same words, less for those who may see less."""

from collections.abc import Sequence

from deploy.grafana.boards.language import Text
from deploy.grafana.boards.panels import table
from deploy.grafana.boards.spec import Audience, Panel, Query
from deploy.grafana.boards.sql import listing, source_of
from deploy.grafana.boards.words import columns, seen_by

COERCION = ("verdict", "towards", "rival", "lever")
"""Of exclusivity alone: who is pressed, because of which rival, by what."""
PRICING = ("verdict", "towards", "goods", "units", "loss")
"""Of sub-cost alone: what is sold below cost, how much of it, and how far."""
BOTH = ("verdict", "towards", "rival", "lever", "goods", "units", "loss")
HOW_SURE = ("level", "severity", "status", "provisional", "failed", "no_data", "passed", "revised", "file", "alert_id")
"""How sure, how far, and the way to the file."""


def alerts(
    audience: Audience,
    title: Text,
    says: Text,
    chosen: tuple[str, int],
    names: Sequence[str],
    *,
    height: int,
    empty: Text | None = None,
) -> Panel:
    """Answer a list of the alerts chosen by a condition, as many as a number at the most; columns are named."""
    seen = seen_by(audience, (*names, *HOW_SURE))
    return table(
        title, says, Query(source_of(audience), listing(*chosen, seen)), columns(*seen), height=height, empty=empty
    )
