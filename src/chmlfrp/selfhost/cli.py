"""`chmlfrp selfhost`: serve, user, node."""

from chmlfrp.selfhost.commands import node, user
from chmlfrp.selfhost.commands.plain import PROGRAM, Root, noun, verb
from chmlfrp.selfhost.commands.serve import serve
from chmlfrp.words.language import say

app = noun(
    say(
        "运行自己的隧道服务：API 和真实的 frps 节点。",
        "Run a tunnel service of your own: an API and nodes on real frps.",
    ),
    cls=Root,
)
verb(
    app,
    "serve",
    say(
        "运行服务；节点选项只在第一次启动时有效。",
        "Run the service; node options count at the first start.",
    ),
)(serve)
app.add_typer(user.app, name="user")
app.add_typer(node.app, name="node")


def main() -> None:
    """Run the command line."""
    app(prog_name=PROGRAM)
