"""Texts of the tunnels' page."""

from chmlfrp.words.language import Both

TUNNELS: dict[str, Both] = {
    "tunnels.count": Both("{n} 条隧道 · {up} 条运行中", "{n} tunnels · {up} running"),
    "tunnels.search": Both("搜索隧道…", "Search tunnels …"),
    "tunnels.search.clear": Both("清除搜索", "Clear the search"),
    "tunnels.order": Both("排序", "Order"),
    "tunnels.order.name": Both("按名称", "By name"),
    "tunnels.order.state": Both("问题在前", "Problems first"),
    "tunnels.order.node": Both("按节点", "By node"),
    "tunnels.order.group": Both("按分组", "By group"),
    "tunnels.start": Both("启动", "Start"),
    "tunnels.stop": Both("停止", "Stop"),
    "tunnels.restart": Both("重启", "Restart"),
    "tunnels.chosen": Both("已选 {n} 条", "{n} chosen"),
    "tunnels.none": Both("还没有隧道", "There are no tunnels yet"),
    "tunnels.none.how": Both(
        "在这里或网页面板创建的隧道都会出现在这里。",
        "Tunnels made here or in the web panel appear in this list.",
    ),
    "tunnels.not_found": Both("没有符合的隧道", "No tunnel matches"),
    "tunnels.why_retry": Both("{why}；{n} 秒后重试", "{why}; next try in {n} s"),
    "tunnels.no_address": Both("还没有公网地址", "No public address yet"),
    "tunnels.place": Both("本地 {local}，经节点 {node}", "From {local} through {node}"),
    "tunnels.tab.status": Both("状态", "Status"),
    "tunnels.tab.log": Both("日志", "Log"),
    "tunnels.tab.settings": Both("设置", "Settings"),
    "tunnels.tab.events": Both("事件", "Events"),
    "tunnels.reset": Both("还原", "Reset"),
    "tunnels.same": Both("没有改动", "Nothing was changed"),
    "tunnels.saved": Both("已保存 {name}", "Saved {name}"),
    "tunnels.diff": Both("保存这些改动？", "Save these changes?"),
    "tunnels.change": Both("{was} → {will}", "{was} → {will}"),
    "tunnels.type_change": Both(
        "更改类型要删除并重新创建这条隧道，编号会变。",
        "Another type means that the tunnel is deleted and made again; its number changes.",
    ),
    "tunnels.yes": Both("是", "yes"),
    "tunnels.no": Both("否", "no"),
    "tunnels.nothing": Both("（空）", "(none)"),
    "tunnels.delete.ask": Both(
        "从账户里删除 {n} 条隧道？\n{names}",
        "Delete {n} tunnels from the account?\n{names}",
    ),
    "tunnels.delete.undo": Both(
        "删除后可以撤销：按原来的设置重新创建，编号会变。",
        "This can be undone: they are made again as they were, with other numbers.",
    ),
    "tunnels.deleted": Both("已删除 {n} 条隧道", "Deleted {n} tunnels"),
    "tunnels.restored": Both("已恢复 {names}", "Made again: {names}"),
}
