"""The wheel, installed without the checkout, is the whole product: contracts inside, commands there, demo runs."""

import os
import site
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built as a release is."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


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


def test_the_wheel_carries_the_contracts(wheel):
    """Every file of topics/ is in the wheel."""
    expected = {f"monitor/{path.relative_to(CHECKOUT)}" for path in (CHECKOUT / "topics").rglob("*") if path.is_file()}

    assert expected
    assert expected <= set(ZipFile(wheel).namelist())


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


@pytest.mark.kafka
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
