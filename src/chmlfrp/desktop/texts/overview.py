"""Texts of the overview."""

from chmlfrp.words.language import Both

OVERVIEW: dict[str, Both] = {
    "overview.well": Both("一切正常", "All is well"),
    "overview.problems": Both("有 {n} 个问题", "{n} problems"),
    "overview.more": Both("隧道里还有 {n} 个", "{n} more among the tunnels"),
    "overview.look": Both("查看", "Look"),
    "overview.account": Both("账户", "Account"),
    "overview.sign_in": Both(
        "登录后在这里管理隧道。", "Sign in to see your tunnels here."
    ),
    "overview.points": Both("积分：{n}", "Points: {n}"),
    "overview.bandwidth": Both(
        "带宽：{n} Mbps（境外节点 4 倍）", "Bandwidth: {n} Mbps (×4 abroad)"
    ),
    "overview.until": Both("会员到期：{day}", "Member until {day}"),
    "overview.visit": Both("去签到", "Sign in for points"),
    "overview.visited": Both("今天已签到", "Today's visit is made"),
    "overview.not_visited": Both("今天还没有签到", "Today's visit is not made yet"),
    "overview.visits": Both(
        "共签到 {n} 次，得 {points} 积分", "{n} visits, {points} points in all"
    ),
    "overview.running": Both("运行中的隧道", "Running tunnels"),
    "overview.running.count": Both(
        "运行中的隧道：{n} / {all}", "Running tunnels: {n} of {all}"
    ),
    "overview.none_running": Both("没有隧道在运行。", "No tunnel is up."),
    "overview.all": Both("全部隧道", "All tunnels"),
    "overview.week": Both("近 7 日流量", "Traffic of 7 days"),
    "overview.week.legend": Both(
        "蓝：流入（访客发来）　绿：流出（发给访客）",
        "blue: in, from visitors   green: out, to visitors",
    ),
    "overview.week.none": Both("这几天没有流量", "No traffic in these days"),
    "overview.messages": Both("消息", "Messages"),
    "overview.messages.none": Both("没有消息。", "There are no messages."),
}
