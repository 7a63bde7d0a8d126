"""Facts about accounts that errors state in English, in Chinese; see `phrases`."""

ACCOUNT_PHRASES: tuple[tuple[str, str], ...] = (
    (r"(?P<name>.+) is no user name", "{name} 不能作用户名"),
    (
        r"use 2 to 20 of A-Z a-z 0-9 _ @ \. / # & \+ -",
        "用 2 到 20 个字母、数字或 _ @ . / # & + -",
    ),
    (
        r"the password needs 6 to 48 characters of two kinds",
        "密码要 6 到 48 个字符，至少两种",
    ),
    (r"mix letters, digits and symbols", "字母、数字、符号混用"),
    (r"(?P<email>.+) is no e-mail address", "{email} 不是邮箱地址"),
    (r"write it like ada@example\.com", "写成 ada@example.com 这样"),
    (r"(?P<qq>.+) is no QQ number", "{qq} 不是 QQ 号"),
    (r"use 5 to 20 digits", "用 5 到 20 位数字"),
    (r"a mailed code is six digits", "邮件验证码是六位数字"),
    (r"look into the letter", "看一下邮件"),
    (
        r"an avatar is an http or https address of up to 255 characters",
        "头像要写 http 或 https 地址，最长 255 个字符",
    ),
    (r"the account could not be asked for", "没能取到账户资料"),
    (r"see why: chmlfrp status", "原因见：chmlfrp status"),
)
