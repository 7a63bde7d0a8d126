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
    memory_used: int = 0
    page_tables: int = 0
    sent_packets: int = 0
    recv_packets: int = 0
    sent_bytes: int = 0
    recv_bytes: int = 0
    active_conn: int = 0
    """TCP connections that this machine made since it was started."""
    passive_conn: int = 0
    """TCP connections that it took."""


def look(folder: Path) -> Machine:
    """Return the machine now; the disk is the one that `folder` is on."""
    load1, load5, load15 = psutil.getloadavg()
    disk = shutil.disk_usage(folder)
    memory = psutil.virtual_memory()
    network = psutil.net_io_counters()
    active, passive = tcp_opens()
    return Machine(
        cpu_info=_cpu_name(),
        num_cores=psutil.cpu_count() or 0,
        cpu_usage=psutil.cpu_percent(interval=None),
        load1=round(load1, 2),
        load5=round(load5, 2),
        load15=round(load15, 2),
        memory_total=memory.total,
        memory_used=memory.used,
        page_tables=page_tables(),
        sent_packets=network.packets_sent,
        recv_packets=network.packets_recv,
        sent_bytes=network.bytes_sent,
        recv_bytes=network.bytes_recv,
        active_conn=active,
        passive_conn=passive,
        storage_total=disk.total,
        storage_used=disk.used,
        uptime_seconds=int(time.time() - psutil.boot_time()),
    )


def tcp_opens(source: Path = Path("/proc/net/snmp")) -> tuple[int, int]:
    """Return TCP's ActiveOpens and PassiveOpens; 0 where the system does not tell."""
    rows = [
        line.split()[1:] for line in _lines(source) if line.partition(":")[0] == "Tcp"
    ]
    if len(rows) != 2:
        return 0, 0
    found = dict(zip(*rows, strict=False))
    return int(found.get("ActiveOpens", 0)), int(found.get("PassiveOpens", 0))


def page_tables(source: Path = Path("/proc/meminfo")) -> int:
    """Return the bytes that page tables take; 0 where the system does not tell."""
    for line in _lines(source):
        name, _, value = line.partition(":")
        if name == "PageTables":
            return int(value.split()[0]) * 1024
    return 0


def _lines(source: Path) -> list[str]:
    try:
        return source.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _cpu_name(source: Path = Path("/proc/cpuinfo")) -> str:
    lines = _lines(source)
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor()).strip()
