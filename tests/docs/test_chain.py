"""The program that checks the chain of revisions: it passes a whole file and names what was changed or left out."""

import json
import subprocess
import sys

import pytest

from docs.site.pages import CHECKOUT
from monitor.findings import Published, Status, last_body, publish

PROGRAM = CHECKOUT / "docs" / "chain.py"
EXAMPLE = CHECKOUT / "topics" / "alerts" / "examples" / "opened-sub_cost.json"


@pytest.fixture
def lines():
    """Three revisions of one alert, as `fairtrade alerts export` writes them."""
    value = EXAMPLE.read_bytes()
    published = Published(json.loads(value)["alert_id"], body=value)
    statuses = (Status.opened, Status.updated, Status.resolved)
    made = [
        publish(published, last_body(published), status, "opened", event_time=0, sequence=number)
        for number, status in enumerate(statuses, 1)
    ]
    return [b'{"key":"%s","headers":{},"value":%s}\n' % (one.alert_id.encode(), one.value) for one in made]


@pytest.fixture
def checked(tmp_path):
    """Answer how the program ends on lines, and what it says."""

    def check(lines):
        file = tmp_path / "alerts.ndjson"
        file.write_bytes(b"".join(lines))
        told = subprocess.run([sys.executable, PROGRAM, file], capture_output=True, text=True, timeout=30, check=False)
        return told.returncode, told.stdout

    return check


def test_a_whole_chain_passes(checked, lines):
    """Revisions as they were published follow each other."""
    assert checked(lines) == (0, "every revision follows the one before it\n")


def test_a_changed_value_is_found(checked, lines):
    """One number changed in a value breaks the link to the next revision."""
    lines[1] = lines[1].replace(b'"value":36,', b'"value":35,', 1)
    code, said = checked(lines)

    assert code == 1
    assert ".3 does not follow revision 2" in said


def test_a_revision_left_out_is_found(checked, lines):
    """A gap in the numbers is named by the revision after it."""
    code, said = checked([lines[0], lines[2]])

    assert code == 1
    assert ".3 does not follow revision 1" in said
