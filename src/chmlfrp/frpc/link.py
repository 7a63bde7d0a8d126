"""Whether a core's connections still leave from addresses that this machine has."""

import ipaddress

import psutil


def is_stale(pid: int) -> bool:
    """Return whether all connections that lead off this machine have lost their address.

    A link whose address is gone is dead, though neither side has noticed. Looks into the
    system's tables; call it in a thread.
    """
    try:
        used = _used(pid)
        ours = {a.address for found in psutil.net_if_addrs().values() for a in found}
    except (psutil.Error, OSError):
        return False
    return bool(used) and used.isdisjoint(map(_bare, ours))


def _used(pid: int) -> set[str]:
    """Return our ends of the process's established connections, loopback left out."""
    found = psutil.Process(pid).net_connections(kind="tcp")
    ends = (_bare(c.laddr.ip) for c in found if c.status == psutil.CONN_ESTABLISHED)
    return {end for end in ends if not ipaddress.ip_address(end).is_loopback}


def _bare(address: str) -> str:
    """Return the address as sockets and interfaces both have it."""
    return address.partition("%")[0].removeprefix("::ffff:")
