"""The policy of topics/, held against the files as they stand."""

import re

import pytest
import yaml
from reading import INPUTS, NAMES, TOPICS, WITH_SCHEMA, channel, schema

from monitor.events import Topic
from monitor.settings import Settings

OWNERS = (TOPICS.parent / ".github" / "CODEOWNERS").read_text("utf-8")
HEADER_BYTES = 65_536
DAYS = {
    "orders": 90,
    "offers": 90,
    "shops": 90,
    "costs": 400,
    "control": 3650,
    "alerts": 1825,
    "dead-letters": 14,
    "feedback": 30,
}


def configuration(name):
    return channel(name)["bindings"]["kafka"]["topicConfiguration"]


def test_the_inputs_are_those_of_the_program():
    """Each input topic of the program is declared, and the declarations know no other."""
    assert sorted(Topic) == INPUTS
    assert set(INPUTS) < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_names_cannot_collide(name):
    """A name is lower-case words with hyphens: no dot or underscore, which Kafka's metrics cannot tell apart."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert len(name) <= 64
    assert channel(name)["address"] == f"{{prefix}}{name}"


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_described(name):
    """Topic, key, retention and personal data are each told in a sentence."""
    declared = channel(name)
    key = declared["messages"]["v1"]["bindings"]["kafka"]["key"]["description"]

    told = [declared["description"], declared["x-retention-reason"], declared["x-personal-data"], key]
    assert [text for text in told if len(text) > 30 and text.endswith(".")] == told


@pytest.mark.parametrize("name", NAMES)
def test_somebody_owns_it(name):
    """The owner is a team, and CODEOWNERS asks the same team about the folder."""
    owner = channel(name)["x-owner"]

    assert re.search(rf"^/topics/{name}/ +{re.escape(owner)}$", OWNERS, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_the_broker(name):
    """Partitions, replicas, retention, clean-up, sizes, compression and timestamps are explicit."""
    kafka = channel(name)["bindings"]["kafka"]

    assert {"partitions", "replicas", "topicConfiguration", "bindingVersion"} == set(kafka)
    assert {
        "cleanup.policy",
        "retention.ms",
        "max.message.bytes",
        "message.timestamp.type",
        "compression.type",
        "min.insync.replicas",
    } == set(kafka["topicConfiguration"])


@pytest.mark.parametrize("name", NAMES)
def test_only_what_is_compacted_lasts_for_ever(name):
    """State is compacted and without end; everything else is deleted after its days."""
    told = configuration(name)

    if name == "state":
        assert (told["cleanup.policy"], told["retention.ms"]) == (["compact"], -1)
    else:
        assert (told["cleanup.policy"], told["retention.ms"]) == (["delete"], DAYS[name] * 86_400_000)


def test_topics_are_partitioned_alike():
    """All topics have the same number of partitions, which is also the default of the settings."""
    assert {Settings().partitions} == {channel(name)["bindings"]["kafka"]["partitions"] for name in NAMES}


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_carry_the_brokers_time(name):
    """The third clock is Kafka's, on every input."""
    assert configuration(name)["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.parametrize("name", INPUTS)
def test_the_dead_letters_have_room(name):
    """An input's dead-letter topic exists and takes the input's largest record with our headers and its key."""
    partner = channel(name)["x-dead-letter"]

    assert partner in NAMES
    assert configuration(partner)["max.message.bytes"] >= configuration(name)["max.message.bytes"] + HEADER_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_copies_outnumber_what_a_write_waits_for(name):
    """A write waits for two copies, and one broker of three may be away."""
    kafka = channel(name)["bindings"]["kafka"]

    assert 1 < kafka["topicConfiguration"]["min.insync.replicas"] < kafka["replicas"]


@pytest.mark.parametrize("name", NAMES)
def test_versions_are_contiguous(name):
    """Versions are 1, 2, 3 and so on, each with its file, each file with its version."""
    messages = channel(name)["messages"]
    files = sorted(file.name for file in (TOPICS / name).glob("v*.schema.json"))
    used = [
        message["payload"]["schema"]["$ref"].removeprefix("./") for message in messages.values() if "payload" in message
    ]

    assert [f"v{number}" for number in range(1, len(messages) + 1)] == sorted(messages)
    assert files == sorted(used)


@pytest.mark.parametrize("name", WITH_SCHEMA)
def test_a_schema_says_who_it_is(name):
    """The id of a schema is its topic's and version's."""
    assert schema(name)["$id"] == f"urn:fair-trade-monitor:{name}:v1"
    assert schema(name)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_compatibility_is_promised_where_others_read():
    """Inputs stay backward compatible, what others read stays compatible both ways, bytes promise nothing."""
    promised = {name: channel(name)["x-compatibility"] for name in NAMES}

    assert {promised.pop(name) for name in INPUTS} == {"backward-transitive"}
    assert {"full-transitive"} == {promised[name] for name in ("alerts", "feedback")}
    assert {"none"} == {promised[name] for name in ("state", "dead-letters")}


@pytest.mark.parametrize("name", NAMES)
def test_who_writes_and_reads_is_a_role(name):
    """Producers and consumers are roles of roles.yaml, so that the grants on the broker follow from them."""
    roles = {party["name"] for party in yaml.safe_load((TOPICS / "roles.yaml").read_text("utf-8"))["roles"]}
    declared = channel(name)

    assert set(declared["x-producers"]) | set(declared["x-consumers"]) <= roles
    assert declared["x-producers"]
    assert declared["x-consumers"]


@pytest.mark.parametrize("name", INPUTS)
def test_only_the_gateway_writes_what_platforms_say(name):
    """Kafka knows no grants by key, so no platform writes itself; control is written by three."""
    expected = {"control": ["gateway", "worker", "administrator"]}

    assert expected.get(name, ["gateway"]) == channel(name)["x-producers"]


def test_topics_holds_nothing_that_runs():
    """The folder is data: declarations, schemas, examples, one page to read; and no file is left over."""
    known = re.compile(
        r"README\.md|asyncapi\.yaml|platforms\.yaml|roles\.yaml|input-headers\.schema\.json"
        r"|[a-z-]+/(channel\.yaml|v\d+\.schema\.json|headers\.schema\.json|(examples|refused)/[a-z0-9_-]+\.json)"
    )
    files = [str(file.relative_to(TOPICS)) for file in TOPICS.rglob("*") if file.is_file()]

    assert [] == [file for file in files if not known.fullmatch(file)]
