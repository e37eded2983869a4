"""Named breakages of one piece of the engine or of a detector each; a test patches it in and sees a claim fail."""

from contextlib import suppress
from itertools import count

from monitor import engine
from monitor.detect.exclusivity import filing
from monitor.detect.sub_cost import facts, lines, review
from monitor.detect.sub_cost.prices import Prices
from monitor.engine import desk, folding
from monitor.engine.desk import Desk
from monitor.engine.keys import Keys
from monitor.events import LinePlaced
from monitor.eventtime.china import DAY
from monitor.eventtime.clocks import Clocks, Standing
from monitor.eventtime.sequences import Arrival, SequenceSet
from monitor.eventtime.timers import Timers


def sequence_set_forgets(patch):
    """A number that came before is taken for a new one."""
    see = SequenceSet._see_out_of_order
    patch.setattr(SequenceSet, "_see_out_of_order", lambda *seen: Arrival(see(*seen) * 0))


def too_late_a_day_early(patch):
    """What is six days late is refused."""
    patch.setattr(folding, "LATENESS", 6 * DAY)


def hold_back_on_the_own_clock(patch):
    """A lead waits for the accused platform's clock alone."""
    patch.setattr(Clocks, "joint", lambda clocks, platform, _: clocks.value(platform))


def alerts_are_patched(patch):
    """An alert once said stays, whatever its days say now."""
    patch.setattr(review, "_withdraw", lambda *_: None)


def refund_not_taken_back(patch):
    """What goes back is still counted as sold."""
    patch.setattr(lines, "take_back", lambda *_: None)


def levers_lie_as_they_were_read(patch):
    """The levers of a merchant stand in the order of arrival, not of event time."""
    patch.setattr(filing, "file_lever", lambda side, act: side.pulls.append(act))


def grid_keeps_the_first_prices(patch):
    """A full map puts a new price to the nearest one it has, so that it depends on which came first."""

    def make(prices, price):
        if len(prices.cells) >= 64:
            return prices.cells[min(prices.cells, key=lambda known: abs(known - price))]
        return whole(prices, price)

    whole = Prices._make
    patch.setattr(Prices, "_make", make)


def take_leaves_a_key(patch):
    """What one value holds is written as it was at the commit before."""
    whole = Keys.drain
    before = {}

    def drain(keys, number):
        changes = whole(keys, number)
        held = [key for key, value in changes if value is not None and key in before and key.startswith(b"b")]
        old = {key: before[key] for key in held[-1:]}
        before.update((key, value) for key, value in changes if value is not None)
        return [(key, old.get(key, value)) for key, value in changes]

    patch.setattr(Keys, "drain", drain)


def take_writes_no_tombstone(patch):
    """A key that expired stands in the log for ever."""
    whole = Keys.drain
    patch.setattr(Keys, "drain", lambda keys, number: [pair for pair in whole(keys, number) if pair[1] is not None])


def restore_forgets_due_times(patch):
    """A partition opened anew rings no timer that was set before."""

    def restore(keys, number):
        keys.timers.set = lambda *_: None
        whole(keys, number)
        del keys.timers.set
        keys.timers.clear = lambda *rest: clear(keys.timers, *rest)

    def clear(timers, *rest):
        with suppress(KeyError):
            Timers.clear(timers, *rest)

    whole = Keys.restore
    patch.setattr(Keys, "restore", restore)


def fold_goes_on_while_keys_are_due(patch):
    """Records behind a clock record are folded before what it makes due."""

    def fold(partition, records):
        keys = partition.keys
        keys.next_due = lambda: None
        taken = whole(partition, records)
        del keys.next_due
        return taken

    whole = engine.fold
    patch.setattr(engine, "fold", fold)


def data_moves_the_clock(patch):
    """An order line moves its topic clock like a clock record."""
    whole = folding._HANDLERS[LinePlaced]

    def fact(partition, target, ledger, record, event):
        whole(partition, target, ledger, record, event)
        clock = partition.clocks.topic(event.platform, record.topic)
        folding._move(partition, event.platform, record.topic, clock, event.event_time)

    patch.setitem(folding._HANDLERS, LinePlaced, fact)


def fastest_topic_is_the_clock(patch):
    """A platform clock is the largest of its topic clocks."""

    def settle(clocks, platform):
        now = max(clock.value for clock in clocks._of_platform[platform])
        moved = now > clocks.value(platform)
        clocks.platforms[platform] = max(now, clocks.value(platform))
        return moved

    patch.setattr(Clocks, "settle", settle)


def due_only_on_the_stroke(patch):
    """A due time that falls between two clock records is not taken."""

    def following(timers, clock, now):
        found = whole(timers, clock, now)
        return found if found is not None and found[0] in {now, *range(1000)} else None

    whole = Timers.next
    patch.setattr(Timers, "next", following)


def revisions_are_not_chained(patch):
    """A revision does not hold the hash of the one before it."""
    _before_publishing(patch, lambda published, _: setattr(published, "previous", None))


def severity_is_always_high(patch):
    """What nobody could check lowers no severity."""
    _before_publishing(patch, lambda _, body: setattr(body, "severity", "high"))


def evidence_is_left_out(patch):
    """A body cites nothing."""
    _before_publishing(patch, lambda _, body: setattr(body, "evidence", []))


def _before_publishing(patch, change):
    whole = desk.publish

    def publish(published, body, *rest, **more):
        change(published, body)
        return whole(published, body, *rest, **more)

    patch.setattr(desk, "publish", publish)


def mean_is_a_float(patch):
    """A mean price is divided as floats are."""
    whole = facts.mean_micro
    patch.setattr(facts, "mean_micro", lambda days, class_: whole(days, class_) / 2)


def silence_is_never_filled(patch):
    """A past silence says no_data for ever."""
    whole = Clocks.unfilled_silences

    def unfilled(clocks, platform):
        standing = clocks.standings.get(platform, Standing(0, 0, sends_clock=True, topics=()))
        return [*whole(clocks, platform), *standing.silences]

    patch.setattr(Clocks, "unfilled_silences", unfilled)


def merchants_share_their_shops(patch):
    """An alert names the shops of every merchant that the partition has an alert of."""
    whole = Desk.publish

    def publish(self, published, body, *rest):
        shops = vars(self._partition).setdefault("shops", set())
        shops.update(body.shops)
        body.shops = sorted(shops)
        return whole(self, published, body, *rest)

    patch.setattr(Desk, "publish", publish)


def something_outlives_the_partition(patch):
    """A counter in a module goes on from run to run."""
    runs = count()
    _before_publishing(patch, lambda _, body: body.shops.append(f"shop {next(runs)}"))
