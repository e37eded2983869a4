"""The page on writing a detector works as it is written: one new module is all that a new detector needs."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from docs.site.pages import CHECKOUT

PAGE = (CHECKOUT / "docs" / "write-a-detector.md").read_text("utf-8")
EXAMPLE = CHECKOUT / "tests" / "kafka" / "night_raids.py"
REGISTERED = "\nfrom monitor.detect.registry import register\n\nregister(DETECTOR)\n"


@pytest.fixture
def program(tmp_path):
    """A copy of the program with one module more; answers how a command of it ends, with its folder."""
    shutil.copytree(CHECKOUT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "topics", tmp_path / "topics")
    (tmp_path / "monitor" / "detect" / EXAMPLE.name).write_text(EXAMPLE.read_text("utf-8") + REGISTERED, "utf-8")

    def run(*arguments):
        # From this folder, and so with this copy: -m puts it before what is installed.
        command = [sys.executable, "-m", "monitor", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return run, tmp_path


def test_the_page_works_as_it_is_written(program):
    """The night of the page, judged by its command, gives the alert that it says."""
    run, folder = program
    (lines,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (command,) = re.findall(r"^fairtrade (backtest .*)$", PAGE, re.MULTILINE)
    (folder / "night.ndjson").write_text(lines, "utf-8")
    told = run(*command.split())
    alerts = [json.loads(line)["value"] for line in (folder / "alerts.ndjson").read_text("utf-8").splitlines()]

    assert told.returncode == 0, told.stderr
    assert [("night-raids", "notice", 2)] == [
        (one["typology"], one["level"], one["facts"][0]["value"]) for one in alerts
    ]
