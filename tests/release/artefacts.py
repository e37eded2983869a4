"""How a release is built for the tests: as `make wheel` and `make sdist` build it, into a folder of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Artefacts:
    """The two files of a release."""

    wheel: Path
    sdist: Path


def build(target, source, folder):
    """Build `wheel` or `sdist` of the sources in a folder and answer the file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built
