"""A reference subscriber: prints every revision of every alert exactly once, across restarts.

Usage: python subscriber.py BOOTSTRAP TOPIC POSITIONS.json [--once]
Needs aiokafka alone. The two lines that matter: read_committed, and a position of your own that moves with your effect.
"""

import asyncio
import json
import pathlib
import sys

from aiokafka import AIOKafkaConsumer


async def main(bootstrap: str, topic: str, file: pathlib.Path, *, once: bool) -> None:
    positions = json.loads(file.read_text()) if file.exists() else {}
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        group_id=None,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        places = list(consumer.assignment())
        beginnings, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, positions.get(str(place.partition), beginnings[place]))
        while not once or any([await consumer.position(place) < ends[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    alert = json.loads(record.value)
                    print(
                        alert["alert_id"],
                        alert["revision"],
                        alert["status"],
                        alert["level"],
                        alert["explanation"]["en"],
                    )
                positions[str(place.partition)] = records[-1].offset + 1
            file.write_text(json.dumps(positions))
    finally:
        await consumer.stop()


asyncio.run(main(*sys.argv[1:3], pathlib.Path(sys.argv[3]), once="--once" in sys.argv))
