"""What a partition says in one transaction, by topic: `state`, `alerts`, `dead-letters`, `feedback`, `control`."""

from collections.abc import Iterable, Iterator, Sequence

from aiokafka import AIOKafkaProducer

from monitor.events import Record, Topic
from monitor.settings import Settings
from monitor.stream.core import Changes, Entry
from monitor.stream.feedback import Quarantine, Rejections, platform_of, refusal_of
from monitor.stream.observer import Observer
from monitor.stream.outbox import Outgoing, Parcel, pack
from monitor.stream.partition import Partition
from monitor.wire.feedback import Feedback, feedback_value, lapses_told
from monitor.wire.headers import cloudevent_headers, dead_letter_headers


class Letters:
    """The outgoing records of one partition; remembers what platforms were told and who is in quarantine."""

    def __init__(self, settings: Settings, partition: Partition, observer: Observer) -> None:
        self._settings = settings
        self._observer = observer
        self._partition = partition.number
        self._rejections = Rejections(partition.number)
        self._quarantine = Quarantine(partition.number, partition.core.judged)

    def pack(
        self, producer: AIOKafkaProducer, partition: Partition, changes: Changes, entries: Sequence[Entry]
    ) -> Iterator[Parcel]:
        """Build the batches of one transaction one by one; called under the partition's lock."""
        said: dict[str, Iterable[Outgoing | tuple[bytes, bytes | None]]] = {
            "state": changes.state,
            "alerts": self._alerts(changes),
            "dead-letters": [self._dead_letter(partition, record) for record in changes.refused],
            "feedback": [Outgoing(told.platform.encode(), feedback_value(told)) for told in self._told(changes)],
            Topic.control: (Outgoing(entry.key, entry.value) for entry in entries),
        }
        address = self._settings.address
        for topic, records in said.items():
            yield from pack(producer, address(topic), records)

    def _alerts(self, changes: Changes) -> list[Outgoing]:
        prefix, group = self._settings.prefixes[-1], self._settings.group
        return [
            Outgoing(revision.alert_id.encode(), revision.value, cloudevent_headers(revision, prefix, group))
            for revision in changes.revisions
        ]

    def _dead_letter(self, partition: Partition, record: Record) -> Outgoing:
        raw = partition.original(record.topic, record.offset)
        headers = dead_letter_headers(
            refusal_of(record),
            raw.headers,
            topic=self._settings.prefix + record.topic,
            partition=partition.number,
            offset=record.offset,
            append_time=record.append_time,
        )
        return Outgoing(raw.key, raw.value, headers)

    def _told(self, changes: Changes) -> list[Feedback]:
        marks = self._quarantine.note(platform_of(record) for record in changes.refused)
        for mark in marks:
            self._observer.quarantined(mark.platform, mark.partition)
        lapses = [told for one in changes.revisions for told in lapses_told(one, self._partition)]
        return self._rejections.tell(changes.refused) + marks + lapses
