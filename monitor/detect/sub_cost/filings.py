"""Filed exemptions: which days of which goods leave the count (verdicts.md 2 and 7)."""

from collections.abc import Iterable

from msgspec import Struct

from monitor.eventtime.china import day_of
from monitor.eventtime.clocks import FOREVER
from monitor.findings import Reference


class Filing(Struct, array_like=True, gc=False):
    """One exemption over [start, end); `revoked` is when a revocation took effect, FOREVER without one.

    A revocation may be read before its grant: then `kind` is empty and nothing is exempt yet.
    """

    id: str
    kind: str = ""
    platform: str | None = None
    sku: str | None = None
    category: str | None = None
    start: int = FOREVER
    end: int = FOREVER
    revoked: int = FOREVER
    cited: Reference | None = None

    def touches(self, day: int) -> bool:
        """Answer whether a day is exempt, as a whole: a revocation at 00:00 sharp leaves the day that it begins."""
        end = min(self.end, self.revoked)
        return self.start < end and day_of(self.start) <= day <= day_of(end - 1)

    def is_about(self, platform: str, sku: str, category: str | None) -> bool:
        """Answer whether it was granted for these goods; what it leaves open does not narrow it."""
        return (
            bool(self.kind)
            and self.platform in (None, platform)
            and self.sku in (None, sku)
            and self.category in (None, category)
        )


class Subject(Struct, array_like=True, gc=False):
    """What is known of a merchant as a whole: its filings, and its items that have sold below cost of late."""

    filings: list[Filing] = []
    candidates: list[str] = []

    def filing(self, name: str) -> Filing:
        """Answer the filing of an id, made if there is none."""
        for filing in self.filings:
            if filing.id == name:
                return filing
        self.filings.append(Filing(name))
        return self.filings[-1]


def about(filings: Iterable[Filing], platform: str, sku: str, category: str | None) -> list[Filing]:
    """List the filings granted for these goods."""
    return [filing for filing in filings if filing.is_about(platform, sku, category)]


def is_exempt(filings: Iterable[Filing], day: int) -> bool:
    """Answer whether any of the filings touches a day."""
    return any(filing.touches(day) for filing in filings)
