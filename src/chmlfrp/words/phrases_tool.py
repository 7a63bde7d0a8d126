"""Facts about nodes and tools that errors state in English, in Chinese; see `phrases`."""

TOOL_PHRASES: tuple[tuple[str, str], ...] = (
    (r"there is no node (?P<node>.+)", "没有节点 {node}"),
    (r"see what there is: chmlfrp node list --all", "查看：chmlfrp node list --all"),
    (r"(?P<kind>.+) is no type of tunnel", "没有 {kind} 这种隧道"),
    (r"(?P<host>.+) is no address or host name", "{host} 不是 IP 或主机名"),
    (r"(?P<text>.+) is no address of a page", "{text} 不是网址"),
    (r"write it like https://example\.com", "写成 https://example.com 这样"),
    (r"(?P<text>.+) is no host with a port", "{text} 不是带端口的地址"),
    (
        r"a home that CHMLFRP_HOME names is not opened at login",
        "CHMLFRP_HOME 指定的目录不能设为登录时打开",
    ),
    (r"(?P<name>.+) is there already", "{name} 已存在"),
    (r"(?P<name>.+) is no backup: (?P<why>.+)", "{name} 不是备份：{why}"),
    (r"(?P<text>'.*') is no time of the week", "{text} 不是一周里的时段"),
    (
        r'write it as "mon-fri 18:00-23:30; sat,sun 09:00-01:00"',
        "写成 “mon-fri 18:00-23:30; sat,sun 09:00-01:00” 这样",
    ),
    (r"not an http or https address", "不是 http 或 https 地址"),
    (
        r"http is for this machine only: passwords would go in clear",
        "http 只能用于本机：密码会以明文传输",
    ),
    (r"not the address of a proxy with its port", "不是带端口的代理地址"),
    (r"an address with a name or a path in it", "地址里不能有用户名或路径"),
    (
        r"For example http://127\.0\.0\.1:7890, or socks5://127\.0\.0\.1:1080\.",
        "例如 http://127.0.0.1:7890 或 socks5://127.0.0.1:1080",
    ),
    (r"the link asks for something unknown", "链接的内容无法识别"),
    (r"the link names no local port", "链接没有写明本地端口"),
    (r"write it like example\.com:25565", "写成 example.com:25565 这样"),
    (r"there is no ping on this machine", "这台电脑上没有 ping 程序"),
    (r"try: chmlfrp tool tcp", "换用 chmlfrp tool tcp"),
    (
        r"the part for asking game servers is not installed",
        "没有安装查询游戏服务器所需的部分",
    ),
    (
        r"(?P<address>\S+) does not answer as Minecraft: (?P<why>.+)",
        "{address} 没有按 Minecraft 的方式应答：{why}",
    ),
)
