"""Order lines of the honest market, hour by hour: rhythm, disorder, refunds, cancellations, late and repeated lines."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from monitor.eventtime.china import DAY, HOUR, MINUTE, day_of, day_start, weekday
from monitor.feed.delivery import Delivery, Kind
from monitor.feed.market import CAMPAIGNS, QUANTITIES, SHARES_BP, Amount, Market, Offer, amount
from monitor.feed.post import Post

HOURLY = (8, 4, 2, 1, 1, 2, 5, 12, 22, 34, 44, 52, 50, 40, 36, 36, 38, 44, 52, 60, 70, 66, 44, 20)
"""how a day's lines spread over the hours of China Standard Time"""
WEEKLY = (96, 94, 94, 97, 104, 112, 103)
"""how a week's lines spread, Monday first; the mean is 100"""
DISORDER = 5 * MINUTE
"""latest arrival of an ordinary line after its event"""
LATEST = 6 * DAY
"""latest arrival of a late line: well inside the allowed lateness"""
LATER = (2 * HOUR, 5 * DAY)
"""when goods come back"""


class Habits(NamedTuple):
    """What becomes of lines, each of so many in a thousand."""

    refunded: int = 30
    cancelled: int = 8
    late: int = 3
    repeated: int = 3


class Trade:
    """Sell on a market into the post; no event happens or arrives at or after `end` (ms)."""

    def __init__(self, seed: int, market: Market, post: Post, end: int, habits: Habits = Habits()) -> None:  # noqa: B008
        self._rng = Random(f"trade/{seed}")  # noqa: S311 - a simulation repeats itself by its seed
        self._market = market
        self._post = post
        self._end = end
        late = habits.refunded + habits.cancelled
        self._bounds = (habits.refunded, late, late + habits.late, late + habits.late + habits.repeated)
        self.number = 0

    def lines_in(self, hour: int, lines_a_day: int) -> int:
        """Answer how many lines the hour beginning at `hour` (ms) has, when an average day has `lines_a_day`."""
        day = day_of(hour)
        share = HOURLY[(hour - day_start(day)) // HOUR] * WEEKLY[weekday(day)]
        return lines_a_day * share // (100 * sum(HOURLY))

    def sell(self, hour: int, count: int) -> None:
        """Sell `count` lines of offers drawn by their size in the hour beginning at `hour` (ms)."""
        self.sell_each(hour, self._rng.choices(self._market.offers, cum_weights=self._market.weights, k=count))

    def sell_each(self, hour: int, offers: Sequence[Offer]) -> None:
        """Sell one line of each of these offers in the hour beginning at `hour` (ms)."""
        take, draw = self._post.take, self._rng.random
        for offer in offers:
            self.number = number = self.number + 1
            time = hour + int(draw() * HOUR)
            money = _money(offer, draw())
            order = b"%b-%014d%b%b" % (offer.shop.platform.encode(), number, offer.text, money.text)
            fate = int(draw() * 1_000)
            take(_line(offer, number, time, time + 200 + int(draw() ** 4 * DISORDER), order))
            if fate < self._bounds[-1]:
                self._happen(fate, offer, time, order, money)

    def _happen(self, fate: int, offer: Offer, time: int, order: bytes, money: Amount) -> None:
        """Let one line come back, be cancelled, be followed by a late one, or be sent twice."""
        refunded, cancelled, late, _ = self._bounds
        if fate < refunded:
            latest = max(LATER[0] + 1, min(LATER[1], self._end - DISORDER - time))
            self._take_back(b"line_refunded", offer, time, time + self._rng.randrange(LATER[0], latest), order, money)
        elif fate < cancelled:
            self._take_back(b"line_cancelled", offer, time, time + self._rng.randrange(MINUTE, HOUR), order, money)
        else:
            self._again(offer, time, order, Kind.fact if fate < late else Kind.repeated)

    def _again(self, offer: Offer, time: int, order: bytes, kind: Kind) -> None:
        """Sell the same once more: late, or on time and sent twice."""
        latest = max(HOUR + 1, min(LATEST, self._end - time))
        arrival = time + (self._rng.randrange(HOUR, latest) if kind is Kind.fact else MINUTE)
        if arrival < self._end:
            self.number += 1
            self._post.take(_line(offer, self.number, time, arrival, order)._replace(kind=kind))

    def _take_back(self, kind: bytes, offer: Offer, placed: int, time: int, order: bytes, money: Amount) -> None:
        if time + DISORDER >= self._end:
            return
        self.number += 1
        reason = b"return" if kind == b"line_refunded" else b"other"
        back = b'%b,"placed_time":%d,"refunded_quantity":%d,"refunded_fen":%d,"refund_reason":"%b"}' % (
            order[:-1],
            placed,
            money.quantity,
            money.paid_fen,
            reason,
        )
        self._post.take(_line(offer, self.number, time, time + 200, back, kind))


def _money(offer: Offer, draw: float) -> Amount:
    """Pick quantity, shares and campaign by one number in [0, 1), independent of each other."""
    pick = int(draw * 1_000_000)
    share = pick % len(SHARES_BP)
    return amount(
        offer.tag_fen,
        share,
        QUANTITIES[pick // 10 % len(QUANTITIES)],
        CAMPAIGNS[pick // 1_000 % len(CAMPAIGNS)] if share else None,
    )


def _line(offer: Offer, number: int, time: int, arrival: int, order: bytes, kind: bytes = b"line_placed") -> Delivery:
    shop = offer.shop
    platform = shop.platform.encode()
    head = b'{"type":"%b","event_id":"%b-%b-%09d%b' % (kind, platform, kind, number, shop.head)
    tail = (
        b',"event_time":%d,"sent_time":%d,"source_grade":"platform_feed","actor":"merchant","basis":%b,"order":"%b'
        % (time, arrival, shop.basis, order)
    )
    return Delivery(arrival, number, Kind.fact, "orders", shop.subject, shop.platform, shop.reporter, head, tail)
