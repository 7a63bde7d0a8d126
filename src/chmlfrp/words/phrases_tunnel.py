"""Facts about tunnels that errors state in English, in Chinese; see `phrases`."""

TUNNEL_PHRASES: tuple[tuple[str, str], ...] = (
    (r"hours need at least one day", "时段至少要选一天"),
    (
        r"a number from (?P<least>\d+) to (?P<most>\d+) is needed",
        "需要一个 {least} 到 {most} 之间的整数",
    ),
    (
        r"(?P<text>.+) is no number from (?P<least>\d+) to (?P<most>\d+)",
        "{text} 不是 {least} 到 {most} 之间的整数",
    ),
    (
        r"no deleted tunnel has the number (?P<number>\d+)",
        "没有编号为 {number} 的已删除隧道",
    ),
    (r"see what there is: chmlfrp tunnel deleted", "查看：chmlfrp tunnel deleted"),
    (
        r"the file is no frpc configuration: (?P<why>.+)",
        "这不是 frpc 的配置文件（{why}）",
    ),
    (r"the file holds no tunnels: (?P<why>.+)", "文件里没有隧道（{why}）"),
    (
        r"take an frpc\.ini, an frpc\.toml, or what tunnel export wrote",
        "用 frpc.ini、frpc.toml，或 tunnel export 导出的文件",
    ),
    (r"the file is too long", "文件太长"),
    (r"(?P<file>.+) cannot be read: (?P<why>.+)", "无法读取 {file}：{why}"),
    (r"nothing was deleted lately", "最近没有删除过隧道"),
    (
        r"a (?P<field>group|remark) is one line of up to (?P<most>\d+) characters",
        "最多 {most} 个字符，只能一行",
    ),
)
