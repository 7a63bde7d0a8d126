"""`chmlfrp login` and `logout`."""

import sys
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.code import by_code
from chmlfrp.cli.door import run, said_if_slow
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.output import can_ask, err, out
from chmlfrp.cli.session_lines import warn_of_trouble, who
from chmlfrp.control.protocol import PasswordSignIn, SignIn, Snapshot, TokenSignIn
from chmlfrp.errors import InvalidInput
from chmlfrp.model.secret import Secret
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient


@verb()
@click.argument(
    "name",
    required=False,
    metavar="[NAME]",
    help=say("用户名、邮箱或 QQ 号。", "User name, e-mail or QQ number."),
)
@click.option(
    "--password-stdin",
    is_flag=True,
    help=say("从标准输入读取密码。", "Read the password from stdin."),
)
@click.option(
    "--token-stdin",
    is_flag=True,
    help=say("从标准输入读取用户令牌。", "Read a user token from stdin."),
)
@click.option(
    "--token",
    "token",
    is_flag=True,
    help=say(
        "询问用户令牌（不显示）；没有终端时读标准输入。",
        "Ask for a user token, not shown; without a terminal it comes on stdin.",
    ),
)
@click.option(
    "--device",
    is_flag=True,
    help=say(
        "在手机或另一个浏览器里批准登录（OAuth 2）。",
        "Approve on a phone or in any browser (OAuth 2).",
    ),
)
def login(
    name: str | None, password_stdin: bool, token_stdin: bool, token: bool, device: bool
) -> None:
    """Sign in; neither password nor token is taken from the command line."""
    if password_stdin and token_stdin:
        raise InvalidInput("password and token cannot both come on stdin")
    if sum((password_stdin, token_stdin or token, device)) > 1:
        raise InvalidInput("take one way to sign in")
    if device:
        snapshot = by_code()
    elif token_stdin or token:
        snapshot = _signed_in(_by_token(is_asked=not token_stdin and can_ask()))
    else:
        snapshot = _signed_in(_by_password(name, stdin=password_stdin))
    out(say("已登录：", "signed in: "), who(snapshot.session))
    warn_of_trouble(snapshot)


def _signed_in(command: SignIn) -> Snapshot:

    async def sign_in(client: "ControlClient") -> Snapshot:
        text = say("正在登录…", "signing in …")
        await said_if_slow(client.sign_in(command), text)
        return await client.snapshot()

    return run(sign_in)


@verb()
def logout() -> None:
    """Forget the account; running tunnels go on."""

    async def sign_out(client: "ControlClient") -> bool:
        await client.sign_out()
        snapshot = await client.snapshot()
        return any(view.wanted for view in snapshot.tunnels.values())

    has_running = run(sign_out)
    out(say("已退出登录", "signed out"))
    if has_running:
        err(
            say(
                "运行中的隧道不受影响；要停止它们：chmlfrp daemon stop",
                "running tunnels go on; to end them: chmlfrp daemon stop",
            )
        )


def _by_token(*, is_asked: bool) -> SignIn:
    prompt = say("用户令牌（不显示）：", "User token (not shown): ")
    token = Secret(
        (_ask_hidden(prompt) if is_asked else _first_line_of_stdin()).strip()
    )
    if not token:
        raise InvalidInput("the token is empty", field="token")
    return TokenSignIn(token=token)


def _by_password(name: str | None, *, stdin: bool) -> SignIn:
    is_asked = not stdin and can_ask()
    if not name and not is_asked:
        hint = "chmlfrp login NAME --password-stdin"
        raise InvalidInput("the name is missing", hint=hint, field="name")
    if not stdin and not is_asked:
        raise InvalidInput(
            "a password is asked for on a terminal only",
            hint="pass it on stdin with --password-stdin",
            field="password",
        )
    name = name or _ask_name()
    password = Secret(
        _first_line_of_stdin()
        if stdin
        else _ask_hidden(say("密码（不显示）：", "Password (not shown): "))
    )
    if not password:
        raise InvalidInput("the password is empty", field="password")
    return PasswordSignIn(name=name, password=password)


def _ask_name() -> str:
    click.echo(
        say("用户名、邮箱或 QQ 号：", "User name, e-mail or QQ: "), err=True, nl=False
    )
    name = sys.stdin.readline().strip()
    if not name:
        raise InvalidInput("the name is missing", field="name")
    return name


def _ask_hidden(prompt: str) -> str:
    import getpass

    try:
        return getpass.getpass(prompt)
    except EOFError:
        return ""


def _first_line_of_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")
