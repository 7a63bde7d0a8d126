"""Facts about tunnels that errors state in English, in Chinese; see `phrases`."""

TUNNEL_PHRASES: tuple[tuple[str, str], ...] = (
    (
        r"no deleted tunnel has the number (?P<number>\d+)",
        "没有编号为 {number} 的已删除隧道",
    ),
    (r"see what there is: chmlfrp tunnel deleted", "查看：chmlfrp tunnel deleted"),
    (r"nothing was deleted lately", "最近没有删除过隧道"),
    (
        r"a (?P<field>group|remark) is one line of up to (?P<most>\d+) characters",
        "最多 {most} 个字符，只能一行",
    ),
)
