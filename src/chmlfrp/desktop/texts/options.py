"""Texts of what is decided about a tunnel: its settings, hours and failover."""

from chmlfrp.words.language import Both

OPTIONS: dict[str, Both] = {
    "opt.basics": Both("基本", "Basics"),
    "opt.transport": Both("传输", "Transport"),
    "opt.labels": Both("分组与备注", "Group and remark"),
    "opt.running": Both("何时运行", "When it runs"),
    "opt.guarding": Both("守卫", "Guard"),
    "opt.off": Both("不限", "off"),
    "opt.unsaved": Both("有改动还没保存", "Not saved yet"),
    "opt.saving": Both("正在保存…", "Saving …"),
    "opt.mend": Both("请先改正标红的地方", "Mend what is marked first"),
    "opt.encryption": Both("加密", "Encryption"),
    "opt.compression": Both("压缩", "Compression"),
    "opt.encryption.hint": Both(
        "本机到节点之间再加密一层，多用一点处理器。",
        "Encrypts between this machine and the node; takes a little more processor.",
    ),
    "opt.compression.hint": Both(
        "网页和文字更省流量；视频、游戏没有好处。",
        "Saves traffic for pages and text; no use for video and games.",
    ),
    "opt.extra.hint": Both(
        "每行一项，写进这条隧道的 frpc 配置，例如 bandwidth_limit = 1MB",
        "One a line, added to the tunnel's part of the frpc configuration, as "
        "bandwidth_limit = 1MB",
    ),
    "opt.autostart": Both("随守护进程启动", "Start with the daemon"),
    "opt.autostart.hint": Both(
        "即使上次停着也启动。不勾选则保持上次的状态。",
        "Even if it was stopped before. Without this it is as it was left.",
    ),
    "opt.probe": Both("检查公网地址能否访问", "Try the public address now and then"),
    "opt.probe.hint": Both(
        "从这台电脑定时访问一次，连不上就提示。",
        "Visits it from this machine, and says so when nobody can get in.",
    ),
    "opt.idle_stop": Both("无人访问多少分钟后停止", "Stop when idle, minutes"),
    "opt.expires.none": Both("永不，或 2027-01-31 18:00", "never, or 2027-01-31 18:00"),
    "opt.guard": Both("打开守卫", "Guard on"),
    "opt.guard.hint": Both(
        "看得到访客和流量，可以拦截。开关时这条隧道会断开一下。",
        "Visitors and traffic are seen and can be blocked. Turning it on or off opens the "
        "tunnel anew.",
    ),
    "opt.guard.is_on": Both("打开", "on"),
    "opt.guard.is_off": Both("关闭", "off"),
    "opt.pass_on": Both(
        "告诉本地服务访客地址", "Tell the service the visitor's address"
    ),
    "opt.pass_on.nothing": Both("不告诉", "No"),
    "opt.pass_on.v1": Both("PROXY 协议 v1", "PROXY protocol v1"),
    "opt.pass_on.v2": Both("PROXY 协议 v2", "PROXY protocol v2"),
    "opt.pass_on.headers": Both("请求头 X-Forwarded-For", "X-Forwarded-For headers"),
    "opt.pass_on.hint": Both(
        "要打开守卫；本地服务（nginx、Paper、Velocity…）也必须设为接受。",
        "With the guard on; the service (nginx, Paper, Velocity …) must expect it.",
    ),
    "hours.none": Both(
        "没有设时段：由你启动和停止。", "No hours are set: you start and stop it."
    ),
    "hours.add": Both("添加时段", "Add hours"),
    "hours.remove": Both("去掉这个时段", "Remove these hours"),
    "hours.start": Both("开始", "from"),
    "hours.stop": Both("结束", "until"),
    "hours.next_day": Both("到第二天", "on the next day"),
    "hours.mon": Both("周一", "Monday"),
    "hours.tue": Both("周二", "Tuesday"),
    "hours.wed": Both("周三", "Wednesday"),
    "hours.thu": Both("周四", "Thursday"),
    "hours.fri": Both("周五", "Friday"),
    "hours.sat": Both("周六", "Saturday"),
    "hours.sun": Both("周日", "Sunday"),
    "hours.mon.short": Both("一", "Mo"),
    "hours.tue.short": Both("二", "Tu"),
    "hours.wed.short": Both("三", "We"),
    "hours.thu.short": Both("四", "Th"),
    "hours.fri.short": Both("五", "Fr"),
    "hours.sat.short": Both("六", "Sa"),
    "hours.sun.short": Both("日", "Su"),
    "escape": Both("故障转移", "Failover"),
    "escape.on": Both(
        "节点故障时换到别的节点", "Move to another node when its own fails"
    ),
    "escape.hint": Both(
        "名称、类型、本地服务不变；公网地址会随节点改变。",
        "Name, type and local service stay; the public address is the other node's.",
    ),
    "escape.nodes": Both("换到哪些节点（按顺序）", "Nodes to move to, in order"),
    "escape.nodes.none": Both(
        "没有指定：自动挑最空闲的合适节点。",
        "None named: the least busy node that fits is taken.",
    ),
    "escape.add": Both("添加节点…", "Add a node …"),
    "escape.up": Both("上移", "Move up"),
    "escape.down": Both("下移", "Move down"),
    "escape.remove": Both("去掉这个节点", "Remove this node"),
    "escape.area": Both("自动挑选时只要这个地区", "When choosing: this area alone"),
    "escape.area.hint": Both("留空则不限地区。", "Empty: any area."),
    "escape.after": Both("故障多少分钟后", "After minutes of failure"),
    "escape.moves": Both("每小时最多几次", "Most moves an hour"),
    "escape.back": Both("原节点恢复后回去", "Return once its node is well"),
    "escape.back_after": Both("恢复多少分钟后回去", "After minutes of being well"),
    "escape.names": Both("跟着改指向的免费域名", "Free sub-domains that follow"),
    "escape.names.hint": Both(
        "用逗号分隔；访客就不用换地址。",
        "With commas between; visitors then need no other address.",
    ),
    "escape.try": Both("现在会怎样？", "What would happen now?"),
    "escape.now": Both("现在在 {node}：{verdict}。", "On {node} now: {verdict}."),
    "escape.to": Both(
        "如果它故障，会换到 {node}，公网端口不变。",
        "If it failed, the tunnel would move to {node} and keep its public port.",
    ),
    "escape.to_other_port": Both(
        "如果它故障，会换到 {node}，公网端口会变。",
        "If it failed, the tunnel would move to {node}, with another public port.",
    ),
    "escape.nowhere": Both(
        "如果它故障，没有合适的节点可换。", "If it failed, no other node would do."
    ),
    "escape.home": Both("原节点是 {node}。", "Its own node is {node}."),
}
