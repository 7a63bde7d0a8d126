"""Texts of the domains' page."""

from chmlfrp.words.language import Both

DOMAINS: dict[str, Both] = {
    "page.domains": Both("域名", "Domains"),
    "domains.count": Both("{n} 个免费二级域名", "{n} free sub-domains"),
    "domains.list": Both("域名列表", "List of names"),
    "domains.loading": Both("正在询问有哪些域名…", "Asking for your names …"),
    "domains.none": Both("还没有域名", "There are no names yet"),
    "domains.none.how": Both(
        "申请一个免费域名，让地址好记；Minecraft 用 SRV 记录后还不用写端口。",
        "Take a free name that is easy to remember; with an SRV record Minecraft players "
        "need no port.",
    ),
    "domains.new": Both("申请域名", "New name"),
    "domains.new.text": Both(
        "选好要指向的隧道，记录类型和记录值会按它填好。",
        "Pick the tunnel that it leads to; type and target then follow from it.",
    ),
    "domains.new.do": Both("申请", "Take it"),
    "domains.record": Both("主机名", "Host name"),
    "domains.record.hint": Both("例如 mc", "for example mc"),
    "domains.domain": Both("在哪个域名下", "Under which domain"),
    "domains.filed": Both("{name}（已备案）", "{name} (filed)"),
    "domains.unfiled": Both("{name}（未备案）", "{name} (not filed)"),
    "domains.tunnel": Both("指向隧道", "Leads to the tunnel"),
    "domains.tunnel.none": Both("不指向隧道", "No tunnel"),
    "domains.type": Both("类型", "Type"),
    "domains.type.advised": Both("按隧道建议", "As advised for the tunnel"),
    "domains.target": Both("记录值", "Target"),
    "domains.target.hint": Both(
        "留空：隧道的公网地址", "Empty: where the tunnel is reached"
    ),
    "domains.ttl": Both("TTL（秒）", "TTL (seconds)"),
    "domains.tunnels": Both("用它的隧道", "Used by"),
    "domains.name": Both("域名", "Name"),
    "domains.advice": Both("建议：{type} → {target}", "Advice: {type} → {target}"),
    "domains.no_advice": Both(
        "这条隧道用不上域名记录", "No record leads to this tunnel"
    ),
    "domains.made": Both("已申请 {name}", "{name} is yours"),
    "domains.edit": Both("修改指向", "Point elsewhere"),
    "domains.edit.text": Both(
        "{type} 记录；类型不能改，要换类型就归还后重新申请。",
        "A record of type {type}. The type stays; give the name back to have another.",
    ),
    "domains.edited": Both("{name} 现在指向 {target}", "{name} now leads to {target}"),
    "domains.copy": Both("复制域名", "Copy the name"),
    "domains.copied": Both("已复制 {name}", "{name} is copied"),
    "domains.delete": Both("归还", "Give back"),
    "domains.delete.ask": Both("归还域名 {name}？", "Give {name} back?"),
    "domains.delete.used": Both(
        "这些隧道的访客用它：{tunnels}。归还后别人可能申请走。",
        "Visitors of these tunnels come by it: {tunnels}. Somebody else may take it.",
    ),
    "domains.delete.free": Both(
        "归还后别人可能申请走。", "Somebody else may take it afterwards."
    ),
    "domains.deleted": Both("已归还 {name}", "{name} was given back"),
    "domains.refresh": Both("刷新（F5）", "Refresh (F5)"),
}
