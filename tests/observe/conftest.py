"""A partition of the real engine with a toy detector, and metrics that watch it."""

import pytest
from observed import NOW, TOY, drive, records, registered

from monitor.engine import Partition
from monitor.observe.metrics import Metrics


@pytest.fixture
def partition():
    """Open, with platforms p and q registered."""
    made = Partition(0, (TOY,))
    drive(made, records("control", [registered(1, "p"), registered(2, "q")]))
    return made


@pytest.fixture
def metrics(partition):
    """Watching the partition since before its first order; their clock stands at NOW."""
    made = Metrics(lambda: NOW)
    made.watch(partition)
    return made


@pytest.fixture
def shown(metrics):
    """Answer one sample of the metrics by name and labels, as a scrape shows it."""

    def sample(name, **labels):
        return metrics.registry.get_sample_value(f"fairtrade_{name}", labels)

    return sample
