"""What merchants and platforms do to each other in a case: histories, openings, levers, exits, complaints."""

from collections.abc import Iterable, Mapping
from typing import Any

from monitor.eventtime.china import DAY, HOUR
from monitor.feed.market import SALE
from monitor.feed.scene import CATEGORY, MERCHANT, REGION, STAFF, Act, Price, Scene, on

COMPLAINT = Act("merchant", grade="complaint")
CRAWLED = Act("unknown", grade="crawl")
HELD = 30 * HOUR
FAIR = Price(12_900, 900)


def both_homes(scene: Scene, days: Iterable[int]) -> None:
    """Sell one fairly priced line on the accused platform and one on the rival on each of these days."""
    for day in days:
        scene.line(scene.at(day, "11:20"), 1, FAIR)
        scene.line(scene.at(day, "12:40"), 1, FAIR, platform=scene.rival)


def status(scene: Scene, time: int, state: str, act: Act = MERCHANT, *, platform: str = "", **other: Any) -> None:
    """Change the status of a shop."""
    facts = {"status": state, "reason_code": None, "region": REGION, "category": CATEGORY, "opened_on": None}
    scene.tell("shops", "status_changed", time, act, platform=platform, **facts | other)


def opened_on_rival(scene: Scene, time: int) -> None:
    """Open a shop on the rival."""
    status(scene, time, "opened", platform=scene.rival, opened_on=time)


def listed_on_rival(scene: Scene, time: int) -> None:
    """List goods on the rival for the first time."""
    listing(scene, time, "listed", platform=scene.rival, listed_count=12, stock="normal")


def joined_on_rival(scene: Scene, time: int) -> None:
    """Take part in a promotion of the rival for the first time."""
    scene.tell("offers", "promotion_joined", time, platform=scene.rival, campaign=SALE, sku=None)


def agreed_with_rival(scene: Scene, time: int) -> None:
    """Make an agreement with the rival."""
    agreement(scene, time, platform=scene.rival, consideration_fen=0, paid_time=None)


def refused(scene: Scene, time: int) -> None:
    """Refuse to be exclusive to the accused platform, as a complaint desk reports it."""
    scene.tell("shops", "exclusivity_refused", time, COMPLAINT, channel="12315", reference=f"c-{scene.instance:04d}-r")


def complained(scene: Scene, time: int) -> None:
    """Complain of the accused platform."""
    scene.tell("shops", "complaint_filed", time, COMPLAINT, channel="12315", reference=f"c-{scene.instance:04d}-f")


def agreement(scene: Scene, time: int, *, platform: str = "", **other: Any) -> None:
    """Agree to be exclusive from `time` for a year."""
    facts: dict[str, Any] = {
        "agreement": f"{platform or scene.platform}-a-{scene.instance}",
        "from": time,
        "to": time + 365 * DAY,
        "consideration_fen": 30_000_000,
        "paid_time": time,
    }
    scene.tell("shops", "exclusivity_agreed", time, platform=platform, **facts | other)


def listing(scene: Scene, time: int, state: str, act: Act = MERCHANT, *, platform: str = "", **other: Any) -> None:
    """List or delist goods; by default the whole shop."""
    facts = {"sku": None, "state": state, "listed_count": None, "stock": None}
    scene.tell("shops", "listing_changed", time, act, platform=platform, **facts | other)


def block(scene: Scene, time: int, act: Act = STAFF, held: int | None = HELD) -> None:
    """Block the merchant's shop on the accused platform; open it again after `held` ms, or never."""
    status(scene, time, "blocked", act, reason_code="not_cooperating")
    if held is not None:
        status(scene, time + held, "open", on(STAFF, grade=act.grade, actor=act.actor))


def pull(
    scene: Scene,
    time: int,
    lever: str,
    act: Act = STAFF,
    *,
    values: tuple[int, int, str] | None = None,
    held: int | None = HELD,
    rival_named: str | None = None,
) -> None:
    """Pull a lever on the whole shop, `values` being before, after and unit; release it after `held` ms, or never."""
    before, after, unit = values or (None, None, None)
    facts: dict[str, Any] = {
        "lever_id": f"{scene.platform}-l-{scene.instance}-{len(scene.deliveries)}",
        "lever": lever,
        "scope": {"kind": "shop", "value": None},
        "value_before": before,
        "value_after": after,
        "unit": unit,
        "rival_named": rival_named,
    }
    scene.tell("shops", "lever_pulled", time, act, **facts)
    if held is not None:
        scene.tell("shops", "lever_released", time + held, on(act, basis=None), **facts)


def leave_rival(scene: Scene, time: int) -> None:
    """Close the shop on the rival, or on every second instance take all its listings down."""
    if scene.instance % 2:
        status(scene, time, "closed", platform=scene.rival)
    else:
        listing(scene, time, "delisted", platform=scene.rival, listed_count=0, stock="normal")


def sanction(scene: Scene, time: int, notice: str, **other: Any) -> None:
    """Publish a sanction of the shop on the accused platform."""
    facts: Mapping[str, Any] = {
        "notice": notice,
        "ground": "counterfeit",
        "measure": "BLOCK_SHOP",
        "decided_time": time - HOUR,
        "from": time,
        "to": None,
    }
    scene.tell("shops", "sanction_published", time, STAFF, **{**facts, **other})


def warn(scene: Scene, time: int) -> None:
    """Warn the merchant in a text that names the rival."""
    scene.tell(
        "shops",
        "warning_issued",
        time,
        STAFF,
        notice=f"{scene.platform}-w-{scene.instance}",
        text_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        rival_named=scene.rival,
        deadline=time + 2 * DAY,
    )


def price(scene: Scene, time: int, net_fen: int) -> None:
    """Offer the SKU on the accused platform at another price."""
    scene.tell(
        "offers",
        "price_changed",
        time,
        sku=scene.sku,
        product=scene.product,
        list_fen=net_fen * 11 // 10,
        net_fen=net_fen,
        reference_fen=None,
        reference_kind=None,
        claim=None,
        claim_ends=None,
    )
