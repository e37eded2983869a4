"""What arrives: every event of the input topics, as msgspec decodes and bounds it.

Names, types and units are those of the wire (topics/). Times are integer milliseconds UTC, spans are half-open
[from, to), money is integer fen of the whole line, shares are basis points. A field that may be null may be absent.
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=512)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Millis = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]
Fen = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
Quantity = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Sequence = Annotated[int, Meta(ge=1, le=9_007_199_254_740_991)]
Offset = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
Parameter = Annotated[int, Meta(ge=-1_000_000_000_000, le=1_000_000_000_000)]
Count = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]


class Topic(StrEnum):
    """The input topics, by their names without prefix; `control` and `costs` are read first."""

    control = "control"
    costs = "costs"
    shops = "shops"
    offers = "offers"
    orders = "orders"


class Reason(StrEnum):
    """Why a record is refused; the closed list of design.md 8."""

    not_json = "not_json"
    shape = "shape"
    bounds = "bounds"
    arithmetic = "arithmetic"
    depth = "depth"
    too_large = "too_large"
    unknown_platform = "unknown_platform"
    subject_kind = "subject_kind"
    wrong_partition = "wrong_partition"
    future_time = "future_time"
    too_late = "too_late"
    sequence_unknown = "sequence_unknown"


class SourceGrade(StrEnum):
    """Who reported the fact: the platform's own feed, the regulator's crawler, or a complaint desk."""

    platform_feed = "platform_feed"
    crawl = "crawl"
    complaint = "complaint"


class Actor(StrEnum):
    """Who acted; on an order line, who set the price."""

    merchant = "merchant"
    platform_staff = "platform_staff"
    platform_algorithm = "platform_algorithm"
    system = "system"
    unknown = "unknown"


PLATFORM_ACTORS = frozenset({Actor.platform_staff, Actor.platform_algorithm})


class Unit(StrEnum):
    """What a quantity counts."""

    piece = "piece"
    gram = "gram"
    millilitre = "millilitre"


class RefundReason(StrEnum):
    """Why money or goods went back."""

    returned = "return"
    price_error = "price_error"
    fraud = "fraud"
    other = "other"


class Consent(StrEnum):
    """Whether the merchant agreed to a price that the platform set."""

    given = "given"
    refused = "refused"
    absent = "absent"


class ConditionKind(StrEnum):
    """What a campaign asks: a price of at most `value` fen per `per_quantity`, or a discount of at least `value` bp."""

    price_at_most = "price_at_most"
    discount_at_least = "discount_at_least"


class ShopStatus(StrEnum):
    """A shop's state; `opened` is the first opening."""

    opened = "opened"
    open = "open"
    paused = "paused"
    closed = "closed"
    blocked = "blocked"
    deregistered = "deregistered"


class ListingState(StrEnum):
    """Whether goods can be found and bought."""

    listed = "listed"
    delisted = "delisted"


class Stock(StrEnum):
    """A shop's own statement of its stock."""

    none = "none"
    low = "low"
    normal = "normal"
    high = "high"


class Lever(StrEnum):
    """What a platform can do to a merchant (domain.md 2.2); the last five are carrots."""

    SEARCH_DEMOTE = "SEARCH_DEMOTE"
    TRAFFIC_LIMIT = "TRAFFIC_LIMIT"
    ALGO_DEMOTE = "ALGO_DEMOTE"
    PROMO_EXCLUDE = "PROMO_EXCLUDE"
    PROMO_FORCE = "PROMO_FORCE"
    BANNER_REMOVE = "BANNER_REMOVE"
    SUBSIDY_CUT = "SUBSIDY_CUT"
    FEE_RAISE = "FEE_RAISE"
    FEE_ITEM_ADD = "FEE_ITEM_ADD"
    DEPOSIT_CHARGE = "DEPOSIT_CHARGE"
    DEPOSIT_DEDUCT = "DEPOSIT_DEDUCT"
    DELIST_ITEM = "DELIST_ITEM"
    BLOCK_SHOP = "BLOCK_SHOP"
    REST_SHOP = "REST_SHOP"
    ONBOARD_DELAY = "ONBOARD_DELAY"
    DELIVERY_RADIUS_CUT = "DELIVERY_RADIUS_CUT"
    MIN_ORDER_RAISE = "MIN_ORDER_RAISE"
    DELIVERY_FEE_RAISE = "DELIVERY_FEE_RAISE"
    PEAK_HIDE = "PEAK_HIDE"
    PRICE_OVERRIDE = "PRICE_OVERRIDE"
    AUTO_FOLLOW_ON = "AUTO_FOLLOW_ON"
    FEE_CUT = "FEE_CUT"
    RANK_LOCK = "RANK_LOCK"
    BANNER_GRANT = "BANNER_GRANT"
    SUBSIDY_GRANT = "SUBSIDY_GRANT"
    DEPOSIT_REFUND = "DEPOSIT_REFUND"


class LeverUnit(StrEnum):
    """The unit of a lever's value before and after."""

    metre = "metre"
    fen = "fen"
    basis_point = "basis_point"
    rank = "rank"
    items = "count"


class ScopeKind(StrEnum):
    """How much of a shop a lever touches."""

    shop = "shop"
    sku = "sku"
    campaign = "campaign"
    region = "region"


class Ground(StrEnum):
    """What a published sanction says it is for."""

    counterfeit = "counterfeit"
    quality = "quality"
    fraud = "fraud"
    unsafe = "unsafe"
    multi_homing = "multi_homing"
    other = "other"


class CostLevel(StrEnum):
    """L1 purchase and inbound freight; L2 also handling and selling; L3 also overhead."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


class CostGrade(StrEnum):
    """A invoice, B contract, C declared, D peers or index, E industry average."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class SellerKind(StrEnum):
    """Whose cost it is: a trader's deciding levels are L1 and L2, a producer's is L3."""

    trader = "trader"
    producer = "producer"


class Basis(Struct, frozen=True, gc=False):
    """The platform rule and the published notice that an act names."""

    rule: Id | None = None
    notice: Id | None = None


class Numbered(Struct, frozen=True, gc=False, kw_only=True, tag_field="type"):
    """One record of a run of numbering; `sequence` is contiguous per source, topic and partition, from 1."""

    event_id: Id
    source: Id
    sequence: Sequence
    sent_time: Millis


class Fact(Numbered, frozen=True, gc=False, kw_only=True):
    """A fact about one merchant on one platform; `platform` is the one that the fact is about."""

    platform: Id
    shop: Id
    subject: Id
    event_time: Millis
    source_grade: SourceGrade
    actor: Actor
    basis: Basis | None = None


class ClockAdvanced(Numbered, frozen=True, gc=False, kw_only=True, tag="clock_advanced"):
    """The platform's promise that nothing older than `clock` follows on this topic and partition."""

    platform: Id
    event_time: Millis
    clock: Millis
    last_sequence: Count
    count: Count


class LinePlaced(Fact, frozen=True, gc=False, kw_only=True, tag="line_placed"):
    """An order line; amounts are of the whole line."""

    order: Id
    line: Positive
    sku: Id
    product: Id | None = None
    category: Word | None = None
    region: Word | None = None
    quantity: Positive
    unit: Unit
    list_fen: Fen
    seller_discount_fen: Fen
    platform_subsidy_fen: Fen
    third_party_subsidy_fen: Fen
    third_party: Word | None = None
    buyer_paid_fen: Fen
    commission_fen: Fen
    service_fen: Fen
    seller_delivery_fen: Fen
    vat_included: bool
    self_operated: bool
    campaign: Id | None = None
    first_order: bool
    gift_of: Positive | None = None

    @property
    def seller_fen(self) -> int:
        """The seller's price of the line: list less what the seller gave."""
        return self.list_fen - self.seller_discount_fen

    @property
    def buyer_fen(self) -> int:
        """The buyer's price of the line: what was paid and what third parties paid for the buyer."""
        return self.buyer_paid_fen + self.third_party_subsidy_fen

    @property
    def net_fen(self) -> int:
        """What the seller keeps: printed, never judged."""
        return self.seller_fen - self.commission_fen - self.service_fen - self.seller_delivery_fen


class LineReturned(LinePlaced, frozen=True, gc=False, kw_only=True, tag="line_returned"):
    """What a refund and a cancellation share: the line's own fields, unchanged, and what went back."""

    placed_time: Millis
    refunded_quantity: Quantity
    refunded_fen: Fen
    refund_reason: RefundReason


class LineRefunded(LineReturned, frozen=True, gc=False, kw_only=True, tag="line_refunded"):
    """Goods or money of a line went back."""


class LineCancelled(LineReturned, frozen=True, gc=False, kw_only=True, tag="line_cancelled"):
    """A line was taken back before it was delivered."""


class PriceChanged(Fact, frozen=True, gc=False, kw_only=True, tag="price_changed"):
    """A SKU's price as offered, per piece or per unit of sale."""

    sku: Id
    product: Id | None = None
    list_fen: Fen
    net_fen: Fen
    reference_fen: Fen | None = None
    reference_kind: Word | None = None
    claim: Text | None = None
    claim_ends: Millis | None = None


class PriceOverridden(PriceChanged, frozen=True, gc=False, kw_only=True, tag="price_overridden"):
    """The platform set a merchant's price."""

    before_fen: Fen
    rival: Id | None = None
    rival_price_fen: Fen | None = None
    consent: Consent


class PromotionJoined(Fact, frozen=True, gc=False, kw_only=True, tag="promotion_joined"):
    """A shop or one SKU of it takes part in a campaign."""

    campaign: Id | None = None
    sku: Id | None = None


class PromotionLeft(Fact, frozen=True, gc=False, kw_only=True, tag="promotion_left"):
    """A shop or one SKU of it is out of a campaign; by the platform it is PROMO_EXCLUDE."""

    campaign: Id | None = None
    sku: Id | None = None


class PromotionForced(Fact, frozen=True, gc=False, kw_only=True, tag="promotion_forced"):
    """The platform put a shop or one SKU of it into a campaign."""

    campaign: Id | None = None
    sku: Id | None = None


class Condition(Struct, frozen=True, gc=False, kw_only=True):
    """What a campaign asks of those who take part, in force over [from, to)."""

    kind: ConditionKind
    value: Fen
    per_quantity: Positive
    unit: Unit
    from_: Millis = field(name="from")
    to: Millis | None = None
    mandatory: bool


class PromotionConditionSet(Fact, frozen=True, gc=False, kw_only=True, tag="promotion_condition_set"):
    """A campaign's condition, written once per subject that it binds."""

    campaign: Id | None = None
    sku: Id | None = None
    condition: Condition


class AutoFollowEnabled(Fact, frozen=True, gc=False, kw_only=True, tag="auto_follow_enabled"):
    """Prices follow a rival's from now on; by the platform it is AUTO_FOLLOW_ON."""

    sku: Id | None = None


class AutoFollowDisabled(Fact, frozen=True, gc=False, kw_only=True, tag="auto_follow_disabled"):
    """Prices follow nobody's any more."""

    sku: Id | None = None


class StatusChanged(Fact, frozen=True, gc=False, kw_only=True, tag="status_changed"):
    """A shop's status; by the platform it is a lever or its release."""

    status: ShopStatus
    reason_code: Word | None = None
    region: Word | None = None
    category: Word | None = None
    opened_on: Millis | None = None


class ListingChanged(Fact, frozen=True, gc=False, kw_only=True, tag="listing_changed"):
    """A SKU, or with `sku` null the whole shop, is listed or delisted."""

    sku: Id | None = None
    state: ListingState
    listed_count: Count | None = None
    stock: Stock | None = None


class Scope(Struct, frozen=True, gc=False):
    """What of a shop a lever touches."""

    kind: ScopeKind
    value: Id | None = None


class LeverPulled(Fact, frozen=True, gc=False, kw_only=True, tag="lever_pulled"):
    """A platform acts on a merchant."""

    lever_id: Id | None = None
    lever: Lever
    scope: Scope
    value_before: Count | None = None
    value_after: Count | None = None
    unit: LeverUnit | None = None
    rival_named: Id | None = None


class LeverReleased(Fact, frozen=True, gc=False, kw_only=True, tag="lever_released"):
    """A lever is taken back; it repeats the lever."""

    lever_id: Id | None = None
    lever: Lever
    scope: Scope
    value_before: Count | None = None
    value_after: Count | None = None
    unit: LeverUnit | None = None
    rival_named: Id | None = None


class ExclusivityAgreed(Fact, frozen=True, gc=False, kw_only=True, tag="exclusivity_agreed"):
    """An exclusive agreement, in force over [from, to)."""

    agreement: Id
    from_: Millis = field(name="from")
    to: Millis | None = None
    consideration_fen: Fen
    paid_time: Millis | None = None


class ExclusivityEnded(Fact, frozen=True, gc=False, kw_only=True, tag="exclusivity_ended"):
    """An exclusive agreement is over at `event_time`; it repeats the agreement."""

    agreement: Id
    from_: Millis = field(name="from")
    to: Millis | None = None
    consideration_fen: Fen
    paid_time: Millis | None = None


class ExclusivityRefused(Fact, frozen=True, gc=False, kw_only=True, tag="exclusivity_refused"):
    """A merchant refused to be exclusive to `platform`; weak evidence, never shown to the platform."""

    channel: Word
    reference: Id


class ComplaintFiled(Fact, frozen=True, gc=False, kw_only=True, tag="complaint_filed"):
    """A merchant complained of `platform`; weak evidence, never shown to the platform."""

    channel: Word
    reference: Id


class SanctionPublished(Fact, frozen=True, gc=False, kw_only=True, tag="sanction_published"):
    """A platform published a sanction with its ground, in force over [from, to)."""

    notice: Id
    ground: Ground
    measure: Lever
    decided_time: Millis
    from_: Millis = field(name="from")
    to: Millis | None = None


class WarningIssued(Fact, frozen=True, gc=False, kw_only=True, tag="warning_issued"):
    """A platform warned a merchant."""

    notice: Id
    text_sha256: Annotated[str, Meta(min_length=64, max_length=64)]
    rival_named: Id | None = None
    deadline: Millis | None = None


class ExposureCounted(Fact, frozen=True, gc=False, kw_only=True, tag="exposure_counted"):
    """How often a shop was shown over [from, to)."""

    from_: Millis = field(name="from")
    to: Millis | None = None
    impressions: Count
    rank: Positive | None = None
    ad_band: Word | None = None


class CostDeclared(Numbered, frozen=True, gc=False, kw_only=True, tag="cost_declared"):
    """A cost interval per quantity: of a shop's SKU, or with platform, shop and subject null of a standard product."""

    platform: Id | None = None
    shop: Id | None = None
    subject: Id | None = None
    event_time: Millis
    source_grade: SourceGrade
    actor: Actor
    basis: Basis | None = None
    sku: Id | None = None
    product: Id | None = None
    low_fen: Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
    high_fen: Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
    per_quantity: Positive
    unit: Unit
    level: CostLevel
    grade: CostGrade
    seller_kind: SellerKind
    vat_included: bool
    freight_included: bool
    valid_from: Millis
    valid_to: Millis | None = None
    document: Id | None = None


class CostWithdrawn(Numbered, frozen=True, gc=False, kw_only=True, tag="cost_withdrawn"):
    """A declared cost never was."""

    platform: Id | None = None
    shop: Id | None = None
    subject: Id | None = None
    event_time: Millis
    source_grade: SourceGrade
    actor: Actor
    basis: Basis | None = None
    declaration: Id


class Entry(Numbered, frozen=True, gc=False, kw_only=True):
    """An entry of the control log, in force from `effective_from` (event time)."""

    effective_from: Millis
    author: Id
    reason: Text


class Name(Struct, frozen=True, gc=False):
    """A name in both languages."""

    zh: Word
    en: Word


class PlatformRegistered(Entry, frozen=True, gc=False, kw_only=True, tag="platform_registered"):
    """A platform may feed `topics`; without clock records its clock is its largest event time less `disorder_ms`."""

    platform: Id
    name: Name
    topics: tuple[Topic, ...]
    disorder_ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    sends_clock: bool


class PlatformRetired(Entry, frozen=True, gc=False, kw_only=True, tag="platform_retired"):
    """A platform feeds no more."""

    platform: Id


class RulesSet(Entry, frozen=True, gc=False, kw_only=True, tag="rules_set"):
    """Parameters of detectors, by detector and name; integers in the unit of the parameter."""

    rule_set: Id
    version: Word
    parameters: dict[Word, dict[Word, Parameter]]


class ExemptionGranted(Entry, frozen=True, gc=False, kw_only=True, tag="exemption_granted"):
    """A filed reason to sell low over [from, to); null `sku` or `category` does not narrow it."""

    subject: Id
    exemption: Id
    kind: Word
    platform: Id | None = None
    sku: Id | None = None
    category: Word | None = None
    from_: Millis = field(name="from")
    to: Millis | None = None
    document: Id | None = None


class ExemptionRevoked(Entry, frozen=True, gc=False, kw_only=True, tag="exemption_revoked"):
    """An exemption ends at `effective_from`."""

    subject: Id
    exemption: Id


class CampaignAnnounced(Entry, frozen=True, gc=False, kw_only=True, tag="campaign_announced"):
    """A campaign runs over [from, to); shops sign up from `signup_from`."""

    campaign: Id
    name: Name
    signup_from: Millis
    from_: Millis = field(name="from")
    to: Millis | None = None


class PlatformSilent(Entry, frozen=True, gc=False, kw_only=True, tag="platform_silent"):
    """A platform delivered nothing for a while: `clock` stands for its own once the input `offsets` are applied."""

    platform: Id
    topics: tuple[Topic, ...]
    since: Millis
    clock: Millis
    offsets: dict[str, Offset]


class PlatformResumed(Entry, frozen=True, gc=False, kw_only=True, tag="platform_resumed"):
    """A silent platform delivers again, from after `offsets`."""

    platform: Id
    offsets: dict[str, Offset]


Line = LinePlaced | LineRefunded | LineCancelled
OrdersEvent = LinePlaced | LineRefunded | LineCancelled | ClockAdvanced
OffersEvent = (
    PriceChanged
    | PriceOverridden
    | PromotionJoined
    | PromotionLeft
    | PromotionForced
    | PromotionConditionSet
    | AutoFollowEnabled
    | AutoFollowDisabled
    | ClockAdvanced
)
ShopsEvent = (
    StatusChanged
    | ListingChanged
    | LeverPulled
    | LeverReleased
    | ExclusivityAgreed
    | ExclusivityEnded
    | ExclusivityRefused
    | ComplaintFiled
    | SanctionPublished
    | WarningIssued
    | ExposureCounted
    | ClockAdvanced
)
CostsEvent = CostDeclared | CostWithdrawn
ControlEvent = (
    PlatformRegistered
    | PlatformRetired
    | RulesSet
    | ExemptionGranted
    | ExemptionRevoked
    | CampaignAnnounced
    | PlatformSilent
    | PlatformResumed
)
Event = OrdersEvent | OffersEvent | ShopsEvent | CostsEvent | ControlEvent


class Refusal(Struct, frozen=True, gc=False, kw_only=True):
    """A record that is not judged, with the reason, the place and, where known, whose it was."""

    reason: Reason
    detail: str
    path: str = "$"
    platform: str | None = None
    source: str | None = None
    sequence: int | None = None


class Record(Struct, gc=False):
    """One record of an input: what it says or why it is refused, its bytes and where it stands.

    `topic` is the name without prefix, `append_time` is Kafka's log-append time in milliseconds.
    """

    event: Event | Refusal
    raw: bytes
    topic: str
    offset: int
    append_time: int
