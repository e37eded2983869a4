"""What is released, installed without the checkout, is the whole product: wheel and source distribution alike."""

import json
import os
import shutil
import site
import subprocess
import sys
import tarfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
from artefacts import build

CHECKOUT = Path(__file__).parents[2]
DEMO_S = 60
"""what a busy machine may need for a demo that takes 20 s on an idle one"""


@dataclass(frozen=True)
class Installed:
    """A virtual environment that holds the wheel, and the empty folder where its user stands."""

    bin: Path
    folder: Path

    def run(self, program, *arguments, timeout=30):
        """Run a program of the environment as a user without Java and without our settings would."""
        ours = {name for name in os.environ if name.startswith("FAIRTRADE_") or name in ("JAVA_HOME", "PYTHONPATH")}
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        command = [self.bin / program, *arguments]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment | {"PATH": str(self.bin), "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def wheel(request, artefacts, tmp_path_factory):
    """The wheel of the release, or the one that its source distribution builds where there is no checkout."""
    if request.param == "wheel":
        return artefacts.wheel
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(artefacts.sdist) as packed:
        packed.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build("wheel", source, folder / "dist")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel in an environment of its own, which borrows everything but `monitor` from the tests' environment."""
    root = tmp_path_factory.mktemp("user")
    venv.create(root / "venv", with_pip=False)
    (packages,) = (root / "venv" / "lib").glob("python*/site-packages")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        root / "venv",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=60)
    # Its own packages come first, and a path that is added so reads no .pth of the other: no editable install.
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    (root / "empty").mkdir()
    return Installed(root / "venv" / "bin", root / "empty")


def test_the_package_is_the_installed_one(installed):
    """What runs is the wheel's code, not the checkout's."""
    told = installed.run("python", "-c", "import monitor; print(monitor.__file__)")

    assert str(installed.bin.parent) in told.stdout
    assert str(CHECKOUT) not in told.stdout


def test_the_command_says_its_version(installed, wheel):
    """`fairtrade --version` is the version that the wheel is called by."""
    told = installed.run("fairtrade", "--version")

    assert f"fairtrade, version {wheel.name.split('-')[1]}\n" == told.stdout


def test_the_contracts_are_found(installed):
    """`fairtrade topics show` reads the declarations that came along."""
    told = installed.run("fairtrade", "topics", "show")

    assert told.returncode == 0, told.stderr
    assert {"alerts", "orders", "dead-letters"} <= set(told.stdout.split())


def test_a_file_is_judged(installed):
    """A province that the installed program simulates is judged by it, without Kafka."""
    simulated = installed.run("fairtrade", "simulate", "--small", "--partitions", "1", "--out", "province")
    judged = installed.run("fairtrade", "backtest", "province/partition-0.ndjson", "--out", "alerts.ndjson")
    alerts = (installed.folder / "alerts.ndjson").read_text("utf-8").splitlines()
    shutil.rmtree(installed.folder / "province")
    for file in installed.folder.iterdir():
        file.unlink()

    assert (simulated.returncode, judged.returncode) == (0, 0), simulated.stderr + judged.stderr
    assert {"sub-cost", "exclusivity", "integrity"} == {json.loads(line)["value"]["typology"] for line in alerts}


@pytest.mark.kafka
@pytest.mark.parametrize("wheel", ["wheel"], indirect=True)
def test_the_small_demo_runs_in_an_empty_folder(installed):
    """Without Java on the path the demo starts a broker, finds all that it planted, and leaves the folder empty."""
    began = time.monotonic()
    told = installed.run("fairtrade", "demo", "--small", timeout=4 * DEMO_S)
    took = time.monotonic() - began
    print(f"the small demo took {took:.1f} s")  # noqa: T201 - the measure is worth reading

    assert told.returncode == 0, told.stdout + told.stderr
    assert "every planted offence found, nothing false" in told.stdout
    assert took <= DEMO_S
    assert not list(installed.folder.iterdir())
