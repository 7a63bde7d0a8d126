"""What publishing a local service means, and the rules that are offered for it."""

import asyncio
from collections.abc import Callable

import click

from chmlfrp.cli.output import Paint, can_ask, err
from chmlfrp.control.protocol import CreateTunnel, TunnelView
from chmlfrp.local.listeners import listener_at
from chmlfrp.model.doorkeeping import kept_with, suggested
from chmlfrp.model.exposure import Exposed, exposed
from chmlfrp.model.guard import Guard
from chmlfrp.model.tunnel import Tunnel, TunnelType
from chmlfrp.words.exposure import word_exposed
from chmlfrp.words.guard import word_guard
from chmlfrp.words.language import say


def warn_of(tunnel: Tunnel | CreateTunnel) -> Exposed | None:
    """Say so if strangers should not reach what the tunnel publishes; return what."""
    listener = listener_at(tunnel.local_port, tunnel.local_host)
    if listener is None:
        found = exposed(tunnel.local_port, kind=tunnel.type)
    else:
        found = listener.exposed(tunnel.type)
    if found is not None:
        err(Paint(say("注意：", "note: "), "yellow"), word_exposed(found))
    return found


with_rules = click.option(
    "--rules",
    type=click.Choice(["suggested", "none"]),
    help=say(
        "公开后有危险的服务：suggested 设好建议的守卫规则，none 不设；在终端会先问。",
        "For a service that is dangerous to publish: set the guard's suggested rules, or"
        " none; a terminal is asked.",
    ),
)


def rules_for(
    command: Tunnel | CreateTunnel,
    chosen: str | None,
    *,
    asks: Callable[[], bool] = can_ask,
) -> Guard | None:
    """Return the rules that the tunnel is to have, None for those it has.

    chosen: `suggested` or `none`; None: whoever is at the terminal is asked.
    """
    found = warn_of(command)
    rules = None if found is None else suggested(found, command.type)
    if rules is None or chosen == "none":
        return None
    err(say("　建议的规则：", "  suggested rules: "), word_guard(rules))
    if chosen is not None:
        return rules
    if not asks():
        err(
            say(
                "　加上 --rules suggested 即可设好", "  set them with --rules suggested"
            )
        )
        return None
    is_wanted = click.confirm(
        say("设好这些规则？", "Set these rules?"), default=True, err=True
    )
    return rules if is_wanted else None


async def rules_after(
    view: TunnelView, after: Tunnel, chosen: str | None
) -> Guard | None:
    """Return the rules that a tunnel is to have before it is changed to that.

    None for those it has: nothing new is published, or somebody has made rules for it.
    """
    before = view.tunnel
    if before is None or _published(before) == _published(after):
        return None
    guard = view.options.guard
    if guard.has_rules:
        await asyncio.to_thread(warn_of, after)
        return None
    rules = await asyncio.to_thread(rules_for, after, chosen)
    return None if rules is None else kept_with(guard, rules)


def _published(tunnel: Tunnel) -> tuple[str, int, TunnelType]:
    return tunnel.local_host, tunnel.local_port, tunnel.type
