"""The pages on which people let a program in: plain forms, Chinese or English."""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from chmlfrp.selfhost.oauth.bearer import API_SCOPE

ZH, EN = "zh", "en"

STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:26rem;margin:3rem auto;"
    "padding:0 1rem;line-height:1.5;color:#1d232b;background:#fff}"
    "label{display:block;margin:.8rem 0}input{display:block;width:100%;padding:.5rem;"
    "font-size:1rem;box-sizing:border-box}button{padding:.6rem 1.2rem;font-size:1rem;"
    "margin:.8rem .6rem 0 0}.code{font-size:1.6rem;letter-spacing:.15em}"
    ".wrong{color:#a3191f}"
    "@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#15181c}"
    ".wrong{color:#ff8a8f}}"
)


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.zh if language == ZH else self.en


TITLE = Words("授权设备", "Let a program in")
ASK_CODE = Words("程序显示的代码", "The code that the program shows")
GO_ON = Words("继续", "Go on")
SIGN_IN = Words("登录", "Sign in")
NAME = Words("用户名、邮箱或 QQ 号", "User name, e-mail address or QQ number")
PASSWORD = Words("密码", "Password")
SAME_CODE = Words(
    "程序显示的代码与此相同，才可以允许：", "Allow it only if it shows the same code:"
)
WANTS = Words("想使用你的账户：", "wants to use your account:")
ALLOW = Words("允许", "Allow")
DENY = Words("拒绝", "Deny")
OTHER = Words("换一个账户", "Use another account")
ALLOWED = Words("已允许，可以关闭此页。", "Allowed. You can close this page.")
DENIED = Words("已拒绝，可以关闭此页。", "Denied. You can close this page.")
NO_CODE = Words("代码不对或已过期。", "The code is wrong or has expired.")
WRONG = Words("账户或密码不对。", "The account or the password is wrong.")
STALE = Words("页面已过期，请重新打开。", "This page has expired; open it again.")
CLOSED = Words("登录次数过多，请稍后再试。", "Too many attempts; try again later.")
SCOPES = {
    "profile": Words("查看你的资料", "see your profile"),
    "email": Words("查看你的邮箱", "see your e-mail address"),
    "offline_access": Words("在你不在时保持登录", "stay signed in while you are away"),
    API_SCOPE: Words("管理你的隧道和账户", "manage your tunnels and your account"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What all pages of one request share."""

    language: str
    service: str
    csrf: str
    wrong: Words | None = None


def language_of(accepted: str) -> str:
    """Return the language that an `Accept-Language` header asks for first."""
    for part in accepted.lower().split(","):
        tag = part.partition(";")[0].strip()[:2]
        if tag in (ZH, EN):
            return tag
    return ZH if not accepted else EN


def code_page(look: Look) -> str:
    """Return the page that asks for the code."""
    label = ASK_CODE.in_(look.language)
    field = (
        f'<label>{label}<input name="user_code" class="code" autocomplete="off" '
        'autocapitalize="characters" maxlength="16" required autofocus></label>'
    )
    button = f"<button>{GO_ON.in_(look.language)}</button>"
    return _page(look, f'<form method="get">{field}{button}</form>')


def sign_in_page(look: Look, user_code: str) -> str:
    """Return the page that asks who is there."""
    words = look.language
    fields = (
        f'<label>{NAME.in_(words)}<input name="username" autocomplete="username" '
        "maxlength=255 required autofocus></label>"
        f'<label>{PASSWORD.in_(words)}<input name="password" type="password" '
        'autocomplete="current-password" maxlength="255" required></label>'
        f'<button name="step" value="login">{SIGN_IN.in_(words)}</button>'
    )
    return _page(look, _form(look, user_code, fields))


def consent_page(
    look: Look, user_code: str, *, program: str, account: str, scope: str
) -> str:
    """Return the page that asks whether the program may come in."""
    words = look.language
    lines = "".join(
        f"<li>{SCOPES[one].in_(words)}</li>" for one in scope.split() if one in SCOPES
    )
    body = (
        f"<p><strong>{escape(program)}</strong> {WANTS.in_(words)} "
        f"<strong>{escape(account)}</strong></p><ul>{lines}</ul>"
        f'<p>{SAME_CODE.in_(words)}</p><p class="code">{escape(user_code)}</p>'
    )
    buttons = "".join(
        f'<button name="step" value="{step}">{text.in_(words)}</button>'
        for step, text in (("approve", ALLOW), ("deny", DENY), ("leave", OTHER))
    )
    return _page(look, body + _form(look, user_code, buttons))


def done_page(look: Look, text: Words) -> str:
    """Return the page that says how it went."""
    return _page(look, f"<p>{text.in_(look.language)}</p>")


def _form(look: Look, user_code: str, inner: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("csrf", look.csrf), ("user_code", user_code))
    )
    return f'<form method="post">{hidden}{inner}</form>'


def _page(look: Look, body: str) -> str:
    title = f"{TITLE.in_(look.language)} · {escape(look.service)}"
    wrong = ""
    if look.wrong is not None:
        text = look.wrong.in_(look.language)
        wrong = f'<p class="wrong" role="alert">{text}</p>'
    return (
        f'<!doctype html><html lang="{look.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{wrong}{body}</main></body></html>"
    )
