"""A reference subscriber: prints every revision of every alert exactly once, across restarts.

Usage: python subscriber.py BOOTSTRAP TOPIC POSITIONS.json [--once]
Needs aiokafka alone. The two lines that matter: read_committed, and a position of your own that moves with your effect.
"""

import asyncio
import json
import pathlib
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def places_of(bootstrap: str, topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, one["partition"]) for one in described["partitions"]]


async def main(bootstrap: str, topic: str, file: pathlib.Path, *, once: bool) -> None:
    positions = json.loads(file.read_text()) if file.exists() else {}
    places = await places_of(bootstrap, topic)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        group_id=None,
        auto_offset_reset="none",  # any other races with the seek below and may skip the log in silence
    )
    await consumer.start()
    try:
        consumer.assign(places)
        beginnings, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, positions.get(str(place.partition), beginnings[place]))
        while not once or any([await consumer.position(place) < ends[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    alert = json.loads(record.value)
                    what = alert["revision"], alert["status"], alert["level"], alert["explanation"]["en"]
                    print(alert["alert_id"], *what, flush=True)
                positions[str(place.partition)] = records[-1].offset + 1
            new = file.with_suffix(".new")
            new.write_text(json.dumps(positions))
            new.replace(file)  # whole or not at all, whenever this process dies
    finally:
        await consumer.stop()


asyncio.run(main(*sys.argv[1:3], pathlib.Path(sys.argv[3]), once="--once" in sys.argv))
