"""Lines as a text that may be given to others: a header, and nothing private."""

import platform
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chmlfrp import __version__
from chmlfrp.control.protocol import Snapshot
from chmlfrp.desktop.text import t
from chmlfrp.local.masking import Mask
from chmlfrp.words.bundle import word_masked


class Given(NamedTuple):
    """What is given away, and what was taken out of it."""

    text: str
    masked: str
    """Empty where nothing was."""


def persons_of(snapshot: Snapshot | None) -> list[str]:
    """Return the names under which the account's owner is known."""
    account = snapshot.session.account if snapshot else None
    return [account.name, account.qq, account.email] if account else []


def given(
    lines: Sequence[str],
    *,
    title: str,
    filters: str,
    persons: Iterable[str],
    at: float,
    has_header: bool = True,
) -> Given:
    """Return the lines, masked one by one, below a header.

    at: seconds since 1970, for the header.
    """
    mask = Mask(persons=persons)
    body = [mask(line) for line in lines]
    masked = word_masked({str(kind): n for kind, n in mask.counts.items() if n})
    if not has_header:
        return Given("\n".join(body), masked)
    head = _header(title, filters=filters, masked=masked, count=len(body), at=at)
    return Given("\n".join([*(f"# {line}" for line in head), "", *body, ""]), masked)


def _header(
    title: str, *, filters: str, masked: str, count: int, at: float
) -> Iterator[str]:
    yield f"ChmlFrp UI {__version__} · {title}"
    yield time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(at))
    yield platform.platform()
    yield t("logs.header.count", n=count)
    if filters:
        yield t("logs.header.filters", filters=filters)
    yield t("logs.header.masked", what=masked or t("tunnels.nothing"))
