"""Which country an address was given to, from the table that `iptocc` brings along.

The table is that of the five regional registries. It says where a block of addresses was
given to, which is where it is used for about 95 of 100; private addresses have none.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version

from chmlfrp.model.guard import Address, plain


@cache
def _table() -> Callable[[str], str | None] | None:
    try:
        from iptocc import country_code
    except ImportError:
        return None
    return country_code


def is_known() -> bool:
    """Whether there is a table (the extra `guard`)."""
    return _table() is not None


@cache
def edition() -> str:
    """Return which table it is, empty without one."""
    try:
        return f"iptocc {version('iptocc')}"
    except PackageNotFoundError:
        return ""


@lru_cache(maxsize=8192)
def country_of(address: Address) -> str:
    """Return the country as two letters (ISO 3166), empty where nobody knows."""
    table = _table()
    return (table(str(plain(address))) or "") if table is not None else ""
