"""A reference subscriber: prints every revision of every alert exactly once, across restarts.

Usage: python subscriber.py BOOTSTRAP TOPIC POSITIONS.json [--once]
Needs aiokafka alone. How to speak with the brokers stands in the environment, under the names that `fairtrade` has:
FAIRTRADE_SECURITY_PROTOCOL and, by what it is, FAIRTRADE_TLS_CA, _TLS_CERTIFICATE, _TLS_KEY, _SASL_USER and
_SASL_PASSWORD_FILE; without any it is PLAINTEXT, which is for one machine.
The two lines that matter: read_committed, and a position of your own that moves with your effect.
"""

import asyncio
import json
import os
import pathlib
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.helpers import create_ssl_context


def client_options(bootstrap: str) -> dict[str, Any]:
    told = {name: os.environ.get(f"FAIRTRADE_{name}") for name in ("TLS_CA", "TLS_CERTIFICATE", "TLS_KEY", "SASL_USER")}
    protocol = os.environ.get("FAIRTRADE_SECURITY_PROTOCOL", "PLAINTEXT")
    options: dict[str, Any] = {"bootstrap_servers": bootstrap, "security_protocol": protocol}
    if protocol != "PLAINTEXT":  # name and certificate of the broker are checked
        files = {"cafile": told["TLS_CA"], "certfile": told["TLS_CERTIFICATE"], "keyfile": told["TLS_KEY"]}
        options["ssl_context"] = create_ssl_context(**files)
    if protocol == "SASL_SSL":
        password = pathlib.Path(os.environ["FAIRTRADE_SASL_PASSWORD_FILE"]).read_text().rstrip("\r\n")
        user = {"sasl_plain_username": told["SASL_USER"], "sasl_plain_password": password}
        options |= {"sasl_mechanism": "SCRAM-SHA-512", **user}
    return options


async def places_of(options: dict[str, Any], topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**options)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, one["partition"]) for one in described["partitions"]]


async def main(bootstrap: str, topic: str, file: pathlib.Path, *, once: bool) -> None:
    positions = json.loads(file.read_text()) if file.exists() else {}
    options = client_options(bootstrap)
    places = await places_of(options, topic)
    consumer = AIOKafkaConsumer(
        **options,
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
