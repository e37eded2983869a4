"""Who may do what follows from topics/, and gives no more than is declared."""

import pytest

from monitor.errors import SettingIsWrong
from monitor.wire.acls import Grant, Installation, Pattern, all_grants, grants, installation, table
from monitor.wire.contracts import load
from monitor.wire.declared import Operation, Resource, Role

HERE = Installation("ft.", "fairtrade")
CATALOGUE = load()


def topics_of(role, operation):
    """Name the topics that a role may do this to, whole names only."""
    return {
        grant.name.removeprefix("ft.")
        for grant in grants(CATALOGUE, role, HERE)
        if grant.resource is Resource.topic and grant.pattern is Pattern.literal and operation in grant.operations
    }


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_and_writes_what_the_topics_say(role):
    """Reads follow from x-consumers and writes from x-producers, topic by topic."""
    topics = CATALOGUE.topics

    assert {topic.name for topic in topics if role in topic.consumers} == topics_of(role, Operation.read)
    assert {topic.name for topic in topics if role in topic.producers} == topics_of(role, Operation.write)


def test_nobody_reads_or_writes_by_prefix():
    """A topic that is added later is open to nobody until it says to whom."""
    by_prefix = [grant for grant in all_grants(CATALOGUE, HERE) if grant.pattern is Pattern.prefix]

    assert {Resource.topic, Resource.group, Resource.transactional_id} == {grant.resource for grant in by_prefix}
    assert not [
        grant
        for grant in by_prefix
        if grant.resource is Resource.topic and {Operation.read, Operation.write} & set(grant.operations)
    ]


def test_only_the_administrator_touches_the_cluster():
    """Nobody else may create topics or hand out grants."""
    touching = {
        grant.user
        for grant in all_grants(CATALOGUE, HERE)
        if grant.resource is Resource.cluster or {Operation.create, Operation.alter} & set(grant.operations)
    }

    assert {"administrator"} == touching


def test_an_installation_names_its_own():
    """Prefix, group and users of an installation stand in its grants."""
    where = installation("p.", "shadow", ["worker=judge-2", "subscriber=court", "subscriber=tax"])
    worker, subscriber = grants(CATALOGUE, Role.worker, where), grants(CATALOGUE, Role.subscriber, where)

    assert {"judge-2"} == {grant.user for grant in worker}
    assert Grant("judge-2", Resource.group, "shadow", Pattern.literal, (Operation.read,)) in worker
    assert Grant("judge-2", Resource.transactional_id, "shadow-judge-", Pattern.prefix, (Operation.write,)) in worker
    assert Grant("court", Resource.topic, "p.alerts", Pattern.literal, (Operation.read,)) in subscriber
    assert Grant("court", Resource.group, "court.", Pattern.prefix, (Operation.read,)) in subscriber
    assert ["court", "court", "tax", "tax"] == [grant.user for grant in subscriber]


@pytest.mark.parametrize("named", ["judge=x", "worker", "worker=", "=x"])
def test_a_user_without_a_role_is_refused(named):
    """What is no role, or names nobody, is an error and no grant."""
    with pytest.raises(SettingIsWrong, match="role=user"):
        installation("ft.", "fairtrade", [named])


def test_the_table_has_every_grant():
    """What is printed for people is all there is."""
    assert len(all_grants(CATALOGUE, HERE)) == table(CATALOGUE, HERE).row_count
