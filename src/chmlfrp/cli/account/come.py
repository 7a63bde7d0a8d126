"""`chmlfrp account code`, `register` and `reset-password`: nobody is signed in yet."""

import click

from chmlfrp.cli.account.change import with_password_stdin
from chmlfrp.cli.ask import ask_secret
from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.output import out
from chmlfrp.model.identity import MailPurpose, Registration
from chmlfrp.words.language import say

_PURPOSES = click.Choice([one.value.replace("_", "-") for one in MailPurpose])

_with_email = click.option("--email", required=True, metavar="EMAIL")
_with_code = click.option(
    "--code",
    required=True,
    metavar="CODE",
    help=say("邮件里的验证码。", "The code that was mailed."),
)


@verb()
@click.argument("purpose", type=_PURPOSES)
@_with_email
def code(purpose: str, email: str) -> None:
    """Have a code mailed; what wants a captcha is done on the service's own page."""
    from chmlfrp.control.account import MailCode

    command = MailCode(purpose=MailPurpose(purpose.replace("-", "_")), email=email)
    run(lambda client: client.account.mail_code(command))
    out(say(f"验证码已发到 {email}", f"a code was mailed to {email}"))


@verb()
@click.option("--name", required=True, metavar="NAME")
@_with_email
@click.option("--qq", required=True, metavar="NUMBER")
@_with_code
@with_password_stdin
def register(name: str, email: str, qq: str, code: str, password_stdin: bool) -> None:
    """Make an account."""
    secret = ask_secret(say("密码", "Password"), stdin=password_stdin)
    new = Registration(name=name, password=secret, email=email, qq=qq, code=code)
    new.check()
    run(lambda client: client.account.register(new))
    out(say(f"已注册，登录：chmlfrp login {name}", f"done; chmlfrp login {name}"))


@verb()
@_with_email
@_with_code
@with_password_stdin
def reset_password(email: str, code: str, password_stdin: bool) -> None:
    """Set a forgotten password."""
    from chmlfrp.control.account import ResetPassword

    secret = ask_secret(say("新密码", "New password"), stdin=password_stdin)
    command = ResetPassword(email=email, password=secret, code=code)
    run(lambda client: client.account.reset_password(command))
    out(say("密码已重设", "the password is set"))
