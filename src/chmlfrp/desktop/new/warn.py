"""What is to be known before a local port is published."""

from collections.abc import Iterable
from typing import NamedTuple

from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.new.look import is_here, listens
from chmlfrp.desktop.text import t
from chmlfrp.local.listeners import Listener
from chmlfrp.model.exposure import Danger, Exposed, exposed
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.exposure import word_exposed


class Warned(NamedTuple):
    """Words, and how grave they are."""

    text: str
    tone: str


def danger(found: Exposed | None) -> Warned | None:
    """Return what publishing it would mean, None if that is nothing to be warned of."""
    if found is None:
        return None
    tone = "busy" if found.danger is Danger.CAUTION else "bad"
    return Warned(word_exposed(found), tone)


def exposed_there(
    host: str, port: int, kind: TunnelType, listeners: Iterable[Listener]
) -> Exposed | None:
    """Return what publishing it would show, by what listens there, else by its port."""
    row = _row(host, port, kind, listeners)
    return exposed(port, kind=kind) if row is None else row.exposed(kind)


def warning(
    host: str,
    port: int,
    kind: TunnelType,
    listeners: Iterable[Listener],
    *,
    is_found: bool = False,
) -> Warned | None:
    """Return the danger, and whether nothing listens there.

    is_found: something is known to be there, though no program listens.
    """
    rows = list(listeners)
    said = danger(exposed_there(host, port, kind, rows))
    if _row(host, port, kind, rows) is not None or is_found or not is_here(host):
        return said
    nothing = t("new.service.nothing", port=port)
    if said is None:
        return Warned(nothing, "busy")
    return Warned(f"{said.text}\n{nothing}", said.tone)


def _row(
    host: str, port: int, kind: TunnelType, listeners: Iterable[Listener]
) -> Listener | None:
    protocol = "udp" if kind is TunnelType.UDP else "tcp"
    return listens([one for one in listeners if one.protocol == protocol], host, port)


def show_warning(banner: Banner, said: Warned | None) -> None:
    """Say it there, or nothing."""
    if said is None:
        banner.hide()
    else:
        banner.say(said.text, tone=said.tone)


def port_of(text: str) -> int | None:
    """Return the port that was typed, None if it is none."""
    digits = text.strip()
    is_port = digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= 65535
    return int(digits) if is_port else None
