from monitor.stream.batches import Place
from monitor.stream.order import INPUTS
from monitor.stream.reach import Reach


def test_a_partition_is_read_to_the_least_of_its_inputs():
    """One input that was never read keeps the whole partition at 0."""
    reach = Reach()
    for topic in INPUTS[:-1]:
        reach.read(Place(topic, 0), 500)
    before = reach.of(0)
    reach.read(Place(INPUTS[-1], 0), 300)

    assert (0, 300) == (before, reach.of(0))


def test_an_input_at_its_end_is_read_to_what_was_newest_before():
    """An idle input does not hold silence back: what comes later has a later append time."""
    reach = Reach()
    reach.read(Place("orders", 1), 900)
    for topic in INPUTS:
        reach.at_end(Place(topic, 0), reach.newest)

    assert 900 == reach.of(0)


def test_reading_again_does_not_go_back():
    """After a seek older records are read again; what was reached stays."""
    reach = Reach()
    for topic in INPUTS:
        reach.read(Place(topic, 0), 900)
        reach.read(Place(topic, 0), 100)
        reach.at_end(Place(topic, 0), 50)

    assert 900 == reach.of(0) == reach.newest


def test_partitions_that_go_are_forgotten_and_time_is_not():
    """The broker's time goes on over a rebalance."""
    reach = Reach()
    for topic in INPUTS:
        reach.read(Place(topic, 0), 900)
    reach.clear()

    assert (0, 900) == (reach.of(0), reach.newest)
