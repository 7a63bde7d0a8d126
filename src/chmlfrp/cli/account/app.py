"""The table of `chmlfrp account`."""

from typing import ClassVar

from chmlfrp.cli.lazy import Entry, Lazy
from chmlfrp.words.language import Both, say

_HERE = "chmlfrp.cli.account"


class _Verbs(Lazy):
    """Every verb, imported when it is called."""

    entries: ClassVar = {
        "show": Entry(
            f"{_HERE}.look", "show", Both("显示账户资料。", "Show the account.")
        ),
        "list": Entry(
            f"{_HERE}.several",
            "accounts",
            Both("列出已登录的账户。", "The accounts that are signed in."),
        ),
        "use": Entry(
            f"{_HERE}.several",
            "use",
            Both("切换到另一个已登录的账户。", "Put another account in front."),
        ),
        "forget": Entry(
            f"{_HERE}.several",
            "forget",
            Both("忘记一个账户和它的令牌。", "Forget an account and its token."),
        ),
        "traffic": Entry(
            f"{_HERE}.look",
            "traffic",
            Both("近 7 日流量。", "Traffic of the last seven days."),
        ),
        "messages": Entry(
            f"{_HERE}.look",
            "messages",
            Both("服务的消息。", "Messages of the service."),
        ),
        "attendance": Entry(
            f"{_HERE}.look",
            "attendance",
            Both("签到统计与签到页面。", "Daily visits, and where to make one."),
        ),
        "edit": Entry(
            f"{_HERE}.change",
            "edit",
            Both("修改用户名、QQ、头像。", "Change name, QQ number, avatar."),
        ),
        "password": Entry(
            f"{_HERE}.change", "password", Both("修改密码。", "Set another password.")
        ),
        "token": Entry(
            f"{_HERE}.change",
            "token",
            Both(
                "重置令牌（先说明后果）。", "Take another token; says first what for."
            ),
        ),
        "code": Entry(
            f"{_HERE}.come",
            "code",
            Both("发送邮件验证码。", "Have a code mailed."),
        ),
        "register": Entry(
            f"{_HERE}.come", "register", Both("注册账户。", "Make an account.")
        ),
        "reset-password": Entry(
            f"{_HERE}.come",
            "reset_password",
            Both("用验证码重设密码。", "Set a forgotten password."),
        ),
    }


app = _Verbs(
    help=say("账户", "The account."),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
