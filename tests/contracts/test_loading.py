"""The loader refuses what is not as the program knows it, and says where."""

import pytest
from reading import NAMES, TOPICS, channel

from monitor.errors import WeAreWrong
from monitor.events import Topic
from monitor.wire import contracts
from monitor.wire.contracts import load


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("orders/channel.yaml", "partitions: 8", "partitons: 8", "partitons"),
        ("orders/channel.yaml", "partitions: 8", "partitions: '8'", "partitions"),
        ("orders/channel.yaml", "x-owner:", "x-owners:", "x-owner"),
        ("orders/channel.yaml", "retention.ms: 7776000000", "retention.ms: -1", "retention.ms"),
        ("orders/channel.yaml", "LogAppendTime", "LogAppendtime", "LogAppendtime"),
        ("orders/channel.yaml", "'{prefix}orders'", "'{prefix}order'", "address"),
        ("orders/channel.yaml", "  v1:", "  first:", "first"),
        ("orders/channel.yaml", "address:", "address: [", "channel.yaml"),
        ("asyncapi.yaml", "  feedback:\n    $ref: ./feedback/channel.yaml\n", "", "feedback"),
        ("asyncapi.yaml", "  feedback:", "  feedbacks:", "feedbacks"),
        ("asyncapi.yaml", "./feedback/channel.yaml", "./state/channel.yaml", "feedback"),
        ("platforms.yaml", "sends_clock: true", "send_clock: true", "send_clock"),
        ("platforms.yaml", "[orders, offers, shops]", "[orders, offers, shop]", "shop"),
        ("platforms.yaml", "disorder_ms: 600000", "disorder_ms: 10m", "disorder_ms"),
        ("orders/channel.yaml", "x-producers: [gateway]", "x-producers: [gatway]", "gatway"),
        ("roles.yaml", "name: operator", "name: worker", "each once"),
        ("roles.yaml", "operations: [Write]", "operations: [write]", "write"),
    ],
)
def test_a_broken_declaration_is_refused(broken, file, old, new, told):
    """A misspelt, missing or unknown word stops the start and is named."""
    folder = broken(file, old, new)

    with pytest.raises(WeAreWrong, match=told):
        load(folder)


def test_a_missing_file_is_refused(broken):
    """A topic that is declared without its channel.yaml stops the start."""
    folder = broken("README.md", "# Topics", "# Topics")
    (folder / "orders" / "channel.yaml").unlink()

    with pytest.raises(WeAreWrong, match=r"orders/channel\.yaml is missing"):
        load(folder)


def test_no_folder_is_refused(tmp_path):
    """A setting that names a folder without declarations is told so."""
    with pytest.raises(WeAreWrong, match="FAIRTRADE_TOPICS_FOLDER"):
        load(tmp_path)


def test_the_catalogue_is_what_is_declared():
    """Names, keys, partitions, retention and configuration come through unchanged, and cannot be changed."""
    catalogue = load(TOPICS)

    assert sorted(topic.name for topic in catalogue.topics) == NAMES
    assert [topic.name for topic in catalogue.inputs] == list(Topic)
    for topic in catalogue.topics:
        told = channel(topic.name)["bindings"]["kafka"]["topicConfiguration"]
        assert topic.retention_ms == told["retention.ms"]
        assert set(topic.config) == set(told)
    with pytest.raises(AttributeError):
        catalogue.orders.partitions = 9


def test_a_prefix_goes_before_the_name():
    """The name on the broker is the installation's prefix and the declared name."""
    assert load().dead_letters.address("p1.") == "p1.dead-letters"


def test_the_package_comes_before_the_checkout(broken, monkeypatch):
    """Declarations that came with the package are read before those that lie beside it."""
    shipped = broken("platforms.yaml", "id: taomall", "id: shipped")
    monkeypatch.setattr(contracts, "SHIPPED", shipped)

    assert load().platforms[0].id == "shipped"
    monkeypatch.setattr(contracts, "SHIPPED", shipped / "nothing")
    assert load().platforms[0].id == "taomall"


def test_platforms_are_named_once():
    """No platform stands twice in the registry, and each feeds orders."""
    platforms = load().platforms

    assert len(platforms) == len({platform.id for platform in platforms})
    assert all(Topic.orders in platform.topics for platform in platforms)
