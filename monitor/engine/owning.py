"""Whose state a partition's is: two groups on one state topic do not fence each other, and both would write it."""

from monitor.engine.partition import Partition
from monitor.errors import WeAreWrong


def claim(partition: Partition, group: str) -> None:
    """Make a group the owner of an opened partition's state; raises WeAreWrong where it is another's.

    Called once, before anything is folded; what it says stands in the next transaction.
    """
    owner = partition.meta.group
    if owner not in ("", group):
        raise WeAreWrong(
            f"the state of partition {partition.number} is that of group {owner}, this worker is of {group}: "
            f"start it under that group, or give this one an output_prefix of its own"
        )
    partition.meta.group = group
