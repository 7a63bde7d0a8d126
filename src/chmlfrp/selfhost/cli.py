"""`chmlfrp selfhost`: serve, and a noun for everything that the owner decides."""

from chmlfrp.selfhost.commands import (
    client,
    domain,
    giftcard,
    mail,
    message,
    node,
    noderun,
    user,
    user_edit,
)
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
user_edit.register(user.app)
app.add_typer(user.app, name="user")
app.add_typer(message.app, name="message")
app.add_typer(giftcard.app, name="giftcard")
app.add_typer(mail.app, name="mail")
app.add_typer(client.app, name="client")
noderun.register(node.app)
app.add_typer(node.app, name="node")
app.add_typer(domain.app, name="domain")


def main() -> None:
    """Run the command line."""
    app(prog_name=PROGRAM)
