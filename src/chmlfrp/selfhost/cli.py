"""`chmlfrp selfhost`: serve, user, node."""

import typer

from chmlfrp.selfhost.commands import node, user
from chmlfrp.selfhost.commands.serve import serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Run a tunnel service of your own: an API and nodes on real frps.",
)
app.command("serve")(serve)
app.add_typer(user.app, name="user")
app.add_typer(node.app, name="node")


def main() -> None:
    """Run the command line."""
    app(prog_name="chmlfrp selfhost")
