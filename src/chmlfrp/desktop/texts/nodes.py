"""Texts of the nodes' page."""

from chmlfrp.words.language import Both

NODES: dict[str, Both] = {
    "page.nodes": Both("节点", "Nodes"),
    "nodes.count": Both(
        "{n} 个节点，{online} 个在线", "{n} nodes, {online} of them online"
    ),
    "nodes.list": Both("节点列表", "List of nodes"),
    "nodes.detail": Both("节点详情", "About the node"),
    "nodes.loading": Both("正在询问有哪些节点…", "Asking which nodes there are …"),
    "nodes.none": Both("服务还没有节点", "The service has no nodes"),
    "nodes.not_found": Both("没有符合条件的节点", "No node is like that"),
    "nodes.show_all": Both("显示全部", "Show all"),
    "nodes.search": Both("搜索名称、地区、说明", "Search name, area, notes"),
    "nodes.which": Both("显示哪些节点", "Which nodes"),
    "nodes.which.all": Both("全部节点", "All nodes"),
    "nodes.which.online": Both("在线", "Online"),
    "nodes.which.usable": Both("我能用的", "For my account"),
    "nodes.which.web": Both("支持建站", "For web sites"),
    "nodes.which.udp": Both("支持 UDP", "For UDP"),
    "nodes.which.favourites": Both("收藏", "Favourites"),
    "nodes.span": Both("在线率的时间范围", "Days of availability"),
    "nodes.span.days": Both("近 {n} 天", "{n} days"),
    "nodes.refresh": Both("刷新（F5）", "Refresh (F5)"),
    "nodes.measure_all": Both("全部测速", "Measure all"),
    "nodes.measure": Both("测速", "Measure"),
    "nodes.measuring": Both("正在测量…", "Measuring …"),
    "nodes.progress": Both("已测 {done} / {total}", "{done} of {total} measured"),
    "nodes.name": Both("名称", "Name"),
    "nodes.area": Both("地区", "Area"),
    "nodes.rights": Both("可用于", "For"),
    "nodes.load": Both("带宽占用", "Load"),
    "nodes.uptime": Both("在线率", "Availability"),
    "nodes.latency": Both("延迟", "Latency"),
    "nodes.online": Both("在线", "Online"),
    "nodes.offline": Both("离线", "Offline"),
    "nodes.members": Both("会员", "Members"),
    "nodes.web": Both("建站", "Web"),
    "nodes.favour": Both("收藏", "Add to favourites"),
    "nodes.unfavour": Both("取消收藏", "Remove from favourites"),
    "nodes.fact.asked": Both("…", "…"),
    "nodes.fact.host": Both("地址", "Host"),
    "nodes.fact.ports": Both("远程端口", "Remote ports"),
    "nodes.fact.rights": Both("可用于", "For"),
    "nodes.fact.load": Both("负载", "Load"),
    "nodes.fact.loads": Both(
        "带宽 {band} %，CPU {cpu} %", "bandwidth {band} %, CPU {cpu} %"
    ),
    "nodes.fact.traffic": Both("在用", "In use"),
    "nodes.fact.counts": Both(
        "{clients} 个客户端，{tunnels} 条隧道", "{clients} clients, {tunnels} tunnels"
    ),
    "nodes.fact.version": Both("版本", "Version"),
    "nodes.fact.notes": Both("说明", "Notes"),
    "nodes.days": Both(
        "近 {n} 天平均 {percent} %，左边是最早的一天",
        "{percent} % over the last {n} days, the oldest at the left",
    ),
    "nodes.days.unknown": Both("没有在线率记录", "No availability is known"),
    "nodes.history": Both("本机到节点的延迟", "Latency from this machine"),
    "nodes.unmeasured": Both("还没有测过", "Not measured yet"),
    "nodes.last": Both("最近一次 {what}", "last {what}"),
    "nodes.range": Both("{low} 到 {high}", "{low} to {high}"),
    "nodes.lost": Both("{n} 次中失败 {lost} 次", "{lost} of {n} failed"),
    "nodes.uptime.failed": Both("在线率没有取到：{why}", "No availability: {why}"),
}
