"""The metrics of `fairtrade store run`, a process of its own; a worker has none of them."""

from monitor.observe.catalogue import LATENCY_S, NETWORK_S, Area, Kind, row, spread

RECORDS = row(
    Area.store, Kind.counter, "store_records_total", "records", "topic",
    "Records copied into the database and committed with their position.",
    "Flat while the lag grows: the database refuses or hangs; read the store's last line.",
)  # fmt: skip
LAG = row(
    Area.store, Kind.gauge, "store_lag_messages", "messages", "topic partition",
    "Offsets of a topic that are not in the database yet; looked at every few seconds.",
    "Rising: the database is slower than the judges; officers see old states, no alert is lost.",
)  # fmt: skip
WRITE = spread(
    Area.store, "store_write_duration_seconds", "", NETWORK_S,
    "One transaction: reading what is known, rows, positions, commit.",
    "Rising with the size of the database: look at its disk and at its vacuum.",
)  # fmt: skip
LATENCY = spread(
    Area.store, "store_latency_seconds", "", LATENCY_S,
    "From the append of a revision to `alerts` until it is committed in the database.",
    "Above 1 while the lag is small: the transactions are slow; compare the write duration.",
)  # fmt: skip
BREAKS = row(
    Area.store, Kind.counter, "store_chain_breaks_total", "breaks", "",
    "Revisions whose number, previous hash or sequence does not follow what is stored.",
    "Any: revisions are missing or were written by somebody else; the table chain_breaks names the places.",
)  # fmt: skip
LOST = row(
    Area.store, Kind.counter, "store_lost_offsets_total", "offsets", "topic",
    "Offsets that the topic's retention took before they were copied.",
    "Any of alerts: evidence is gone from both; raise the retention and find out why the store was that far behind.",
)  # fmt: skip
DATABASE_UP = row(
    Area.store, Kind.gauge, "store_database_up", "1", "",
    "0 while the store waits for the database, else 1.",
    "0 for minutes: start the database; the store goes on by itself and loses nothing.",
)  # fmt: skip
BROKER_UP = row(
    Area.store, Kind.gauge, "store_broker_up", "1", "",
    "0 while the store waits for the broker, else 1.",
    "0 for minutes: start the broker; the store goes on by itself and loses nothing.",
)  # fmt: skip
PARTITIONS = row(
    Area.store, Kind.gauge, "store_partitions", "partitions", "",
    "Partitions that this process writes; one that stands by has 0.",
    "Summed over the stores below the number of partitions: some are copied by nobody.",
)  # fmt: skip

STORE = (RECORDS, LAG, WRITE, LATENCY, BREAKS, LOST, DATABASE_UP, BROKER_UP, PARTITIONS)
