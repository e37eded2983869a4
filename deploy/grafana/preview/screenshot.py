"""A picture of a page by a headless Chromium that reaches no network."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PACKAGE = "chromium"
"""The package of Debian that brings it; Chinese needs fonts-noto-cjk."""

_QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class ChromiumFailedError(Exception):
    """Chromium is missing or made no picture."""


def chromium() -> str | None:
    """Answer the path of Chromium, nothing where it is not installed."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def screenshot(page: Path, picture: Path, *, width: int = 1680, height: int = 1600, timeout_s: float = 60.0) -> None:
    """Draw the upper `height` pixels of a page of files into a PNG. Raises ChromiumFailedError."""
    program = chromium()
    if program is None:
        raise ChromiumFailedError(f"none of {', '.join(PROGRAMS)} is on the path: apt-get install {PACKAGE}")
    with tempfile.TemporaryDirectory(prefix="fairtrade-chromium-") as profile:
        command = [
            program,
            *_QUIET,
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # its sandbox refuses to run as root
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={picture.absolute()}",
            page.absolute().as_uri(),
        ]
        told = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)  # noqa: S603 - our own page
    if told.returncode or not picture.exists():
        raise ChromiumFailedError(f"{program} made no picture of {page} (exit {told.returncode}): {told.stderr[-500:]}")
