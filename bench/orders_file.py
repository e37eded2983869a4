"""Where the input of variant orders-1m comes from: a file that is named, or the generator beside the checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from monitor.errors import WorldIsWrong
from monitor.local.jars import cache_folder

NAMED = "FAIRTRADE_BENCH_ORDERS"
# The generator draws its numbers with numpy, which the project does not depend on.
NUMPY = "numpy==2.4.6"
GENERATOR = Path(__file__).resolve().parents[2] / "shared" / "lab" / "orders.py"


def orders_file() -> Path | None:
    """Answer the file with the million orders, made once if need be; None where there is neither file nor generator."""
    named = os.environ.get(NAMED)
    if named:
        return _existing(Path(named))
    kept = cache_folder().parent / "bench" / "orders-1m.ndjson"
    if not kept.exists():
        if not GENERATOR.exists():
            return None
        _generate(kept)
    return kept


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise WorldIsWrong(f"{NAMED} names {path}, which is no file; unset it or name the orders of variant orders-1m")
    return path


def _generate(path: Path) -> None:
    """Run the generator with numpy in an environment of its own, beside the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    python = _python_with_numpy(path.parent / "venv")
    unfinished = path.with_suffix(".part")
    subprocess.run([str(python), str(GENERATOR), str(unfinished)], check=True)
    unfinished.replace(path)


def _python_with_numpy(folder: Path) -> Path:
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", NUMPY], check=True)
    return python
