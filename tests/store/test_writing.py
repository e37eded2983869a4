"""Records become rows with their positions in one transaction: whole or not there, each once."""

import psycopg
import pytest
from alerting import NOON_MS, Judge, Kept, batch

from monitor.findings import Status
from monitor.store.contents import contents
from monitor.store.database import SCHEMA, connect
from monitor.store.errors import AlertIsUnreadable, OtherInstallation, PositionMoved
from monitor.store.positions import read_positions
from monitor.store.writing import Writer
from monitor.wire.feedback import Feedback, Kind, feedback_value


def rows(connection, asked, *values):
    """Answer the rows of a query."""
    return connection.execute(asked.encode(), values).fetchall()


def test_every_revision_is_there_and_the_newest_is_the_state(database):
    """Three revisions of an alert are three rows, and its state is that of the third."""
    judge = Judge()
    said = [judge.say(1, units=20), judge.say(1, units=25), judge.say(1, units=31, status=Status.resolved)]
    Writer(database, "ft.", {}).write(batch(*said))

    assert [(1, "opened", 20), (2, "updated", 25), (3, "resolved", 31)] == rows(
        database, "SELECT revision, status, (measures->>'units')::int FROM alert_revisions ORDER BY revision"
    )
    assert [(3, "resolved", 31)] == rows(database, "SELECT revision, status, (measures->>'units')::int FROM alerts")


def test_the_raw_value_is_kept(database):
    """The bytes of a revision come back as they were, so its hash can be held against the next one's `previous`."""
    record = Judge().say(1)
    Writer(database, "ft.", {}).write(batch(record))

    assert [(record.value,)] == rows(database, "SELECT value FROM restricted_revisions")


def test_batches_do_not_show_in_the_tables(settings):
    """The same records in one batch or one by one leave equal tables."""
    judge = Judge()
    said = [judge.say(number % 4, partition=number % 2, units=number) for number in range(20)]
    with connect(settings) as connection:
        Writer(connection, "ft.", {}).write(batch(*said))
        at_once = contents(connection, SCHEMA)
        for table in at_once:
            connection.execute(f"TRUNCATE {table}".encode())
        writer = Writer(connection, "ft.", {})
        for one in said:
            writer.write(batch(one))

        assert at_once == contents(connection, SCHEMA)


def test_positions_stand_in_the_same_transaction(database):
    """A batch with a record that cannot be read leaves neither rows nor a position."""
    judge = Judge()
    broken = judge.say(1)._replace(value=b"{")
    with pytest.raises(AlertIsUnreadable, match=r"ft.alerts\[0\] offset 0"):
        Writer(database, "ft.", {}).write(batch(judge.say(2), broken))

    assert {} == read_positions(database, "ft.")
    assert [(0,)] == rows(database, "SELECT count(*) FROM alert_revisions")


def test_a_position_that_somebody_else_moved_stops_the_writer(database):
    """Two writers of one partition cannot both commit what begins at the same position."""
    judge = Judge()
    first, second = Writer(database, "ft.", {}), Writer(database, "ft.", {})
    first.write(batch(judge.say(1)))

    with pytest.raises(PositionMoved):
        second.write(batch(judge.say(2)))
    assert [(1,)] == rows(database, "SELECT count(*) FROM alerts")


def test_a_revision_that_skips_a_number_is_stored_and_put_on_record(database):
    """A missing revision shows as a break of number, hash and sequence; the newest state is there all the same."""
    judge = Judge()
    first, _, third = judge.say(1), judge.say(1), judge.say(1)
    written = Writer(database, "ft.", {}).write(batch(first, third))

    assert ["revision", "previous", "sequence"] == [one.what for one in written.breaks]
    assert [(3,)] == rows(database, "SELECT revision FROM alerts")
    assert [("revision", "2", "3")] == rows(
        database, "SELECT what, expected, actual FROM chain_breaks WHERE what = 'revision'"
    )


def test_a_revision_that_is_there_already_is_refused_and_put_on_record(database):
    """A second record of the same number is not stored a second time."""
    judge = Judge()
    first = judge.say(1)
    again = first._replace(offset=1)
    Writer(database, "ft.", {}).write(batch(first, again))

    assert [(1, 0)] == rows(database, 'SELECT revision, "offset" FROM alert_revisions')
    assert ("revision", "2", "1") in rows(database, "SELECT what, expected, actual FROM chain_breaks")


def test_two_judges_of_one_topic_have_each_their_own_alerts(database):
    """The same alert id from another source is another alert: `ce_source` and `ce_id` are the key of a sink."""
    live, shadow = Judge(), Judge(group="shadow")
    said = [live.say(1), shadow.say(1)._replace(offset=1)]
    written = Writer(database, "ft.", {}).write(batch(*said))

    assert [] == written.breaks
    assert [("ft./fairtrade",), ("ft./shadow",)] == rows(database, "SELECT source FROM alerts ORDER BY source")


def test_a_zero_character_of_a_feed_stops_nothing(database):
    """PostgreSQL's texts know no zero character; a feed that sends one does not stop the store."""
    record = Judge().say(1, seen="zero \x00 here")
    Writer(database, "ft.", {}).write(batch(record))

    assert [("zero \ufffd here",)] == rows(database, "SELECT seen FROM checks WHERE position = 0")
    assert [(record.value,)] == rows(database, "SELECT value FROM restricted_revisions")


def test_feedback_and_places_of_dead_letters_are_copied(database):
    """A message to a platform is a row; of a dead letter only place, reason and times are."""
    told = feedback_value(Feedback(kind=Kind.rejected, platform="taomall", partition=1, offset=7, count=1))
    feedback = Kept(1, 4, NOON_MS, b"taomall", told, ())
    headers = {
        "dl_topic": b"ft.orders",
        "dl_partition": b"1",
        "dl_offset": b"7",
        "dl_timestamp": b"%d" % NOON_MS,
        "dl_reason": b"shape",
        "dl_path": b"$.secret",
        "dl_detail": b"secret",
    }
    forged = (("dl_reason", b"none"), *headers.items())
    letter = Kept(1, 9, NOON_MS + 1, b"key", b"secret", forged)
    Writer(database, "ft.", {}).write(batch(feedback, topic="ft.feedback") | batch(letter, topic="ft.dead-letters"))

    assert [("rejected", "taomall", 7)] == rows(database, "SELECT kind, platform, record_offset FROM feedback")
    assert [("orders", 1, 7, "shape")] == rows(
        database, "SELECT topic, record_partition, record_offset, reason FROM dead_letters"
    )
    assert "secret" not in str(rows(database, "SELECT * FROM dead_letters"))


def test_a_database_of_another_installation_is_refused(database):
    """A store with another topic prefix does not write into this one's tables."""
    Writer(database, "ft.", {}).write(batch(Judge().say(1)))

    with pytest.raises(OtherInstallation, match="other"):
        read_positions(database, "other.")


def test_a_lost_connection_leaves_nothing_half(settings, superuser):
    """A server that ends the connection inside a batch leaves the tables as they were."""
    judge = Judge()
    with connect(settings) as connection:
        writer = Writer(connection, "ft.", {})
        writer.write(batch(judge.say(1)))
        superuser.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            writer.write(batch(judge.say(1)))
    with connect(settings) as connection:
        assert [(1,)] == rows(connection, "SELECT revision FROM alerts")
