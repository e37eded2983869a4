import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

pytestmark = pytest.mark.kafka


async def create(bootstrap, topic):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


async def commit(bootstrap, topic, value):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{topic}-writer")
    await producer.start()
    try:
        async with producer.transaction():
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def committed(bootstrap, topic):
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return (await consumer.getone()).value
    finally:
        await consumer.stop()


async def test_the_shared_broker_takes_a_topic_and_a_transaction(kafka, prefix):
    """A committed transaction on the run's broker is read back by a read_committed consumer."""
    await create(kafka, prefix + "orders")
    await commit(kafka, prefix + "orders", b"one")

    assert await committed(kafka, prefix + "orders") == b"one"
