"""Which processor runs what: the system under measurement alone on the last one, broker and driver on the others."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("faust-streaming", "aiokafka", "msgspec", "orjson", "uvloop")
KIB = 1024


def allowed() -> list[int]:
    """List the processors this process may use; empty where the system cannot pin."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(cores: list[int]) -> None:
    """Keep this process, and what it starts from now on, on these processors; nothing happens without any."""
    if cores:
        os.sched_setaffinity(0, cores)


def system_core(cores: list[int]) -> list[int]:
    """Answer where the system under measurement runs."""
    return cores[-1:]


def driver_cores(cores: list[int]) -> list[int]:
    """Answer where broker and driver run; with one processor, on the same."""
    return cores[:-1] or cores


def machine(cores: list[int]) -> dict[str, Any]:
    """Describe machine and versions, as they stand in the results."""
    return {
        "processor": _processor(),
        "cores": len(cores) or os.cpu_count(),
        "pinned": len(cores) > 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown")


def cpu_s(process: int) -> float:
    """Answer the processor seconds that another process has spent so far, 0 where the system does not tell."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def rss_bytes(field: str = "VmRSS", process: int | str = "self") -> int:
    """Answer a process's memory: VmRSS is what it holds now, VmHWM the most that it ever held."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith(field))
        return int(line.split()[1]) * KIB
    import resource  # noqa: PLC0415 - absent on Windows, needed only without /proc

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KIB
