"""Texts of the tunnel's detail: the share card, traffic and its own options."""

from chmlfrp.words.language import Both

DETAIL: dict[str, Both] = {
    "tunnels.tab.traffic": Both("流量", "Traffic"),
    "share.do": Both("分享", "Share"),
    "share.title": Both("分享给朋友", "Share with friends"),
    "share.words": Both("复制文字", "Copy words"),
    "share.picture": Both("复制图片", "Copy picture"),
    "share.save": Both("保存图片", "Save picture"),
    "share.copied": Both("已复制，可以发给朋友了", "Copied; paste it to your friends"),
    "share.foot": Both("由 ChmlFrp 提供连接", "Connected by ChmlFrp"),
    "share.how.web": Both(
        "用浏览器打开这个地址，或扫描二维码。",
        "Open this address in a browser, or scan the code.",
    ),
    "share.how.minecraft": Both(
        "Minecraft Java 版：多人游戏 → 添加服务器 → 填入这个地址。",
        "Minecraft Java: Multiplayer → Add Server → enter this address.",
    ),
    "share.how.bedrock": Both(
        "Minecraft 基岩版：服务器 → 添加服务器，冒号前是地址，后面是端口。",
        "Minecraft Bedrock: Servers → Add Server; before the colon is the address, "
        "after it the port.",
    ),
    "share.how.terraria": Both(
        "Terraria：多人 → 通过 IP 加入，冒号前是地址，后面是端口。",
        "Terraria: Multiplayer → Join via IP; before the colon is the address, after it "
        "the port.",
    ),
    "share.how.rdp": Both(
        "打开“远程桌面连接”，填入这个地址。",
        "Open Remote Desktop Connection and enter this address.",
    ),
    "share.how.ssh": Both(
        "用 SSH 客户端连接，冒号后面是端口。",
        "Connect with an SSH client; the port is after the colon.",
    ),
    "share.how.other": Both(
        "在客户端里填入这个地址连接。", "Enter this address in your client to connect."
    ),
    "traffic.live": Both("最近两分钟", "The last two minutes"),
    "traffic.rate": Both("流入 {came}/s　流出 {went}/s", "in {came}/s   out {went}/s"),
    "traffic.today": Both(
        "今天：流入 {came}，流出 {went}；连接 {n} 个（由服务统计，会晚几分钟）",
        "Today: in {came}, out {went}; {n} connections (counted by the service, some "
        "minutes late)",
    ),
    "traffic.unguarded": Both(
        "打开守卫后，这里有实时流量和访客名单。",
        "With the guard on, live traffic and visitors are seen here.",
    ),
    "past.title": Both("守卫统计的流量", "Counted by the guard"),
    "past.span": Both("时间范围", "How far back"),
    "past.span.hour": Both("最近一小时", "Last hour"),
    "past.span.day": Both("最近一天", "Last day"),
    "past.span.month": Both("最近三十天", "Last 30 days"),
    "past.span.year": Both("最近一年", "Last year"),
    "past.who": Both("哪个访客", "Which visitor"),
    "past.who.all": Both("所有访客", "All visitors"),
    "past.sums": Both("共流入 {came}，流出 {went}", "In all: in {came}, out {went}"),
    "past.none": Both("这段时间没有流量", "No traffic within this time"),
    "traffic.week": Both("近 7 日", "7 days"),
    "traffic.visitors": Both("访客", "Visitors"),
    "traffic.nobody": Both("还没有人来过", "Nobody has come yet"),
    "traffic.visitor": Both(
        "{open} 个连接中 · 共 {n} 次 · {size}", "{open} open · {n} in all · {size}"
    ),
    "traffic.block": Both("拦截", "Block"),
    "traffic.block.name": Both("拦截 {address}", "Block {address}"),
    "traffic.blocked": Both("已拦截，还有 {n} 分钟", "Blocked for {n} min"),
    "traffic.was_blocked": Both(
        "已拦截 {address} {n} 分钟，断开 {ended} 个连接",
        "{address} is blocked for {n} minutes; {ended} connections ended",
    ),
}
