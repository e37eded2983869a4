"""The alert store: what was published, copied into PostgreSQL exactly once, with Kafka's positions beside it."""
