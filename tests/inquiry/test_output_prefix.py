"""What a group that has outputs of its own writes, reads and may do, without a broker."""

from types import SimpleNamespace

import pytest
from test_committer import FakeProducer
from toy import ToyCore

from monitor.errors import SettingIsWrong
from monitor.events import Reason, Refusal
from monitor.settings import Settings, unprefixed
from monitor.store.batch import prepared
from monitor.store.reading import places_of
from monitor.stream.committer import Committer
from monitor.stream.letters import Letters
from monitor.stream.observer import Unobserved
from monitor.stream.partition import Partition
from monitor.wire.acls import Installation, all_grants, grants
from monitor.wire.contracts import load
from monitor.wire.dead_letters import letter_of, mark_of
from monitor.wire.declared import Operation, Resource, Role
from monitor.wire.headers import dead_letter_headers

GREEN = Settings(prefix="ft.", output_prefix="ft.green.", group="green")
INPUTS = ("control", "costs", "shops", "offers", "orders")
OUTPUTS = ("state", "alerts", "dead-letters", "feedback")


def test_outputs_stand_under_their_own_prefix_and_inputs_do_not():
    """Every topic is either read by all groups or written by one; without an output prefix all begin alike."""
    alone = Settings(prefix="ft.")

    assert [GREEN.address(topic) for topic in INPUTS] == [f"ft.{topic}" for topic in INPUTS]
    assert [GREEN.address(topic) for topic in OUTPUTS] == [f"ft.green.{topic}" for topic in OUTPUTS]
    assert {alone.address(topic) for topic in INPUTS + OUTPUTS} == {f"ft.{topic}" for topic in INPUTS + OUTPUTS}
    assert sorted(INPUTS + OUTPUTS) == sorted(topic.name for topic in load().topics)


def test_the_longest_prefix_is_taken_away():
    """Where one prefix begins another a name loses the longer one; a foreign name stays."""
    assert unprefixed("ft.green.alerts", GREEN.prefixes) == "alerts"
    assert unprefixed("ft.orders", GREEN.prefixes) == "orders"
    assert unprefixed("other.orders", GREEN.prefixes) == "other.orders"


@pytest.mark.parametrize("output_prefix", [None, "ft."])
def test_a_candidate_needs_outputs_of_its_own(output_prefix):
    """A group that only catches up may not write where the live one writes."""
    with pytest.raises(SettingIsWrong, match="expected another than prefix, as candidate is set"):
        Settings(prefix="ft.", output_prefix=output_prefix, candidate=True)


class Talkative(ToyCore):
    """A core that always has something to say on control."""

    def entries(self, read_to):  # noqa: ARG002 - it is a method of a core
        """Answer one entry, whatever was read."""
        return [SimpleNamespace(key=b"judge-1", value=b"{}")]


async def topics_written(settings):
    """Answer the topics that a core with an entry for control writes, each once."""
    producer = FakeProducer()
    partition = Partition(0, Talkative(0), generation=1, slice_records=500)
    letters = Letters(settings, partition, Unobserved())
    made = Committer(partition, producer, letters, settings, lambda _: None, lambda _: 0)
    made.start()
    partition.core.moved = True
    await made.commit()
    await made.stop()
    return list(dict.fromkeys(call[1] for call in producer.calls if call[0] == "send"))


async def test_only_a_live_group_writes_control():
    """Entries go to the inputs' own control, where everybody reads them; a candidate writes none."""
    candidate = Settings(prefix="ft.", output_prefix="ft.green.", candidate=True)

    assert await topics_written(GREEN) == ["ft.green.state", "ft.control"]
    assert await topics_written(candidate) == ["ft.green.state"]


def test_grants_follow_the_outputs():
    """A worker of the group reads inputs and writes its own outputs, and looks at the configuration of both."""
    where = Installation("ft.", "green", output_prefix="other.")
    worker = grants(load(), Role.worker, where)
    written = {grant.name for grant in worker if Operation.write in grant.operations}
    looked_at = {grant.name for grant in worker if Operation.describe_configs in grant.operations}

    assert {"ft.control", *(f"other.{topic}" for topic in OUTPUTS)} <= written
    assert looked_at == {"ft.", "other."}


def test_a_prefix_within_another_needs_no_grant_of_its_own():
    """What ft.* allows it allows of ft.green.* too; names of transactions keep the inputs' prefix."""
    every = all_grants(load(), Installation("ft.", "green", output_prefix="ft.green."))

    assert len(every) == len(all_grants(load(), Installation("ft.", "green")))
    assert {"ft.gateway", "ft.dead-letters", "ft.registry"} <= {
        grant.name for grant in every if grant.resource is Resource.transactional_id
    }


def test_a_store_copies_the_outputs_of_its_group():
    """Alerts, feedback and dead letters come from the group's own topics, the registry from the inputs' control."""
    assert places_of(GREEN, [0]) == [
        ("ft.green.alerts", 0),
        ("ft.green.feedback", 0),
        ("ft.green.dead-letters", 0),
        ("ft.control", 0),
    ]


def test_a_store_keeps_letters_and_passes_over_marks():
    """A mark is no refusal; of a letter the refused record's place is kept without any prefix."""
    refusal = Refusal(reason=Reason.shape, detail="", path="$")
    headers = dead_letter_headers(refusal, (), topic="ft.orders", partition=0, offset=7, append_time=1)
    letter = SimpleNamespace(partition=0, offset=0, timestamp=1, headers=headers, key=b"k", value=b"{")
    mark = SimpleNamespace(
        partition=0,
        offset=1,
        timestamp=2,
        headers=mark_of(letter_of(letter, GREEN.prefixes), "feed#r1", 1),
        key=b"k",
        value=None,
    )
    rows = prepared({("ft.green.dead-letters", 0): [letter, mark]}, *GREEN.prefixes).rows["dead_letters"]

    assert [row[:5] for row in rows] == [(0, 0, "orders", 0, 7)]
