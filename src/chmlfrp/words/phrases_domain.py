"""Facts about names that errors state in English, in Chinese; see `phrases`."""

DOMAIN_PHRASES: tuple[tuple[str, str], ...] = (
    (r"take one of the list of free domains", "从可用域名里选：chmlfrp domain offers"),
    (r"(?P<record>.+) cannot stand before a domain", "{record} 不能作主机记录"),
    (
        r"use labels of letters, digits, - and _, with dots between them",
        "用字母、数字、- 和 _，中间可以有点",
    ),
    (
        r"a record of type (?P<type>\w+) points at (?P<wanted>.+), not at (?P<target>.+)",
        "{type} 记录要指向{wanted}，不能是 {target}",
    ),
    (r"an IPv4 address", " IPv4 地址"),
    (r"an IPv6 address", " IPv6 地址"),
    (r"a host name", "主机名"),
    (r"priority, weight, port and host name", "“优先级 权重 端口 主机名”"),
    (r"the service has no lifetime of (?P<ttl>\d+) s", "没有 {ttl} 秒这种 TTL"),
    (r"use one of (?P<list>[\d, ]+)", "可用：{list}"),
    (r"the account has (?P<name>\S+) already", "账户里已有 {name}"),
    (
        r"point it elsewhere: chmlfrp domain edit",
        "改它的指向：chmlfrp domain edit",
    ),
    (r"type and target are missing", "没有写类型和记录值"),
    (
        r"name both, or the tunnel that the name is to lead to",
        "两个都写，或用 --tunnel 写明指向哪条隧道",
    ),
    (
        r"no record of that type leads to tunnel (?P<name>.+)",
        "这种类型的记录不能指向隧道 {name}",
    ),
    (r"see which do: chmlfrp domain advice", "查看建议：chmlfrp domain advice"),
    (r"no names can be had under (?P<domain>.+)", "{domain} 下不能申请域名"),
    (r"take one of (?P<list>.+)", "可选：{list}"),
    (
        r"(?P<name>.+) is under none of the domains there are",
        "{name} 不在任何可用域名之下",
    ),
    (r"see them: chmlfrp domain offers", "查看可用域名：chmlfrp domain offers"),
    (r"the account has no name (?P<name>.+)", "账户里没有域名 {name}"),
    (r"see what there is: chmlfrp domain list", "查看已有的：chmlfrp domain list"),
)
