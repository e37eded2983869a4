"""Which records pull or release a lever, and which levers are absolute, throttling, or facts only."""

import msgspec
import pytest

from monitor.events import Fact, Lever, LeverUnit, OffersEvent, Scope, ScopeKind, ShopsEvent
from monitor.law.levers import (
    NAMES,
    WHOLE_SHOP,
    Pull,
    Thresholds,
    is_absolute,
    is_throttle,
    is_trigger,
    pulled,
    released,
)

LIMITS = Thresholds(radius_m=1000, radius_percent=20, min_order_times=5, delivery_fee_times=5, fee_raise_bp=300)
COMMON = {
    "event_id": "e1", "source": "p-feed#1", "sequence": 1, "sent_time": 1, "platform": "p", "shop": "s",
    "subject": "m1:a", "event_time": 1, "source_grade": "platform_feed",
}  # fmt: skip
PRICE = {"sku": "k", "list_fen": 100, "net_fen": 80}


def event(kind, actor="platform_staff", **fields) -> Fact:
    return msgspec.convert({"type": kind, **COMMON, "actor": actor, **fields}, ShopsEvent | OffersEvent)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (event("status_changed", status="blocked"), Lever.BLOCK_SHOP),
        (event("status_changed", status="blocked", actor="system"), Lever.BLOCK_SHOP),
        (event("status_changed", status="blocked", actor="unknown"), Lever.BLOCK_SHOP),
        (event("status_changed", status="blocked", actor="merchant"), None),
        (event("status_changed", status="paused"), Lever.REST_SHOP),
        (event("status_changed", status="closed", actor="platform_algorithm"), Lever.REST_SHOP),
        (event("status_changed", status="closed", actor="merchant"), None),
        (event("status_changed", status="closed", actor="unknown"), None),
        (event("status_changed", status="deregistered"), None),
        (event("status_changed", status="open"), None),
        (event("listing_changed", state="delisted", sku="k"), Lever.DELIST_ITEM),
        (event("listing_changed", state="delisted", actor="merchant"), None),
        (event("listing_changed", state="listed"), None),
        (event("promotion_left", campaign="c"), Lever.PROMO_EXCLUDE),
        (event("promotion_left", campaign="c", actor="merchant"), None),
        (event("promotion_forced", campaign="c"), Lever.PROMO_FORCE),
        (event("auto_follow_enabled"), Lever.AUTO_FOLLOW_ON),
        (event("auto_follow_enabled", actor="merchant"), None),
        (event("price_overridden", before_fen=100, consent="absent", **PRICE), Lever.PRICE_OVERRIDE),
        (event("price_changed", **PRICE), None),
        (event("lever_pulled", lever="TRAFFIC_LIMIT", scope={"kind": "shop"}, actor="merchant"), Lever.TRAFFIC_LIMIT),
    ],
)
def test_levers_are_derived_from_records(record, expected):
    """A record pulls the lever that verdicts.md derives from it, by its actor, or none."""
    pull = pulled(record)

    assert (pull and pull.lever) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (event("status_changed", status="open"), [Lever.BLOCK_SHOP, Lever.REST_SHOP]),
        (event("status_changed", status="opened"), []),
        (event("listing_changed", state="listed", sku="k"), [Lever.DELIST_ITEM]),
        (event("listing_changed", state="delisted", sku="k"), []),
        (event("promotion_joined", campaign="c"), [Lever.PROMO_EXCLUDE]),
        (event("auto_follow_disabled"), [Lever.AUTO_FOLLOW_ON]),
        (event("lever_released", lever="FEE_RAISE", scope={"kind": "shop"}), [Lever.FEE_RAISE]),
        (event("promotion_left", campaign="c"), []),
    ],
)
def test_releases_are_derived_from_records(record, expected):
    """A record releases the levers that its counterpart pulled."""
    assert [pull.lever for pull in released(record)] == expected


def test_scope_is_the_sku_the_campaign_or_the_whole_shop():
    """A delisted SKU, a campaign and a shop without either give three scopes."""
    records = [
        event("listing_changed", state="delisted", sku="k"),
        event("promotion_left", campaign="c", sku="k"),
        event("listing_changed", state="delisted"),
        event("promotion_left", sku="k"),
    ]

    assert [pulled(record).scope for record in records] == [
        Scope(ScopeKind.sku, "k"),
        Scope(ScopeKind.campaign, "c"),
        WHOLE_SHOP,
        Scope(ScopeKind.sku, "k"),
    ]


def values(lever, before, after, unit=None):
    return Pull(lever, WHOLE_SHOP, before=before, after=after, unit=unit)


@pytest.mark.parametrize(
    ("pull", "expected"),
    [
        (values(Lever.DELIVERY_RADIUS_CUT, 3000, 1000), False),
        (values(Lever.DELIVERY_RADIUS_CUT, 3000, 999), True),
        (values(Lever.DELIVERY_RADIUS_CUT, None, 999), True),
        (values(Lever.DELIVERY_RADIUS_CUT, 10000, 2000), False),
        (values(Lever.DELIVERY_RADIUS_CUT, 10000, 1999), True),
        (values(Lever.DELIVERY_RADIUS_CUT, None, 1999), False),
        (values(Lever.MIN_ORDER_RAISE, 2000, 10000), False),
        (values(Lever.MIN_ORDER_RAISE, 2000, 10001), True),
        (values(Lever.DELIVERY_FEE_RAISE, 500, 2500), False),
        (values(Lever.DELIVERY_FEE_RAISE, 500, 2501), True),
        (values(Lever.DELIVERY_FEE_RAISE, None, 2501), False),
        (values(Lever.DELIVERY_FEE_RAISE, 500, None), False),
        (values(Lever.FEE_RAISE, 500, 5000), False),
    ],
)
def test_throttle_begins_beyond_the_threshold(pull, expected):
    """1 km, a fifth and five times are not throttling; one unit beyond is, and then the lever is absolute."""
    assert (is_throttle(pull, LIMITS), is_absolute(pull, LIMITS)) == (expected, expected)


@pytest.mark.parametrize(
    ("pull", "expected"),
    [
        (values(Lever.FEE_RAISE, 1800, 2100, LeverUnit.basis_point), True),
        (values(Lever.FEE_RAISE, 1800, 2099, LeverUnit.basis_point), False),
        (values(Lever.FEE_RAISE, 1800, 2500, LeverUnit.fen), False),
        (values(Lever.FEE_RAISE, None, 2500, LeverUnit.basis_point), False),
        (values(Lever.PRICE_OVERRIDE, 100, 80), False),
        (values(Lever.PROMO_FORCE, None, None), False),
        (values(Lever.AUTO_FOLLOW_ON, None, None), False),
        (values(Lever.RANK_LOCK, None, None), False),
        (values(Lever.BANNER_REMOVE, None, None), True),
    ],
)
def test_only_levers_beyond_the_threshold_begin_an_episode(pull, expected):
    """A fee rise is a lever from 300 basis points; carrots, overrides, forced promotions and following are facts."""
    assert is_trigger(pull, LIMITS) == expected


@pytest.mark.parametrize("lever", [Lever.BLOCK_SHOP, Lever.REST_SHOP, Lever.PEAK_HIDE])
def test_levers_that_stop_a_shop_are_absolute(lever):
    """Blocking, resting and hiding at peaks are absolute."""
    assert is_absolute(Pull(lever, WHOLE_SHOP), LIMITS)


def test_a_delisting_is_absolute_only_for_the_whole_shop():
    """One SKU off the shelf is a soft lever, all of the shop an absolute one."""
    scopes = (WHOLE_SHOP, Scope(ScopeKind.sku, "k"))

    assert [is_absolute(Pull(Lever.DELIST_ITEM, scope), LIMITS) for scope in scopes] == [True, False]


def test_every_lever_has_a_name_in_both_languages():
    """No lever is without a Chinese and an English name."""
    assert [lever for lever in Lever if not (NAMES[lever].zh and NAMES[lever].en)] == []
