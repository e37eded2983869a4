"""The agents: short loops that hand batches to the partitions."""
