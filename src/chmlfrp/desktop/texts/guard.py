"""Texts of the Guard tab: visitors and rules."""

from chmlfrp.words.language import Both

GUARD: dict[str, Both] = {
    "tunnels.tab.guard": Both("守卫", "Guard"),
    "guard.switch": Both("打开或关闭守卫", "Turn the guard on or off"),
    "guard.off": Both("守卫没有打开", "The guard is off"),
    "guard.off.how": Both(
        "打开后，这里能看到谁在访问、从哪里来、用了多少流量，可以立即拦截，也可以设定谁能"
        "进来。打开时这条隧道会断开一下。",
        "With it on you see who comes, where from and how much they carry; you can block "
        "them at once and set rules for who may come. Turning it on opens the tunnel anew.",
    ),
    "guard.turn_on": Both("打开守卫", "Turn it on"),
    "guard.room.visitors": Both("访客", "Visitors"),
    "guard.room.rules": Both("规则", "Rules"),
    "guard.room.knock": Both("敲门", "Knock"),
    "guard.room.requests": Both("请求", "Requests"),
    "requests.list": Both("最近的请求", "The last requests"),
    "requests.one": Both("请求和回答", "Request and answer"),
    "requests.what": Both("请求", "Request"),
    "requests.status": Both("状态", "Status"),
    "requests.took": Both("用时", "Took"),
    "requests.from": Both("访客", "From"),
    "requests.again": Both("重发", "replayed"),
    "requests.more": Both("更多", "More"),
    "requests.search": Both("搜索地址、请求头、内容", "Search address, headers, body"),
    "requests.secrets": Both("显示密码和令牌", "Show passwords and tokens"),
    "requests.replay": Both("再发一次", "Replay"),
    "requests.replayed": Both(
        "本地服务回答 {status}", "The local service answered {status}"
    ),
    "requests.copied": Both("已复制", "Copied"),
    "requests.none": Both("没有记录请求", "Requests are not kept"),
    "requests.none.how": Both(
        "打开后能看到最近 200 个请求和回答，可以再发一次。只在内存里；"
        "大文件会多费些处理器。",
        "Turned on, the last 200 requests and answers are seen, and can be sent again. In "
        "memory alone; large files cost more of the processor.",
    ),
    "requests.on": Both("开始记录", "Keep requests"),
    "requests.off": Both("停止记录", "Keep no more"),
    "requests.waiting": Both("还没有请求", "No requests so far"),
    "requests.waiting.how": Both(
        "用浏览器打开这条隧道的地址试试。", "Open the tunnel's address in a browser."
    ),
    "requests.not_found": Both("没有符合的请求", "No request has that"),
    "requests.clear": Both("丢弃这些请求", "Drop these requests"),
    "requests.clear.ask": Both(
        "丢弃已记录的请求？", "Drop the requests that are kept?"
    ),
    "requests.har": Both("导出 HAR（已遮住密码）", "Export HAR, masked"),
    "requests.har.whole": Both(
        "导出 HAR（含密码和访客地址）", "Export HAR with secrets and addresses"
    ),
    "requests.har.kind": Both("HTTP 记录 (*.har)", "HTTP archive (*.har)"),
    "requests.exported": Both("{n} 个请求，写入 {path}", "{n} requests, in {path}"),
    "requests.base64": Both("（不是文本，以 base64 表示）", "(no text; in base64)"),
    "requests.cut": Both("（太长，只留了开头）", "(too long; the beginning is kept)"),
    "guard.visitors": Both("访客", "Visitors"),
    "guard.search": Both("搜索地址、国家…", "Search address, country …"),
    "guard.which": Both("显示哪些访客", "Which visitors"),
    "guard.which.all": Both("全部", "All"),
    "guard.which.inside": Both("正在连接", "Inside now"),
    "guard.which.refused": Both("被拒绝过", "Turned away"),
    "guard.which.standing": Both("拦截和放行", "Blocked, let in"),
    "guard.more": Both("更多", "More"),
    "guard.order.last": Both("最近来的在前", "Last to come first"),
    "guard.order.bytes": Both("流量多的在前", "Most traffic first"),
    "guard.order.visits": Both("次数多的在前", "Most visits first"),
    "guard.names": Both("查询域名（反向 DNS）", "Ask for names (reverse DNS)"),
    "guard.export": Both("导出（只留网段）…", "Export, networks alone …"),
    "guard.export.whole": Both("导出完整地址…", "Export whole addresses …"),
    "guard.export.kinds": Both("表格 (*.csv *.json)", "Table (*.csv *.json)"),
    "guard.forget": Both("删除访客记录…", "Delete the history …"),
    "guard.forget.ask": Both(
        "删除这条隧道的全部访客记录？拦截和放行保留。",
        "Delete all that is known of this tunnel's visitors? Blocks and passes are kept.",
    ),
    "guard.forget_chosen": Both("删除记录…", "Delete what is known …"),
    "guard.forget_chosen.ask": Both(
        "删除这 {n} 个访客的记录？", "Delete what is known of {n} visitors?"
    ),
    "guard.counts": Both(
        "{inside} 个连接 · {n} 个地址 · 拒绝 {refused} 次",
        "{inside} connections · {n} addresses · {refused} turned away",
    ),
    "guard.unnamed": Both(
        "这个核心不说明是谁在连接：所有访客都显示为 0.0.0.0。"
        "允许名单、允许的国家和敲门会拒绝所有人，"
        "拒绝名单和每个地址的限制拦不住任何人。frp 0.63 起会说明。",
        "This core does not say who comes: all visitors are shown as 0.0.0.0. Allow lists, "
        "allowed countries and the knock turn everybody away; deny lists and limits per "
        "address stop nobody. frp says it from 0.63 on.",
    ),
    "guard.nobody": Both("还没有人来过", "Nobody has come yet"),
    "guard.nobody.how": Both(
        "有人访问这条隧道时，会出现在这里。", "Whoever visits the tunnel appears here."
    ),
    "guard.not_found": Both("没有符合的访客", "No visitor matches"),
    "guard.show_all": Both("显示全部", "Show all"),
    "guard.since": Both("首次 {first}", "since {first}"),
    "guard.visits": Both("{n} 次", "visits: {n}"),
    "guard.bytes": Both("入 {came} 出 {went}", "in {came} out {went}"),
    "guard.rate": Both("{rate}/s", "{rate}/s"),
    "guard.refused_by": Both("拒绝 {n} 次：{rule}", "{n} refused: {rule}"),
    "guard.never_came": Both("没有来过", "has not come"),
    "guard.inside": Both("{n} 个连接", "{n} inside"),
    "guard.blocked": Both("拦截，剩 {left}", "blocked, {left}"),
    "guard.banned": Both("封禁，剩 {left}", "banned, {left}"),
    "guard.has_pass": Both("放行，剩 {left}", "let in, {left}"),
    "guard.refused": Both("拒绝 {n} 次", "{n} refused"),
    "guard.block": Both("拦截", "Block"),
    "guard.block.key": Both(
        "拦截 1 小时（B）；右键有其他时长",
        "For an hour (B); the context menu has other spans",
    ),
    "guard.lift": Both("解除", "Lift"),
    "guard.lift.key": Both(
        "解除拦截、封禁或放行（L）", "Lift a block, ban or pass (L)"
    ),
    "guard.block_for": Both("拦截多久", "Block for"),
    "guard.block_for.10": Both("10 分钟", "10 minutes"),
    "guard.block_for.60": Both("1 小时", "an hour"),
    "guard.block_for.1440": Both("1 天", "a day"),
    "guard.block_for.43200": Both("30 天", "30 days"),
    "guard.deny": Both("永久拒绝", "Deny for good"),
    "guard.admit": Both("放行（免敲门）", "Let in without a knock"),
    "guard.admit.1": Both("1 小时", "for an hour"),
    "guard.admit.12": Both("12 小时", "for 12 hours"),
    "guard.admit.168": Both("7 天", "for a week"),
    "guard.copy": Both("复制地址", "Copy the address"),
    "guard.try_it": Both("用规则试这个地址", "Try the rules with it"),
    "guard.said.blocked": Both("已拦截 {n} 个地址：{span}", "Blocked {n} for {span}"),
    "guard.said.lifted": Both("已解除 {n} 个", "Lifted for {n}"),
    "guard.said.admitted": Both("已放行 {n} 个地址", "Let in {n}"),
    "guard.said.denied": Both("已加入拒绝名单：{n} 个", "{n} put on the deny list"),
    "guard.said.forgotten": Both("已删除访客记录", "The history is deleted"),
    "guard.said.exported": Both("{n} 个访客，已写入 {path}", "{n} visitors in {path}"),
    "guard.said.saved": Both("规则已生效", "The rules are in force"),
    "guard.rules": Both("规则", "Rules"),
    "guard.scope": Both("哪些规则", "Which rules"),
    "guard.scope.own": Both("这条隧道的规则", "Rules of this tunnel"),
    "guard.scope.every": Both("所有隧道的规则", "Rules for all tunnels"),
    "guard.order_of_rules": Both(
        "从上到下逐条检查，第一条拒绝的算数；所有隧道的规则先检查。新规则对下一个连接生效。",
        "Asked from top to bottom; the first that says no counts. Rules for all tunnels "
        "are asked first. New rules hold for the next visitor.",
    ),
    "guard.turned": Both("已拒绝 {n} 次", "{n} turned away"),
    "guard.section.who": Both("谁", "Who"),
    "guard.section.when": Both("什么时候", "When"),
    "guard.section.much": Both("多少", "How much"),
    "guard.section.ban": Both("自动封禁", "Bans"),
    "guard.rule.deny": Both("拒绝的地址和网段", "Addresses and networks denied"),
    "guard.rule.allow": Both("允许的地址和网段", "Addresses and networks allowed"),
    "guard.rule.allow.hint": Both(
        "填了就只有这些能进来，且不再看国家。",
        "If there are any, nobody else comes in; their country is not asked.",
    ),
    "guard.rule.deny_countries": Both("拒绝的国家", "Countries denied"),
    "guard.rule.allow_countries": Both("允许的国家", "Countries allowed"),
    "guard.rule.allow_countries.hint": Both(
        "两个字母，如 CN、US。", "Two letters each, as CN, US."
    ),
    "guard.rule.knock_hours": Both("先敲门，有效小时", "Knock first, good for hours"),
    "guard.rule.knock_hours.hint": Both(
        "填了就要先打开敲门链接，之后这么多小时可以连接。",
        "If set, visitors open the knock page first and may then come for so many hours.",
    ),
    "guard.rule.hours": Both("开放时段", "Hours"),
    "guard.hours.none": Both("任何时候都开放。", "Open at all times."),
    "guard.rule.max_connections": Both("连接总数上限", "Most connections"),
    "guard.rule.max_per_address": Both("每个地址上限", "Most of one address"),
    "guard.rule.new_per_minute": Both(
        "每个地址每分钟新连接", "New ones a minute of one address"
    ),
    "guard.rule.bytes_per_second": Both("每秒字节", "Bytes per second"),
    "guard.rule.idle_timeout_s": Both("空闲断开（秒）", "Idle time-out, s"),
    "guard.rule.asleep": Both(
        "Minecraft 服务器没开时说的话", "While the Minecraft server is down, say"
    ),
    "guard.rule.asleep.sample": Both("晚上八点开服", "open from 8 in the evening"),
    "guard.rule.asleep.hint": Both(
        "玩家在服务器列表里看到这句话。只用于 Java 版；不填就不回答。",
        "Shown in the players' list of servers. Java edition; empty: nothing is said.",
    ),
    "guard.rule.ban": Both("多次快速失败后封禁", "Ban after fast failures"),
    "guard.rule.ban.hint": Both(
        "防猜密码：连上不久就断、又没传多少数据的连接算一次失败。网页隧道不适用。",
        "Against guessed passwords: a connection that is short and carries little is a "
        "failure. Not for web tunnels.",
    ),
    "guard.rule.ban.after": Both("失败几次", "After failures"),
    "guard.rule.ban.within_s": Both("在多少秒内", "Within, s"),
    "guard.rule.ban.shorter_s": Both("短于（秒）", "Shorter than, s"),
    "guard.rule.ban.fewer_bytes": Both("少于（字节）", "Less than, bytes"),
    "guard.rule.ban.minutes": Both("封禁多少分钟", "Banned for, minutes"),
    "guard.rule.ban.spare": Both("永不封禁", "Never banned"),
    "knock.links": Both("敲门链接", "Knock links"),
    "knock.open": Both(
        "现在谁都可以连接，不用敲门。",
        "At present anybody may connect without a knock.",
    ),
    "knock.closed": Both(
        "只有先打开链接的人可以连接。", "Only those who open a link first may connect."
    ),
    "knock.friends_only": Both("只让朋友进", "Friends only"),
    "knock.page": Both("敲门页：{url}（隧道 {name}）", "Page: {url} (tunnel {name})"),
    "knock.local": Both(
        "也可以自己建一条 http 或 tcp 隧道，通到 {host}:{port}。",
        "Or lead an http or tcp tunnel of your own to {host}:{port}.",
    ),
    "knock.blind": Both(
        "敲门页看不到访客：请打开隧道 {name} 的守卫。",
        "The page cannot see who comes: turn on the guard of the tunnel {name}.",
    ),
    "knock.shut": Both(
        "敲门页没有打开：本机端口 {port} 被别的程序占用。",
        "The page is shut: another program has the local port {port}.",
    ),
    "knock.none": Both("还没有链接", "There is no link yet"),
    "knock.none.how": Both(
        "朋友打开链接后，可以连接一段时间。",
        "Whoever opens one may connect for a while.",
    ),
    "knock.unpublished": Both("敲门页还没有公开", "The knock page is not published"),
    "knock.unpublished.how": Both(
        "公开它会在 {node} 上多用一条 tcp 隧道。",
        "Publishing takes one more tcp tunnel on {node}.",
    ),
    "knock.publish": Both("公开敲门页", "Publish the page"),
    "knock.publishing": Both("正在公开…", "Publishing …"),
    "knock.published": Both("敲门页已公开：{url}", "The page is published: {url}"),
    "knock.new": Both("新链接", "New link"),
    "knock.new.text": Both(
        "打开它的人可以连接 {name}。", "Whoever opens it may connect to {name}."
    ),
    "knock.make": Both("生成", "Make it"),
    "knock.link": Both("新链接的地址", "Address of the new link"),
    "knock.once": Both(
        "这个链接只显示这一次，现在就复制。",
        "This link is shown this once: copy it now.",
    ),
    "knock.copy": Both("复制链接", "Copy link"),
    "knock.copied": Both("已复制链接", "The link is copied"),
    "knock.revoke": Both("收回", "Revoke"),
    "knock.revoke.ask": Both(
        "收回这个链接？它放行的 {n} 个地址不能再来，正在进行的连接会断开。",
        "Revoke this link? Addresses that it let in ({n}) may come no more, and their "
        "connections end.",
    ),
    "knock.revoked": Both(
        "已收回，{n} 个地址不能再来", "Revoked; addresses that may come no more: {n}"
    ),
    "knock.kind": Both("方式", "Kind"),
    "knock.kind.once": Both("一次性", "One-time"),
    "knock.kind.password": Both("密码", "Password"),
    "knock.kind.once.long": Both("一次性链接，不要密码", "Good once, no password"),
    "knock.kind.password.long": Both(
        "要密码，谁知道都能用", "With a password, for all who know it"
    ),
    "knock.until": Both("有效到", "Good until"),
    "knock.left": Both("剩余", "Left"),
    "knock.admitted": Both("已放行", "Let in"),
    "knock.never": Both("不过期", "No end"),
    "knock.expires": Both("链接多久有效", "The link is good for"),
    "knock.lasts": Both("打开后可以连接多久", "Once opened, connect for"),
    "knock.password": Both("密码", "Password"),
    "knock.password.hint": Both("至少 6 个字符", "6 characters or more"),
    "guard.try.title": Both("保存前先试一个地址", "An address to try before saving"),
    "guard.try.address": Both("要试的地址", "Address to try"),
    "guard.try.at": Both("什么时候，空着是现在", "At what time; empty is now"),
    "guard.try": Both("试一下", "Try"),
    "guard.try.in": Both("{who} 可以进来", "{who} may come in"),
    "guard.try.out": Both("{who} 会被拒绝：{why}", "{who} is turned away: {why}"),
    "guard.try.out_of_all": Both(
        "{who} 会被拒绝：{why}（所有隧道的规则）",
        "{who} is turned away: {why} (a rule for all tunnels)",
    ),
}
