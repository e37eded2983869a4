"""Why a subject has no alert: the committed state of its partition, opened as a worker would open it, and asked."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from monitor.detect.registry import Clock, Detector, Family, registered
from monitor.detect.telling import Kind, Line
from monitor.engine.desk import Desk
from monitor.engine.partition import OWN, Partition
from monitor.engine.values import read_prefix
from monitor.settings import Settings
from monitor.wire.logs import opened
from monitor.wire.subjects import partition_of

MESSAGES = 1_000
"""Below it a due time is no time but a message: the key is due at once."""


class Account(Struct, frozen=True):
    """What one detector says; `keys` are its keys of the subject, `touched` the last transaction that wrote one."""

    detector: str
    version: str
    keys: int
    touched: int
    lines: list[Line]


class Answer(Struct, frozen=True):
    """What the committed state of a partition says of a subject.

    `transaction` is the last one of the partition, 0 where none was committed; `applied` the last offset applied by
    topic, `clocks` the platform clocks in ms, `rule` the rule set in force. `accounts` is empty for a subject unknown.
    """

    subject: str
    partition: int
    transaction: int
    applied: dict[str, int]
    clocks: dict[str, int]
    rule: str
    accounts: list[Account]

    @property
    def platforms(self) -> list[str]:
        """The platforms that any line is about."""
        return sorted({line.platform for account in self.accounts for line in account.lines})


async def ask(settings: Settings, subject: str, platform: str | None = None) -> Answer:
    """Read the state of a subject's partition and let every detector tell; `platform` leaves the others out.

    Reads what is committed and writes nothing, so a worker may run. Raises WeAreWrong for a state of a newer version.
    """
    number = partition_of(subject, settings.partitions)
    partition = Partition(number, registered(settings.detectors), mode=settings.mode)
    async with opened(settings, ("state",), (number,)) as logs:
        async for record in logs.records():
            if concerns(record.key, subject):
                partition.restore(record.key, record.value)
    partition.open()
    return answer(partition, subject, platform)


def concerns(key: bytes, subject: str) -> bool:
    """Answer whether a key is the engine's own, the subject's, or nobody's, as costs of products are."""
    tag, _, rest = key.decode().partition("\n")
    return tag in OWN or rest.partition("\n")[0] in {"", subject}


def answer(partition: Partition, subject: str, platform: str | None = None) -> Answer:
    """Let every detector of an opened partition tell about a subject."""
    rules = partition.meta.rules
    accounts = [_account(partition, detector, subject, platform) for detector in partition.detectors]
    return Answer(
        subject,
        partition.number,
        partition.transaction,
        dict(partition.applied),
        dict(partition.clocks.platforms),
        f"{rules.id} {rules.version}",
        [account for account in accounts if account.keys],
    )


def _account(partition: Partition, detector: Detector, subject: str, platform: str | None) -> Account:
    keys = _keys_of(partition, detector, subject)
    desk = Desk(partition)
    told = list(detector.why(desk, subject, keys)) if detector.why is not None and keys else []
    lines = [*told, *_dues(desk, detector, keys)]
    return Account(
        detector.id,
        detector.version,
        len(keys),
        max((read_prefix(partition.keys.stored[key]).transaction for key in keys), default=0),
        [line for line in lines if platform in (None, line.platform)],
    )


def _keys_of(partition: Partition, detector: Detector, subject: str) -> list[str]:
    tags = {family.tag for family in detector.families}
    named = (key.split("\n", 2) for key in partition.keys.stored)
    return sorted("\n".join(parts) for parts in named if parts[0] in tags and parts[1] == subject)


def _dues(desk: Desk, detector: Detector, keys: Sequence[str]) -> Iterator[Line]:
    """Say of each platform which key is looked at next: its due time against the clock of its family."""
    families = {family.tag: family for family in detector.families}
    earliest: dict[str, tuple[int, str]] = {}
    for key in keys:
        due, platform = desk.due_of(key), key.split("\n", 3)[2]
        if due and (platform not in earliest or (due, key) < earliest[platform]):
            earliest[platform] = due, key
    for platform, (due, key) in sorted(earliest.items()):
        yield _due(desk, families[key.partition("\n")[0]], platform, due, key)


def _due(desk: Desk, family: Family, platform: str, due: int, key: str) -> Line:
    rival = key.split("\n", 4)[3] if family.clock is Clock.joint else None
    if rival is not None:
        now, whose = desk.joint_clock(platform, rival), f"the clocks of {platform} and {rival} pass"
    elif family.clock is Clock.orders:
        now, whose = desk.topic_clock(platform, "orders"), f"the orders clock of {platform} passes"
    else:
        now, whose = desk.clock(platform), f"the clock of {platform} passes"
    if due < MESSAGES:
        return Line(kind=Kind.waits, platform=platform, name="due", text="is judged anew at the next record")
    text = f"is looked at next when {whose} the due time"
    return Line(kind=Kind.waits, platform=platform, name="due", text=text, about=rival, due=due, clock=now)
