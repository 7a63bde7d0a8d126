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
    (r"account (?P<id>\d+) is not signed in here", "账户 {id} 没有在这里登录"),
    (r"nobody signed in here is (?P<name>.+)", "已登录的账户里没有 {name}"),
    (r"tunnel (?P<id>\d+) is another account's", "隧道 {id} 属于另一个账户"),
    (
        r"put it in front first: chmlfrp account use (?P<id>\d+)",
        "先切换过去：chmlfrp account use {id}",
    ),
    (r"see why: chmlfrp status", "原因见：chmlfrp status"),
)
