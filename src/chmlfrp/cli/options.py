"""Arguments and options that several commands have."""

from collections.abc import Callable
from typing import Any

import click

from chmlfrp.words.language import say

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

with_json: Decorator = click.option(
    "--json",
    "is_json",
    is_flag=True,
    help=say("以 JSON 输出，格式稳定。", "Answer in JSON, of stable shape."),
)

_NAME_OR_ID = say("隧道的名称或编号。", "Name or id of a tunnel.")

with_tunnel: Decorator = click.argument("tunnel", metavar="TUNNEL", help=_NAME_OR_ID)

with_tunnels: Decorator = click.argument(
    "tunnels", nargs=-1, metavar="TUNNEL...", help=_NAME_OR_ID
)

with_all: Decorator = click.option(
    "--all",
    "every",
    is_flag=True,
    help=say("账户里的全部隧道。", "All of the account's."),
)

with_wait: Decorator = click.option(
    "--wait/--no-wait",
    default=True,
    help=say(
        "等到有结果为止（默认），或只下达命令。",
        "Wait for the outcome (as usual), or only ask for it.",
    ),
)


def with_timeout(seconds: float) -> Decorator:
    """Return the option that says how long `--wait` waits."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0.1),
        default=seconds,
        metavar="SECONDS",
        help=say(
            f"最多等多少秒，默认 {seconds:g}。",
            f"Wait this long at most; {seconds:g} as usual.",
        ),
    )
