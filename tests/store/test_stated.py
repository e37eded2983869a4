"""What the store reads of a body is what a judge writes."""

import msgspec
import pytest
from alerting import Judge, batch

from monitor.findings import Body
from monitor.store.batch import prepared
from monitor.store.errors import AlertIsUnreadable
from monitor.store.stated import Stated, stated


def test_the_store_knows_every_field_of_a_body():
    """A field that is added to the body must be thought of here: it may be a secret."""
    assert set(Body.__struct_encode_fields__) == set(Stated.__struct_encode_fields__)


def test_lists_stay_as_they_came():
    """Evidence is kept as the JSON that the judge wrote."""
    record = Judge().say(1)
    written = msgspec.json.decode(record.value)

    assert written["evidence"] == msgspec.json.decode(stated(record.value).evidence)


@pytest.mark.parametrize("value", [None, b"", b"[]", b"{}", b"\xff"])
def test_a_record_that_is_no_alert_is_named_by_its_place(value):
    """Whatever else lies on the topic is refused with partition and offset."""
    record = Judge().say(1, partition=1)._replace(value=value)
    with pytest.raises(AlertIsUnreadable, match=r"ft.alerts\[1\] offset 0"):
        prepared(batch(record), "ft.")
