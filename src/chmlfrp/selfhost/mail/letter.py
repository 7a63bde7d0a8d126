"""What the service writes to people, in Chinese and English at once."""

from dataclasses import dataclass

PURPOSES = {
    "register": ("注册账户", "to register"),
    "login": ("登录", "to sign in"),
    "retoken": ("重置令牌", "to renew your token"),
    "reset_password": ("重置密码", "to reset your password"),
    "reset_email": ("更换邮箱", "to change your e-mail address"),
    "delete_account": ("注销账户", "to delete your account"),
}
"""What a code may be for, as it is asked for on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail; the text holds a code and is never logged."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return "Letter(…)"


def code_letter(
    service: str, purpose: str, *, to: str, code: str, minutes: int
) -> Letter:
    """Return the letter with a code; `minutes` is how long it can be used."""
    chinese, english = PURPOSES[purpose]
    return Letter(
        to=to,
        subject=f"{service} 验证码 / verification code",
        text=(
            f"您好！\n\n您的验证码是 {code}，用于{chinese}，{minutes} 分钟内有效，"
            "只能使用一次。如果不是您本人操作，请忽略这封邮件。\n\n"
            f"Hello!\n\nYour code {english} is {code}. It can be used once within "
            f"{minutes} minutes. If you did not ask for it, ignore this mail.\n\n"
            f"{service}\n"
        ),
    )


def known_letter(service: str, *, to: str) -> Letter:
    """Return the letter to somebody who asks to register once more."""
    return Letter(
        to=to,
        subject=f"{service} 账户已存在 / you have an account",
        text=(
            "您好！\n\n有人用这个邮箱申请注册，但它已有账户。如果是您，请直接登录。\n\n"
            "Hello!\n\nSomebody asked to register with this address, which has an "
            "account already. If that was you, sign in.\n\n"
            f"{service}\n"
        ),
    )
