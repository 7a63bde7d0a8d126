"""How many files this process may have open: a connection through a door takes two."""

import sys

ENOUGH = 1 << 16


def raise_open_files(*, platform: str = sys.platform) -> int | None:
    """Allow as many as the system lets us, up to `ENOUGH`; return how many.

    None where there is no such limit (Windows).
    """
    if platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return int(soft)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        # macOS may refuse what it called possible.
        return int(soft)
    return int(wanted)
