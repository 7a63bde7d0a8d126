"""What can be said of the machine that a local node runs on."""

import platform
import shutil
import time
from pathlib import Path

import msgspec
import psutil


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Load and size; bytes, percent, seconds."""

    cpu_info: str
    num_cores: int
    cpu_usage: float
    load1: float
    load5: float
    load15: float
    memory_total: int
    storage_total: int
    storage_used: int
    uptime_seconds: int


def look(folder: Path) -> Machine:
    """Return the machine now; the disk is the one that `folder` is on."""
    load1, load5, load15 = psutil.getloadavg()
    disk = shutil.disk_usage(folder)
    return Machine(
        cpu_info=_cpu_name(),
        num_cores=psutil.cpu_count() or 0,
        cpu_usage=psutil.cpu_percent(interval=None),
        load1=round(load1, 2),
        load5=round(load5, 2),
        load15=round(load15, 2),
        memory_total=psutil.virtual_memory().total,
        storage_total=disk.total,
        storage_used=disk.used,
        uptime_seconds=int(time.time() - psutil.boot_time()),
    )


def _cpu_name(source: Path = Path("/proc/cpuinfo")) -> str:
    try:
        lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor()).strip()
