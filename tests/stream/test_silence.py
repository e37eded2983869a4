from monitor.eventtime.clocks import FOREVER, NEVER, Clocks, Standing
from monitor.stream.silence import Silences

SILENCE, REPEAT = 1_800_000, 60_000
START = 10_000_000


def clocks(appended=START, *, value=START - 700, platform="taomall", **standing):
    """Make the clocks of a partition on which one platform delivered orders, last at an append time."""
    made = Clocks()
    made.standings[platform] = Standing(
        registered_from=0, disorder_ms=0, sends_clock=True, topics=("orders", "offers"), **standing
    )
    clock = made.topic(platform, "orders")
    clock.value, clock.appended = value, appended
    made.settle(platform)
    return made


def said(silences, made, *times):
    """Ask at each append time and list (time, silent)."""
    return [(time, one.silent) for time in times for one in silences.due(made, time)]


# append time   START            +30 min       +31 min        +32 min
# the record    |................|silent.......|repeated......|repeated


def test_silence_is_declared_after_half_an_hour_without_a_record_and_repeated_each_minute():
    """Exactly half an hour is not silence yet; an entry stands for a minute of append time."""
    made, first = clocks(), START + SILENCE
    times = (first, first + 1, first + REPEAT, first + REPEAT + 1, first + 2 * REPEAT + 1)

    assert [(first + 1, True), (first + REPEAT + 1, True), (first + 2 * REPEAT + 1, True)] == said(
        Silences(SILENCE, REPEAT), made, *times
    )


def test_an_entry_names_topics_since_and_clock():
    """The clock of a silence is the append time read to less half an hour; it began where the platform clock stood."""
    [saying] = Silences(SILENCE, REPEAT).due(clocks(), START + SILENCE + 5)

    assert (("orders",), START - 700, START + 5) == (saying.topics, saying.since, saying.clock)


def test_a_platform_whose_clock_never_moved_is_silent_since_its_last_record():
    """Without a clock the append time of the last record stands for it."""
    [saying] = Silences(SILENCE, REPEAT).due(clocks(value=NEVER), START + SILENCE + 5)

    assert START == saying.since


def test_the_next_record_ends_a_silence_once():
    """The end is said once, also while its entry is still on its way through the log."""
    silences, made = Silences(SILENCE, REPEAT), clocks()
    silences.due(made, START + SILENCE + 1)
    made.standings["taomall"].silent_since = START
    made.standings["taomall"].silent_clock = START + 1
    made.topic("taomall", "orders").appended = START + SILENCE + 2
    times = (START + SILENCE + 3, START + SILENCE + REPEAT + 9)

    assert [(START + SILENCE + 3, False)] == said(silences, made, *times)


def test_a_silence_in_force_is_taken_up_after_a_restore():
    """A new worker repeats a silence that the log holds, and ends it at the platform's next record."""
    made = clocks(silent_since=START, silent_clock=START + 1)
    repeated = said(Silences(SILENCE, REPEAT), made, START + SILENCE + 2, START + SILENCE + REPEAT + 1)
    made.topic("taomall", "orders").appended = START + SILENCE + 10

    assert [(START + SILENCE + REPEAT + 1, True)] == repeated
    assert [(START + SILENCE + 11, False)] == said(Silences(SILENCE, REPEAT), made, START + SILENCE + 11)


def test_a_platform_that_returns_far_behind_is_first_said_to_be_back():
    """A record read long after it was appended ends the silence; the next one is declared anew."""
    silences, made = Silences(SILENCE, REPEAT), clocks()
    silences.due(made, START + SILENCE + 1)
    made.topic("taomall", "orders").appended = START + SILENCE + 2
    far = START + 5 * SILENCE

    assert [(far, False), (far + 1, True)] == said(silences, made, far, far + 1)


def test_nobody_is_silent_who_never_delivered_here_or_is_retired():
    """A platform gates only from its first record here to its retirement."""
    never, retired = Clocks(), clocks()
    never.standings["taomall"] = clocks().standings["taomall"]
    retired.platforms["taomall"] = FOREVER

    assert [] == said(Silences(SILENCE, REPEAT), never, START * 9)
    assert [] == said(Silences(SILENCE, REPEAT), retired, START * 9)


def test_one_live_topic_keeps_a_platform_from_being_silent():
    """Silence is the platform's: its newest record on any topic counts."""
    made = clocks()
    made.topic("taomall", "offers").appended = START + SILENCE

    assert [] == said(Silences(SILENCE, REPEAT), made, START + SILENCE + 1)
