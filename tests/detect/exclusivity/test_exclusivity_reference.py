"""The reference stories of exclusivity: the revisions as verdicts.md lists them, and what the last one says."""

from monitor.eventtime.china import day_named

PASSED, FAILED, NO_DATA = "passed", "failed", "no_data"


def test_g1_wenzhou(story):
    """A shop blocked the evening of a refusal and opened after a complaint is a lead with S1 and S2, then resolved."""
    story.history("2019-05-15", 10)
    story.status("blocked", "P", "2019-05-15", "22:48", actor="platform_staff", reason_code="not_cooperating")
    story.complaint("exclusivity_refused", "2019-05-15", "15:00", arrives=("2019-05-16", "09:05"))
    story.complaint("complaint_filed", "2019-05-16", "09:00", arrives=("2019-05-16", "09:05"))
    story.status("open", "P", "2019-05-16", "21:59", actor="platform_staff")
    run = story.run()

    assert run.told("provisional", "sequences", "reason") == [
        ("O", "n", "15 22:48", True, [], "opened"),
        ("U", "l", "15 23:48", True, [], "holdback_passed"),
        ("U", "l", "16 00:30", False, [], "day_closed"),
        ("U", "l", "16 09:05", False, ["S1"], "late_event"),
        ("U", "l", "16 21:59", False, ["S1", "S2"], "released"),
        ("R", "l", "24 00:30", False, ["S1", "S2"], "ended"),
    ]
    last = run.last
    assert (last["grade"], last["rival"], last["severity"], last["respondent"]) == ("pressed", "Q", "medium", "P")
    assert run.checks() == {
        "actor": PASSED,
        "basis": PASSED,
        "contract_ref": PASSED,
        "shop_age": NO_DATA,
        "platform_wide": NO_DATA,
        "feed_quality": PASSED,
    }
    assert set(last["statutes"]) == {"ECL-35", "AUCL2019-12", "AML2008-17-4"}


def throttled(story):
    """Three delivery levers at 10:30 of 10 June 2020, released on the 12th at 20:00."""
    story.history("2020-06-10", 10)
    changes = [
        ("DELIVERY_RADIUS_CUT", 3000, 500, "metre"),
        ("MIN_ORDER_RAISE", 2000, 50000, "fen"),
        ("DELIVERY_FEE_RAISE", 500, 5000, "fen"),
    ]
    for kind, day, clock in (("lever_pulled", "2020-06-10", "10:30"), ("lever_released", "2020-06-12", "20:00")):
        for lever, before, after, unit in changes:
            values = {"value_before": before, "value_after": after, "unit": unit}
            story.lever(lever, day, clock, kind=kind, lever_id=f"id-{lever}", **values)


def test_g2_throttled_delivery(story):
    """Three delivery levers over two meal peaks are a lead with S6 and without S1."""
    throttled(story)
    run = story.run()

    assert run.told("provisional", "sequences", "reason") == [
        ("O", "n", "10 10:30", True, [], "opened"),
        ("U", "n", "10 10:30", True, [], "fact_added"),
        ("U", "n", "10 10:30", True, [], "fact_added"),
        ("U", "l", "10 11:30", True, [], "holdback_passed"),
        ("U", "l", "10 20:00", True, ["S6"], "fact_added"),
        ("U", "l", "11 00:30", False, ["S6"], "day_closed"),
        ("U", "l", "12 20:00", False, ["S6"], "released"),
        ("U", "l", "12 20:00", False, ["S6"], "released"),
        ("U", "l", "12 20:00", False, ["S6"], "released"),
        ("R", "l", "20 00:30", False, ["S6"], "ended"),
    ]
    last = run.last
    assert (last["grade"], last["rival"], last["severity"]) == ("pressed", "Q", "medium")
    assert run.checks() == {
        "actor": PASSED,
        "basis": PASSED,
        "contract_ref": PASSED,
        "shop_age": NO_DATA,
        "platform_wide": NO_DATA,
        "geo_common": NO_DATA,
        "feed_quality": PASSED,
    }
    assert set(last["statutes"]) == {"ECL-35", "AUCL2019-12", "AML2008-17-4"}


def test_n3_a_merchant_who_closes_everywhere(story):
    """A merchant who closes both shops himself and is deregistered makes no alert and no count."""
    story.history("2019-05-15", 10)
    story.status("closed", "Q", "2019-05-15", "09:00")
    story.status("closed", "P", "2019-05-15", "09:30")
    story.status("deregistered", "Q", "2019-05-17", "09:00", actor="system")
    story.status("deregistered", "P", "2019-05-17", "09:30", actor="system")
    run = story.run()

    assert (run.revisions, run.counts()) == ([], {})


def test_n4_out_of_stock(story):
    """A delisting by the algorithm at no stock is counted as explained by the stock."""
    story.history("2019-05-15", 10)
    story.listing("delisted", "P", "2019-05-15", "10:00", actor="platform_algorithm", sku="k", stock="none")
    story.listing("listed", "P", "2019-05-17", "10:00", sku="k", stock="normal")
    run = story.run()

    assert (run.revisions, run.counts()) == ([], {("explained:stock", "P", day_named("2019-05-15")): 1})


def test_n5_published_sanction(story):
    """A shop blocked on a published sanction for counterfeits is counted as explained by its basis."""
    story.history("2019-05-15", 10)
    story.sanction("2019-05-15", "10:00")
    basis = {"rule": None, "notice": "n-1"}
    story.status("blocked", "P", "2019-05-15", "11:00", actor="platform_staff", basis=basis)
    run = story.run()

    assert (run.revisions, run.counts()) == ([], {("explained:basis", "P", day_named("2019-05-15")): 1})


def test_n7_flagship(story):
    """Exclusivity sold and paid for, then an exit from the rival and a reward, makes no alert and no count."""
    story.history("2019-03-01", 10)
    story.agreement("P", "2019-03-01", "10:00")
    story.status("closed", "Q", "2019-03-05", "10:00")
    story.lever("RANK_LOCK", "2019-03-06", "10:00")
    run = story.run()

    assert (run.revisions, run.counts()) == ([], {})
