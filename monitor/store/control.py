"""What the store takes from the control log: the registry of platforms, campaigns and changes of rules.

What concerns everyone stands in every partition, so one partition is read. Entries are written in the order of the log
and idempotently: a later entry about the same platform or campaign takes the place of an earlier one.
"""

from typing import Any

import msgspec

from monitor.events import CampaignAnnounced, ControlEvent, PlatformRegistered, PlatformRetired, RulesSet
from monitor.store.database import Connection
from monitor.store.revised import at, at_or_none, legible

READ_PARTITION = 0
_decode = msgspec.json.Decoder(ControlEvent).decode

_PLATFORM = """
INSERT INTO platforms (platform, name_zh, name_en, topics, registered_from) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (platform) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, topics = excluded.topics,
    registered_from = excluded.registered_from, retired_from = NULL
"""
_RETIRED = "UPDATE platforms SET retired_from = %s WHERE platform = %s"
_CAMPAIGN = """
INSERT INTO campaigns (campaign, name_zh, name_en, signup_from, begins, ends) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (campaign) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,
    signup_from = excluded.signup_from, begins = excluded.begins, ends = excluded.ends
"""
_RULES = """
INSERT INTO rule_changes (event_id, rule_set, version, effective_from, author, reason, parameters)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING
"""


def write_entry(connection: Connection, value: bytes) -> None:
    """Write one entry; one that does not decode is the judge's to refuse, others are of no concern here."""
    try:
        entry = _decode(legible(value))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    found = _statement(entry)
    if found is not None:
        connection.execute(*found)


def _statement(entry: Any) -> tuple[Any, tuple[Any, ...]] | None:
    match entry:
        case PlatformRegistered():
            name = entry.name
            return _PLATFORM, (entry.platform, name.zh, name.en, list(entry.topics), at(entry.effective_from))
        case PlatformRetired():
            return _RETIRED, (at(entry.effective_from), entry.platform)
        case CampaignAnnounced():
            span = at_or_none(entry.signup_from), at(entry.from_), at_or_none(entry.to)
            return _CAMPAIGN, (entry.campaign, entry.name.zh, entry.name.en, *span)
        case RulesSet():
            who = at(entry.effective_from), entry.author, entry.reason
            return _RULES, (
                entry.event_id,
                entry.rule_set,
                entry.version,
                *who,
                msgspec.json.encode(entry.parameters).decode(),
            )
        case _:
            return None
