"""S2, S3, S6 and the grades: exits, releases, texts that name the rival, and meal peaks, at their boundaries."""

import pytest

DAY = "2020-06-10"
END = ("2020-06-30", "00:30")
FEE = {"value_before": 500, "value_after": 5000, "unit": "fen"}


def after_lever(story, lever="PEAK_HIDE", clock="10:00", **fields):
    """Tell a history of ten days and a lever on P."""
    story.history(DAY, 10)
    story.lever(lever, DAY, clock, **fields)


def outcome(run):
    return run.last["grade"], run.last["sequences"]


@pytest.mark.parametrize(
    ("filed", "released", "expected"),
    [
        (("2020-06-10", "20:00"), ("2020-06-12", "20:00"), ["S2"]),
        (("2020-06-10", "20:00"), ("2020-06-12", "20:01"), []),
        (("2020-06-10", "20:00"), ("2020-06-10", "20:00"), ["S2"]),
        (("2020-06-10", "20:00"), ("2020-06-10", "19:59"), []),
        (("2020-06-10", "09:59"), ("2020-06-10", "20:00"), []),
    ],
)
def test_a_release_within_48_h_of_a_complaint_is_s2_and_stays_pressed(story, filed, released, expected):
    """A release up to 48 h after a complaint about a lever in force is S2; it never relieves."""
    after_lever(story)
    story.complaint("complaint_filed", *filed)
    story.lever("PEAK_HIDE", *released, kind="lever_released")

    assert outcome(story.at(END)) == ("pressed", expected)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (("2020-06-24", "10:00"), ("exited", ["S3"])),
        (("2020-06-24", "10:01"), ("pressed", [])),
        (("2020-06-10", "10:00"), ("exited", ["S3"])),
        (("2020-06-10", "09:59"), ("pressed", [])),
    ],
)
def test_an_exit_within_14_days_of_the_lever_is_s3(story, left, expected):
    """The rival's shop closed up to 14 d after the lever is an exit; a minute more, or before the lever, is none."""
    after_lever(story)
    story.status("closed", "Q", *left)

    assert outcome(story.at(END)) == expected


@pytest.mark.parametrize(
    ("leave", "expected"),
    [
        (lambda s: s.status("closed", "Q", "2020-06-11", "10:00"), "exited"),
        (lambda s: s.status("paused", "Q", "2020-06-11", "10:00", actor="unknown"), "exited"),
        (lambda s: s.status("deregistered", "Q", "2020-06-11", "10:00"), "exited"),
        (lambda s: s.status("closed", "Q", "2020-06-11", "10:00", actor="platform_staff"), "pressed"),
        (lambda s: s.status("blocked", "Q", "2020-06-11", "10:00", actor="unknown"), "pressed"),
        (lambda s: s.listing("delisted", "Q", "2020-06-11", "10:00", listed_count=0), "exited"),
        (lambda s: s.listing("delisted", "Q", "2020-06-11", "10:00", sku="k", listed_count=0), "exited"),
        (lambda s: s.listing("delisted", "Q", "2020-06-11", "10:00", sku="k", listed_count=1), "pressed"),
        (lambda s: s.listing("delisted", "Q", "2020-06-11", "10:00", sku="k"), "pressed"),
        (lambda s: s.listing("delisted", "Q", "2020-06-11", "10:00", actor="platform_algorithm"), "pressed"),
    ],
)
def test_an_exit_is_the_merchants_last_shop_closed_or_emptied_and_not_by_the_rival(story, leave, expected):
    """Closed, paused, deregistered or without any listing, and not by the rival's own act: an exit."""
    after_lever(story)
    leave(story)

    assert story.at(END).last["grade"] == expected


def test_no_exit_while_another_shop_is_open_on_the_rival(story):
    """Of two shops on the rival one closes and the other sells on: no exit until that one closes, too."""
    after_lever(story)
    story.line("Q", "2020-06-09", shop="Q-two")
    story.status("closed", "Q", "2020-06-11", "10:00")
    run = story.at(("2020-06-12", "00:30"))
    before = run.last["grade"]
    story.status("closed", "Q", "2020-06-12", "10:00", shop="Q-two")
    run.tell(story.events[-1][1], story.events[-1][0])

    assert (before, run.last["grade"], run.fact("exit")["shop"]) == ("pressed", "exited", "Q-two")


@pytest.mark.parametrize(
    ("closed", "actor", "expected"),
    [
        (("2020-06-18", "10:00"), "merchant", ("pressed", "failed")),
        (("2020-06-18", "10:01"), "merchant", ("exited", "passed")),
        (("2020-06-10", "12:00"), "merchant", ("pressed", "failed")),
        (("2020-06-12", "10:00"), "platform_staff", ("exited", "passed")),
    ],
)
def test_closing_everywhere_within_seven_days_is_no_exit(story, closed, actor, expected):
    """The merchant who closes P, too, within 7 d of the exit gave up: no exit, grade and S3 go, the lead stays."""
    after_lever(story)
    story.status("closed", "Q", "2020-06-11", "10:00")
    story.status("closed", "P", *closed, actor=actor)
    run = story.at(END)

    assert (run.last["grade"], run.checks()["closing_everywhere"]) == expected
    assert (run.last["level"], "S3" in run.last["sequences"]) == ("lead", expected[0] == "exited")


def test_an_exit_alone_makes_a_soft_lever_a_lead(story):
    """A soft lever that was released at once becomes a lead with the exit from the rival."""
    after_lever(story, "TRAFFIC_LIMIT")
    story.lever("TRAFFIC_LIMIT", DAY, "10:10", kind="lever_released")
    story.status("closed", "Q", "2020-06-12", "10:00")
    run = story.at((DAY, "12:00"), ("2020-06-12", "00:30"), ("2020-06-12", "10:00"))

    assert run.told("grade", "reason")[-2:] == [
        ("U", "n", "12 00:30", "pressed", "day_closed"),
        ("U", "l", "12 10:00", "exited", "fact_added"),
    ]


@pytest.mark.parametrize(
    ("released", "expected"),
    [
        (("2020-06-12", "10:00"), "relieved"),
        (("2020-06-12", "09:59"), "exited"),
        (("2020-06-26", "10:00"), "relieved"),
        (("2020-06-26", "10:01"), "exited"),
    ],
)
def test_a_release_at_or_within_14_days_after_the_exit_relieves(story, released, expected):
    """From the instant of the exit to 14 d after it a release relieves; before or later it does not."""
    after_lever(story)
    story.status("closed", "Q", "2020-06-12", "10:00")
    story.lever("PEAK_HIDE", *released, kind="lever_released")

    assert story.at(END).last["grade"] == expected


@pytest.mark.parametrize(
    ("named", "warned", "leaves", "expected"),
    [
        ("Q", None, True, "relieved"),
        ("R", None, True, "exited"),
        (None, "2020-06-08", True, "relieved"),
        (None, "2020-06-14", True, "relieved"),
        ("Q", None, False, "pressed"),
    ],
)
def test_a_text_that_names_the_rival_stands_for_the_release(story, named, warned, leaves, expected):
    """A lever or a warning that names the rival, before or after, stands for the release, never for the exit."""
    after_lever(story, rival_named=named)
    if warned:
        text = {"notice": "w", "text_sha256": "0" * 64, "rival_named": "Q", "deadline": None}
        story.tell("warning_issued", "P", warned, "10:00", actor="platform_staff", **text)
    if leaves:
        story.status("closed", "Q", "2020-06-12", "10:00")

    assert story.at(END).last["grade"] == expected


@pytest.mark.parametrize(
    ("pulled", "released", "tagged"),
    [
        ("10:30", ("2020-06-10", "20:00"), "10 20:00"),
        ("10:30", ("2020-06-10", "19:59"), None),
        ("10:31", None, "11 13:30"),
        ("16:30", None, "11 13:30"),
        ("16:31", None, "11 20:00"),
        ("16:31", ("2020-06-11", "19:59"), None),
    ],
)
def test_s6_needs_two_meal_peaks_in_full(story, pulled, released, tagged):
    """Throttled terms in force throughout two meal peaks are S6, at the end of the second by P's clock."""
    after_lever(story, "DELIVERY_FEE_RAISE", pulled, **FEE)
    if released:
        story.lever("DELIVERY_FEE_RAISE", *released, kind="lever_released", **FEE)
    run = story.at(*((f"2020-06-{day}", clock) for day in (10, 11) for clock in ("11:00", "13:30", "20:00")))
    first = next((told[2] for told in run.told("sequences") if "S6" in told[3]), None)

    assert first == tagged


@pytest.mark.parametrize(
    ("lever", "before", "after", "expected"),
    [
        ("DELIVERY_RADIUS_CUT", 3000, 1000, "notice"),
        ("DELIVERY_RADIUS_CUT", 3000, 999, "lead"),
        ("DELIVERY_RADIUS_CUT", 10000, 2000, "notice"),
        ("DELIVERY_RADIUS_CUT", 10000, 1999, "lead"),
        ("MIN_ORDER_RAISE", 2000, 10000, "notice"),
        ("MIN_ORDER_RAISE", 2000, 10001, "lead"),
        ("DELIVERY_FEE_RAISE", 500, 2500, "notice"),
        ("DELIVERY_FEE_RAISE", 500, 2501, "lead"),
    ],
)
def test_terms_beyond_a_threshold_are_absolute(story, lever, before, after, expected):
    """A radius under 1 km or a fifth, a minimum order or fee over five times: one unit beyond is absolute."""
    after_lever(story, lever, value_before=before, value_after=after, unit="metre")

    assert story.at((DAY, "12:00")).last["level"] == expected


def test_a_release_beyond_14_days_relieves_nothing_even_while_a_later_lever_keeps_the_window_open(story):
    """A lever of the last day prolongs the window, but not the time in which a release rewards the exit."""
    after_lever(story)
    story.status("closed", "Q", "2020-06-12", "10:00")
    story.lever("TRAFFIC_LIMIT", "2020-06-24", "10:00")
    story.lever("PEAK_HIDE", "2020-06-26", "10:01", kind="lever_released")

    assert story.at(END).last["grade"] == "exited"


def test_terms_on_the_threshold_are_no_s6(story):
    """A delivery fee of exactly five times the one before is a soft lever and never S6."""
    after_lever(story, "DELIVERY_FEE_RAISE", value_before=500, value_after=2500, unit="fen")
    run = story.at(("2020-06-12", "20:00"))

    assert (run.last["level"], run.last["sequences"]) == ("notice", [])
