"""Facts about this machine, in Chinese; see `words.phrases`."""

LOCAL_PHRASES: tuple[tuple[str, str], ...] = (
    (r"this system has no systemd", "这个系统没有 systemd"),
    (
        r"let it start this at boot: (?P<command>.+)",
        "让系统在启动时运行：{command}",
    ),
    (
        r"a home that CHMLFRP_HOME names does not start by itself",
        "CHMLFRP_HOME 指定的目录不能设为自动启动",
    ),
    (
        r"leave CHMLFRP_HOME out, or write a start of your own",
        "不设 CHMLFRP_HOME，或自己写启动项",
    ),
    (
        r"this system starts nothing for a user who is not logged in",
        "这个系统不会为没有登录的用户启动程序",
    ),
    (r"leave --before-login out", "去掉 --before-login"),
)
