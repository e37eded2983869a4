import pytest

from monitor.eventtime.china import day_named
from monitor.law import statutes


def _in_force(name: str, day: str) -> bool:
    return statutes.in_force([name], [day_named(day)]) == [name]


@pytest.mark.parametrize(
    ("name", "last_before", "first"),
    [
        ("PL-14-2", "1998-04-30", "1998-05-01"),
        ("AML2008-17-2", "2008-07-31", "2008-08-01"),
        ("AML-22-1-2", "2022-07-31", "2022-08-01"),
        ("AML-22-1-4", "2022-07-31", "2022-08-01"),
        ("ECL-35", "2018-12-31", "2019-01-01"),
        ("NTM-32", "2021-04-30", "2021-05-01"),
        ("AUCL2019-12", "2017-12-31", "2018-01-01"),
        ("AUCL2025-13", "2025-10-14", "2025-10-15"),
        ("AUCL2025-14", "2025-10-14", "2025-10-15"),
        ("PRM", "2026-01-31", "2026-02-01"),
        ("PPR", "2026-04-09", "2026-04-10"),
    ],
)
def test_a_statute_begins_with_its_first_day(name, last_before, first):
    """A statute is in force on its first day and not on the day before."""
    assert (_in_force(name, last_before), _in_force(name, first)) == (False, True)


@pytest.mark.parametrize(
    ("name", "last", "after"),
    [
        ("AML2008-17-2", "2022-07-31", "2022-08-01"),
        ("AML2008-17-4", "2022-07-31", "2022-08-01"),
        ("AUCL2019-12", "2025-10-14", "2025-10-15"),
        ("PPR", "2031-04-09", "2031-04-10"),
    ],
)
def test_a_statute_ends_with_its_last_day(name, last, after):
    """A repealed statute is in force on its last day and not on the day after."""
    assert (_in_force(name, last), _in_force(name, after)) == (True, False)


def test_every_statute_of_any_contributing_day_is_cited():
    """An act over the change of the Anti-Monopoly Law falls under both texts."""
    days = [day_named("2022-07-31"), day_named("2022-08-01")]

    assert statutes.in_force(statutes.SUB_COST["D1"], days) == ["PL-14-2", "AML2008-17-2", "AML-22-1-2"]


def test_forced_dumping_before_its_law_is_a_matter_of_electronic_commerce():
    """D4 in July 2025 touches ECL-35 alone."""
    assert statutes.in_force(statutes.SUB_COST["D4"], [day_named("2025-07-12")]) == ["ECL-35"]


def test_an_authority_is_hinted_once():
    """Two statutes of one authority name it once, in the order of the statutes."""
    hint = statutes.authority_hint(["PL-14-2", "AML2008-17-2", "AML-22-1-2"])

    assert (
        hint
        == "provincial price authority determines dumping (Price Law 40); SAMR or an authorised provincial authority"
    )


def test_ids_are_unique_and_every_list_names_known_ones():
    """No id stands twice, and what detectors cite is in the table."""
    cited = {name for names in statutes.SUB_COST.values() for name in names} | set(statutes.EXCLUSIVITY)

    assert len(statutes.TABLE) == len(statutes.BY_ID)
    assert cited <= set(statutes.BY_ID)
