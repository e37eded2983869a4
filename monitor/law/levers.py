"""Levers: what a platform can do to a merchant, how each is called, and which records pull or release one.

Some levers come as `lever_pulled`; others are derived from a shop's status, its listings, promotions and prices
(verdicts.md 3). A release is paired with its lever by lever id, else by shop, lever and scope.
"""

from collections.abc import Callable

from msgspec import Struct

from monitor.events import (
    PLATFORM_ACTORS,
    Actor,
    AutoFollowDisabled,
    AutoFollowEnabled,
    Fact,
    Lever,
    LeverPulled,
    LeverReleased,
    LeverUnit,
    ListingChanged,
    ListingState,
    PriceOverridden,
    PromotionForced,
    PromotionJoined,
    PromotionLeft,
    Scope,
    ScopeKind,
    ShopStatus,
    StatusChanged,
)

CARROTS = frozenset({Lever.FEE_CUT, Lever.RANK_LOCK, Lever.BANNER_GRANT, Lever.SUBSIDY_GRANT, Lever.DEPOSIT_REFUND})
FACTS_ONLY = CARROTS | {Lever.PRICE_OVERRIDE, Lever.PROMO_FORCE, Lever.AUTO_FOLLOW_ON}
"""Told as facts beside a lever; they never begin or prolong an episode."""

SHOP_WIDE_ABSOLUTE = frozenset({Lever.BLOCK_SHOP, Lever.REST_SHOP, Lever.PEAK_HIDE})
DELIVERY = frozenset({Lever.DELIVERY_RADIUS_CUT, Lever.MIN_ORDER_RAISE, Lever.DELIVERY_FEE_RAISE})
VISIBILITY = frozenset({Lever.SEARCH_DEMOTE, Lever.TRAFFIC_LIMIT, Lever.ALGO_DEMOTE, Lever.BANNER_REMOVE})

WHOLE_SHOP = Scope(ScopeKind.shop)


class Pull(Struct, frozen=True, gc=False, array_like=True):
    """A lever as a record tells it, pulled or released; values are in `unit`, null where the record has none."""

    lever: Lever
    scope: Scope
    lever_id: str | None = None
    before: int | None = None
    after: int | None = None
    unit: LeverUnit | None = None
    rival_named: str | None = None


class Thresholds(Struct, frozen=True):
    """From where a change of delivery terms counts as throttling (S6) and a fee rise as a lever."""

    radius_m: int
    radius_percent: int
    min_order_times: int
    delivery_fee_times: int
    fee_raise_bp: int


def pulled(event: Fact) -> Pull | None:
    """Answer the lever that a record pulls, or None; what the merchant does to his own shop is no lever."""
    read = _PULLS.get(type(event))
    return None if read is None else read(event)


def released(event: Fact) -> tuple[Pull, ...]:
    """List the levers that a record releases: one, or the two that an open shop ends."""
    read = _RELEASES.get(type(event))
    return () if read is None else read(event)


def is_trigger(pull: Pull, limits: Thresholds) -> bool:
    """Answer whether a lever begins or prolongs an episode; a fee rise only from the threshold, in basis points."""
    if pull.lever is Lever.FEE_RAISE:
        return _rise_bp(pull) >= limits.fee_raise_bp
    return pull.lever not in FACTS_ONLY


def is_absolute(pull: Pull, limits: Thresholds) -> bool:
    """Answer whether a lever alone stops a merchant's trade; all others are soft."""
    if pull.lever is Lever.DELIST_ITEM:
        return pull.scope.kind is ScopeKind.shop
    return pull.lever in SHOP_WIDE_ABSOLUTE or is_throttle(pull, limits)


def is_throttle(pull: Pull, limits: Thresholds) -> bool:
    """Answer whether delivery terms cross a threshold of S6; one that needs the value before is not without it."""
    after = pull.after
    if after is None:
        return False
    if pull.lever is Lever.DELIVERY_RADIUS_CUT:
        shrunk = pull.before is not None and after * 100 < pull.before * limits.radius_percent
        return after < limits.radius_m or shrunk
    times = {
        Lever.MIN_ORDER_RAISE: limits.min_order_times,
        Lever.DELIVERY_FEE_RAISE: limits.delivery_fee_times,
    }.get(pull.lever)
    return times is not None and pull.before is not None and after > pull.before * times


def _rise_bp(pull: Pull) -> int:
    if pull.unit is not LeverUnit.basis_point or pull.before is None or pull.after is None:
        return 0
    return pull.after - pull.before


def _by_platform(event: Fact) -> bool:
    return event.actor in PLATFORM_ACTORS


def _of_status(event: StatusChanged) -> Pull | None:
    """A shop blocked by nobody known is a lever all the same: merchants do not block themselves."""
    if event.status is ShopStatus.blocked and event.actor is not Actor.merchant:
        return Pull(Lever.BLOCK_SHOP, WHOLE_SHOP)
    if event.status in _RESTING and _by_platform(event):
        return Pull(Lever.REST_SHOP, WHOLE_SHOP)
    return None


_RESTING = frozenset({ShopStatus.paused, ShopStatus.closed})


def _of_listing(event: ListingChanged) -> Pull | None:
    if event.state is ListingState.delisted and _by_platform(event):
        return Pull(Lever.DELIST_ITEM, _goods(event.sku))
    return None


def _goods(sku: str | None) -> Scope:
    return WHOLE_SHOP if sku is None else Scope(ScopeKind.sku, sku)


def _place(campaign: str | None, sku: str | None) -> Scope:
    return _goods(sku) if campaign is None else Scope(ScopeKind.campaign, campaign)


def _of_promotion_left(event: PromotionLeft) -> Pull | None:
    return Pull(Lever.PROMO_EXCLUDE, _place(event.campaign, event.sku)) if _by_platform(event) else None


def _of_promotion_forced(event: PromotionForced) -> Pull:
    return Pull(Lever.PROMO_FORCE, _place(event.campaign, event.sku))


def _of_auto_follow(event: AutoFollowEnabled) -> Pull | None:
    return Pull(Lever.AUTO_FOLLOW_ON, _goods(event.sku)) if _by_platform(event) else None


def _of_override(event: PriceOverridden) -> Pull:
    return Pull(
        Lever.PRICE_OVERRIDE,
        _goods(event.sku),
        before=event.before_fen,
        after=event.net_fen,
        unit=LeverUnit.fen,
        rival_named=event.rival,
    )


def _told(event: LeverPulled | LeverReleased) -> Pull:
    return Pull(
        event.lever,
        event.scope,
        event.lever_id,
        event.value_before,
        event.value_after,
        event.unit,
        event.rival_named,
    )


def _opened(event: StatusChanged) -> tuple[Pull, ...]:
    if event.status is not ShopStatus.open:
        return ()
    return (Pull(Lever.BLOCK_SHOP, WHOLE_SHOP), Pull(Lever.REST_SHOP, WHOLE_SHOP))


def _listed(event: ListingChanged) -> tuple[Pull, ...]:
    return (Pull(Lever.DELIST_ITEM, _goods(event.sku)),) if event.state is ListingState.listed else ()


_PULLS: dict[type, Callable[..., Pull | None]] = {
    StatusChanged: _of_status,
    ListingChanged: _of_listing,
    PromotionLeft: _of_promotion_left,
    PromotionForced: _of_promotion_forced,
    AutoFollowEnabled: _of_auto_follow,
    PriceOverridden: _of_override,
    LeverPulled: _told,
}

_RELEASES: dict[type, Callable[..., tuple[Pull, ...]]] = {
    StatusChanged: _opened,
    ListingChanged: _listed,
    PromotionJoined: lambda event: (Pull(Lever.PROMO_EXCLUDE, _place(event.campaign, event.sku)),),
    AutoFollowDisabled: lambda event: (Pull(Lever.AUTO_FOLLOW_ON, _goods(event.sku)),),
    LeverReleased: lambda event: (_told(event),),
}


class LeverName(Struct, frozen=True):
    """How a lever is called."""

    zh: str
    en: str


NAMES: dict[Lever, LeverName] = {
    Lever.SEARCH_DEMOTE: LeverName("搜索降权", "search demotion"),
    Lever.TRAFFIC_LIMIT: LeverName("限制流量", "traffic limit"),
    Lever.ALGO_DEMOTE: LeverName("算法降权", "algorithmic demotion"),
    Lever.PROMO_EXCLUDE: LeverName("取消促销资格", "exclusion from a promotion"),
    Lever.PROMO_FORCE: LeverName("强制参加促销", "forced promotion"),
    Lever.BANNER_REMOVE: LeverName("撤下展示位", "loss of a banner"),
    Lever.SUBSIDY_CUT: LeverName("取消补贴", "cut of a subsidy"),
    Lever.FEE_RAISE: LeverName("提高费率", "rise of a fee"),
    Lever.FEE_ITEM_ADD: LeverName("增加收费项目", "a new fee"),
    Lever.DEPOSIT_CHARGE: LeverName("收取保证金", "charge of a deposit"),
    Lever.DEPOSIT_DEDUCT: LeverName("扣除保证金", "deduction from a deposit"),
    Lever.DELIST_ITEM: LeverName("下架商品", "delisting"),
    Lever.BLOCK_SHOP: LeverName("屏蔽店铺", "blocked shop"),
    Lever.REST_SHOP: LeverName("店铺置休", "shop put to rest"),
    Lever.ONBOARD_DELAY: LeverName("拖延入驻", "delayed onboarding"),
    Lever.DELIVERY_RADIUS_CUT: LeverName("缩小配送范围", "cut of the delivery radius"),
    Lever.MIN_ORDER_RAISE: LeverName("提高起送价", "rise of the minimum order"),
    Lever.DELIVERY_FEE_RAISE: LeverName("提高配送费", "rise of the delivery fee"),
    Lever.PEAK_HIDE: LeverName("高峰隐藏店铺", "hidden at peak hours"),
    Lever.PRICE_OVERRIDE: LeverName("擅自改价", "price set by the platform"),
    Lever.AUTO_FOLLOW_ON: LeverName("开启自动跟价", "automatic price-following switched on"),
    Lever.FEE_CUT: LeverName("降低费率", "cut of a fee"),
    Lever.RANK_LOCK: LeverName("锁定排名", "locked rank"),
    Lever.BANNER_GRANT: LeverName("给予展示位", "grant of a banner"),
    Lever.SUBSIDY_GRANT: LeverName("给予补贴", "grant of a subsidy"),
    Lever.DEPOSIT_REFUND: LeverName("退还保证金", "refund of a deposit"),
}
