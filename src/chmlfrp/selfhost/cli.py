"""`chmlfrp selfhost`: serve, and a noun for everything that the owner decides."""

import importlib
from typing import Any

import typer

from chmlfrp.selfhost.commands.plain import PROGRAM, Root, Verb, noun
from chmlfrp.words.language import say

MODULES = {
    "serve": "serve",
    "user": "user_edit",
    "message": "message",
    "giftcard": "giftcard",
    "mail": "mail",
    "client": "client",
    "node": "noderun",
    "domain": "domain",
}


class Lazy(Root):
    """Knows its commands by table; each is imported when it is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Names only: they are what is suggested for a typing error.
        self.commands = {name: Verb(name) for name in MODULES}

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in MODULES:
            return None
        module = importlib.import_module(
            f"chmlfrp.selfhost.commands.{MODULES[cmd_name]}"
        )
        return typer.main.get_command(module.app)


app = noun(
    say(
        "运行自己的隧道服务：API 和真实的 frps 节点。",
        "Run a tunnel service of your own: an API and nodes on real frps.",
    ),
    cls=Lazy,
)


@app.callback()
def root() -> None:
    """Take no options of its own."""


def main() -> None:
    """Run the command line."""
    app(prog_name=PROGRAM)
