"""What makes Faust fast and crash-safe: batches in, one Kafka transaction a partition out, positions from the state.

A partition advances by one transaction at a time, and what that transaction says is applied decides everything else
(docs/decisions/0005-batch-transport.md, 0006-one-transaction-a-partition.md).
"""
