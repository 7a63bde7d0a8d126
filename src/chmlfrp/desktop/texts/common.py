"""Texts of the frame and of what all pages share."""

from chmlfrp.words.language import Both

COMMON: dict[str, Both] = {
    "app.name": Both("ChmlFrp UI", "ChmlFrp UI"),
    "page.overview": Both("首页", "Overview"),
    "page.tunnels": Both("隧道", "Tunnels"),
    "nav.name": Both("页面", "Pages"),
    "nav.key": Both("{page}（Ctrl+{n}）", "{page} (Ctrl+{n})"),
    "theme.auto": Both("主题：跟随系统", "Theme: system"),
    "theme.light": Both("主题：浅色", "Theme: light"),
    "theme.dark": Both("主题：深色", "Theme: dark"),
    "account.none": Both("未登录", "not signed in"),
    "account.strip": Both("{name} · {group}", "{name} · {group}"),
    "do.retry": Both("重试", "Try again"),
    "do.cancel": Both("取消", "Cancel"),
    "do.close": Both("关闭", "Close"),
    "do.undo": Both("撤销", "Undo"),
    "do.copy": Both("复制", "Copy"),
    "do.refresh": Both("刷新", "Refresh"),
    "do.save": Both("保存", "Save"),
    "do.edit": Both("编辑", "Edit"),
    "do.delete": Both("删除", "Delete"),
    "do.restart_daemon": Both("重启守护进程", "Restart the daemon"),
    "said.copied": Both("已复制 {text}", "Copied {text}"),
    "loading": Both("正在加载…", "Loading …"),
    "loading.daemon": Both("正在连接守护进程…", "Reaching the daemon …"),
    "error.said": Both("服务说：「{words}」", 'The service said: "{words}"'),
    "error.failed": Both("{what}没有成功：{why}", "{what} failed: {why}"),
    "banner.finding": Both(
        "正在连接守护进程。下面是 {age} 前的情况。",
        "Reaching the daemon. This is how things were {age} ago.",
    ),
    "banner.finding_first": Both("正在启动守护进程…", "Starting the daemon …"),
    "banner.away": Both(
        "守护进程没有回应，正在重试。下面是 {age} 前的情况；隧道可能仍在运行。",
        "The daemon does not answer; trying again. This is how things were {age} ago; "
        "tunnels may still be up.",
    ),
    "banner.away_first": Both(
        "守护进程没有启动：{why}", "The daemon did not start: {why}"
    ),
    "banner.other_version": Both(
        "正在运行的守护进程是另一个版本。重启它：隧道会短暂中断，然后自动恢复。",
        "The daemon that runs is of another version. Restart it: tunnels stop for a moment "
        "and come back by themselves.",
    ),
    "banner.restarting": Both(
        "正在重启守护进程，隧道随后会自动恢复…",
        "Restarting the daemon; tunnels come back by themselves …",
    ),
    "banner.service": Both(
        "连不上 ChmlFrp 服务，列表可能不是最新的；正在运行的隧道不受影响。",
        "The ChmlFrp service cannot be reached, so lists may be old. Tunnels that are up "
        "stay up.",
    ),
    "banner.session": Both(
        "登录已失效，正在运行的隧道不受影响。请重新登录。",
        "The sign-in is no longer valid. Tunnels that are up stay up. Sign in again.",
    ),
    "span.seconds": Both("{n} 秒", "{n} s"),
    "span.minutes": Both("{n} 分钟", "{n} min"),
    "span.hours": Both("{n} 小时", "{n} h"),
    "span.days": Both("{n} 天", "{n} d"),
    "tray.show": Both("打开窗口", "Open the window"),
    "tray.quit": Both("退出", "Quit"),
    "tray.more": Both("还有 {n} 条…", "{n} more …"),
    "tray.start_all": Both("全部启动", "Start all"),
    "tray.stop_all": Both("全部停止", "Stop all"),
    "tray.pages": Both("打开页面", "Open a page"),
    "tray.copy": Both("复制 {address}", "Copy {address}"),
    "tray.no_address": Both("还没有公网地址", "No public address yet"),
    "tray.stop": Both("停止", "Stop"),
    "tray.look": Both("在窗口里查看", "Show in the window"),
    "tray.running": Both("{n} 条隧道运行中", "{n} tunnels up"),
    "tray.trouble": Both("{n} 条隧道有问题", "{n} tunnels in trouble"),
    "tray.away": Both("守护进程没有回应", "the daemon does not answer"),
    "tray.stays.title": Both("窗口已关闭", "The window is closed"),
    "tray.stays": Both(
        "隧道继续运行。点击托盘图标重新打开窗口。",
        "Tunnels stay up. Click the tray icon to open the window again.",
    ),
    "link.title": Both("打开链接", "Open a link"),
    "link.refused": Both("这个链接没有被执行。", "This link was not carried out."),
    "link.secret": Both(
        "链接里带有令牌或密码。做这个链接的人可能想让你登录到别人的账户，所以不接受。",
        "It carries a token or a password. Whoever made it could sign you in as somebody "
        "else, so it is refused.",
    ),
    "link.no_tunnel": Both("账户里没有 {n} 号隧道", "The account has no tunnel {n}"),
    "link.start": Both("一个链接想启动隧道 {name}。", "A link wants to start {name}."),
    "link.start.do": Both("启动", "Start it"),
    "link.stop": Both("一个链接想停止隧道 {name}。", "A link wants to stop {name}."),
    "link.stop.do": Both("停止", "Stop it"),
    "link.new": Both(
        "一个链接想新建这条隧道，别人将能访问它后面的服务。",
        "A link wants this tunnel made. Others will reach the service behind it.",
    ),
    "settings_broken": Both(
        "设置文件有问题，现在用的是默认值。",
        "The settings file is broken; defaults are used.",
    ),
    "settings_broken.do": Both("打开设置", "Open settings"),
    "quit.title": Both("退出", "Quit"),
    "quit.ask": Both(
        "有 {n} 条隧道正在运行。退出窗口后怎么办？",
        "{n} tunnels up. What about them when the window quits?",
    ),
    "quit.keep": Both("让它们继续运行", "Keep them up"),
    "quit.stop": Both("停止全部并退出", "Stop all and quit"),
}
