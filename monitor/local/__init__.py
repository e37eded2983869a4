"""Real servers on a laptop: an Apache Kafka node that the project fetches, starts and stops by itself.

Demo, tests and bench get their broker here: `monitor.local.kafka.broker()` answers with the user's own
(`FAIRTRADE_KAFKA`) or starts a node. Only Python is needed on the machine; the extra `local` brings the rest. Why it is
done so stands in docs/decisions/0004-kafka-from-python.md.
"""
