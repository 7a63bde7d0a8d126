"""Texts of the settings' page; `set.KEY` belongs to the setting of that key."""

from chmlfrp.words.language import Both

SETTINGS: dict[str, Both] = {
    "page.settings": Both("设置", "Settings"),
    "set.search": Both("搜索设置…", "Search settings …"),
    "set.nothing_found": Both("没有符合的设置", "No setting matches"),
    "set.none": Both("（不设置）", "(none)"),
    "set.next_window": Both("下次打开窗口时生效。", "Counts from the next window on."),
    "set.pending": Both(
        "改动已保存，重启守护进程后生效；隧道会短暂中断，然后自动恢复。",
        "Saved. It counts once the daemon is restarted; tunnels stop for a moment and come "
        "back by themselves.",
    ),
    "set.environment": Both(
        "由环境变量 {name} 指定，这里不能修改。",
        "Set by the variable {name} of the environment; it cannot be changed here.",
    ),
    "set.broken": Both(
        "现在用的是默认值，文件已另存一份，不会被覆盖。改好文件后点「重新读取」，"
        "或者「从头开始」：把它移到一边，用默认设置。",
        "Defaults are used meanwhile; a copy was kept and nothing is overwritten. Mend the "
        "file and look again, or start over: it is moved aside and defaults are used.",
    ),
    "set.open_file": Both("打开文件", "Open the file"),
    "set.look_again": Both("重新读取", "Look again"),
    "set.start_over": Both("从头开始", "Start over"),
    "set.kept": Both("原来的设置保存在 {path}", "The old settings are kept as {path}"),
    "set.look": Both("外观", "Appearance"),
    "set.ui.theme": Both("主题", "Theme"),
    "set.ui.theme.auto": Both("跟随系统", "As the system"),
    "set.ui.theme.light": Both("浅色", "Light"),
    "set.ui.theme.dark": Both("深色", "Dark"),
    "set.ui.language": Both("语言", "Language"),
    "set.ui.language.auto": Both("跟随系统", "As the system"),
    "set.ui.language.zh": Both("中文", "Chinese"),
    "set.ui.language.en": Both("英语", "English"),
    "set.start": Both("随系统启动", "Start with the system"),
    "set.startup": Both("启动", "Start"),
    "set.startup.hint": Both(
        "登录时打开窗口或托盘图标；守护进程开机启动",
        "Window or tray icon at login, daemon before login, autostart",
    ),
    "set.window": Both("登录时打开", "Open at login"),
    "set.window.hint": Both(
        "窗口，或者只有托盘图标。", "The window, or only the icon beside the clock."
    ),
    "set.window.nothing": Both("不打开", "Nothing"),
    "set.window.tray": Both("托盘图标", "Tray icon"),
    "set.window.window": Both("窗口", "Window"),
    "set.daemon": Both("守护进程", "The daemon"),
    "set.daemon.hint": Both(
        "让隧道不开窗口也能运行，崩溃后自动恢复。",
        "Keeps tunnels up without the window, and comes back after a crash.",
    ),
    "set.daemon.off": Both("需要时启动", "When it is needed"),
    "set.daemon.login": Both("登录时启动", "At login"),
    "set.daemon.boot": Both("开机启动，不等登录", "Before anybody logs in"),
    "set.notify": Both("通知", "Notifications"),
    "set.notify.level": Both("通知哪些问题", "Tell me of"),
    "set.notify.level.hint": Both(
        "不看窗口时发生的问题。", "What happens while nobody is looking."
    ),
    "set.notify.level.off": Both("不通知", "Nothing"),
    "set.notify.level.error": Both("错误", "Errors"),
    "set.notify.level.warning": Both("错误和警告", "Errors and warnings"),
    "set.notify.desktop": Both("桌面通知", "Notifications on the desktop"),
    "set.notify.quiet": Both("免打扰时段", "Quiet hours"),
    "set.notify.quiet.hint": Both(
        "例如 23:00-07:00；期间的通知之后再发。",
        "As 23:00-07:00; what comes then is sent afterwards.",
    ),
    "set.network": Both("网络", "Network"),
    "set.service.url": Both("服务地址", "Address of the service"),
    "set.service.url.hint": Both(
        "ChmlFrp 服务，或者自己搭建的。", "The ChmlFrp service, or one of your own."
    ),
    "set.core.tls": Both("到节点的加密（TLS）", "Encryption to the node (TLS)"),
    "set.core.tls.hint": Both(
        "关闭后令牌以明文传输。", "Without it the token travels in clear."
    ),
    "set.core.tls.prefer": Both("优先使用", "Preferred"),
    "set.core.tls.require": Both("必须使用", "Required"),
    "set.core.tls.off": Both("关闭", "Off"),
    "set.core.proxy": Both("代理", "Proxy"),
    "set.core.proxy.hint": Both(
        "连接节点时使用，例如 http://127.0.0.1:7890 或 socks5://127.0.0.1:1080。",
        "On the way to nodes, as http://127.0.0.1:7890 or socks5://127.0.0.1:1080.",
    ),
    "set.core.protocol": Both("传输协议", "Transport"),
    "set.core.protocol.hint": Both(
        "KCP 走 UDP，丢包多的网络上更快；节点要支持它。",
        "KCP goes over UDP and is quicker where packets get lost; the node must offer it.",
    ),
    "set.core.protocol.tcp": Both("TCP", "TCP"),
    "set.core.protocol.kcp": Both("KCP", "KCP"),
    "set.core.log_level": Both("frpc 日志级别", "How much frpc tells"),
    "set.core.log_level.trace": Both("最详细（trace）", "Everything (trace)"),
    "set.core.log_level.debug": Both("详细（debug）", "More (debug)"),
    "set.core.log_level.info": Both("普通（info）", "The usual (info)"),
    "set.guard.new_tunnels": Both("新隧道打开守卫", "Guard new tunnels"),
    "set.guard.new_tunnels.hint": Both(
        "看见访客和流量，可以拒绝来访；已有的隧道不变。",
        "Shows visitors and traffic and can refuse them; other tunnels stay as they are.",
    ),
    "set.guard.keep_visitors_days": Both("访客记录保留天数", "Keep visitors, days"),
    "set.guard.keep_visitors_days.hint": Both(
        "超过这么多天没来的访客，连同流量记录里的地址一起删除；0 表示不记录，"
        "已有的也删除。一分钟内生效。",
        "Who stays away longer is forgotten, their addresses in the traffic as well; 0 "
        "forgets those known and writes nobody down. In force within a minute.",
    ),
    "set.core": Both("frpc 程序", "The frpc program"),
    "set.cores": Both("版本", "Versions"),
    "set.cores.hint": Both("安装、换用、删除 frpc", "Install, use, remove frpc cores"),
    "set.cores.none": Both("没有可用的 frpc", "There is no frpc to run"),
    "set.cores.in_use": Both(
        "使用中：frpc {version}（{origin}）", "In use: frpc {version} ({origin})"
    ),
    "set.cores.origin.configured": Both("设置里写明的", "named in the settings"),
    "set.cores.origin.managed": Both("由本程序安装", "installed here"),
    "set.cores.origin.demo": Both("演示用的", "the demo's"),
    "set.cores.origin.path": Both("在系统里找到的", "found on this system"),
    "set.cores.about": Both("{size} · 来源 {source}", "{size} · from {source}"),
    "set.cores.gone": Both("文件不见了", "gone"),
    "set.cores.changed": Both("文件被改动过", "changed"),
    "set.cores.chosen": Both("已选用", "chosen"),
    "set.cores.use": Both("换用", "Use"),
    "set.cores.use.one": Both("换用 {label}", "Use {label}"),
    "set.cores.remove.one": Both("删除 {label}", "Remove {label}"),
    "set.cores.version": Both("要安装的版本", "Version to install"),
    "set.cores.newest": Both("最新版本", "The newest"),
    "set.cores.more": Both("其他版本", "Other versions"),
    "set.cores.install": Both("安装", "Install"),
    "set.cores.stage.list": Both(
        "正在取版本清单…", "Asking which versions there are …"
    ),
    "set.cores.stage.download": Both("正在下载…", "Fetching …"),
    "set.cores.stage.check": Both("正在核对和安装…", "Checking and installing …"),
    "set.cores.fetched": Both(
        "正在下载 {version}：{done} / {total}", "Fetching {version}: {done} of {total}"
    ),
    "set.cores.installed": Both("已安装 frpc {version}", "frpc {version} is installed"),
    "set.cores.was_there": Both(
        "已换用 frpc {version}", "frpc {version} is run from now on"
    ),
    "set.cores.old": Both(
        "{n} 条隧道还在用之前的 frpc，重启后换用新的。",
        "{n} tunnels on the frpc from before, until the next start.",
    ),
    "set.cores.anew": Both("现在重启它们", "Start them anew now"),
    "set.core.source": Both("下载来源", "Where from"),
    "set.core.source.official": Both("ChmlFrp 官方清单", "The official list"),
    "set.core.source.upstream": Both("frp 上游发布", "frp's own releases"),
    "set.core.path": Both("指定程序", "A program of your own"),
    "set.core.path.hint": Both(
        "frpc 的完整路径；留空使用上面选用的。",
        "The whole path of an frpc; empty: the one chosen above.",
    ),
    "set.data": Both("数据和备份", "Data and backup"),
    "set.data.hint": Both(
        "打开文件夹、导出隧道、备份、恢复",
        "Open the folder, export, back up, restore",
    ),
    "set.data.folder": Both("设置所在的文件夹", "Folder of the settings"),
    "set.data.open": Both("打开文件夹", "Open the folder"),
    "set.data.tunnels": Both("隧道文件", "Tunnels as a file"),
    "set.data.tunnels.hint": Both(
        "导出全部隧道，不含密码；可以在别处导入。",
        "All tunnels without passwords, to be imported elsewhere.",
    ),
    "set.data.export": Both("导出…", "Export …"),
    "set.data.no_tunnels": Both("没有可以导出的隧道", "There are no tunnels to export"),
    "set.data.backup": Both("备份", "Backup"),
    "set.data.backup.hint": Both(
        "设置、启动状态、隧道的计划、分组和规则、敲门链接（密码只有散列，含已放行的"
        "地址）；不含登录令牌。",
        "Settings, what is wanted up, schedules, groups, rules, knock links (passwords "
        "hashed) with whom they let in; no sign-in.",
    ),
    "set.data.save": Both("备份…", "Back up …"),
    "set.data.restore": Both("恢复…", "Restore …"),
    "set.data.restore.ask": Both(
        "用备份替换现在的设置？守护进程会重启，隧道短暂中断；现在的文件另存为 .bak。"
        "备份之后用掉或撤销的敲门链接会重新有效。",
        "Put the backup in the place of the present settings? The daemon is restarted and "
        "tunnels stop for a moment; the present files stay as .bak. Knock links used or "
        "revoked since are good again.",
    ),
    "set.data.restore.do": Both("恢复", "Restore"),
    "set.data.restored": Both("已恢复", "Restored"),
    "set.data.saved": Both("已保存到 {path}", "Saved as {path}"),
    "set.data.zip": Both("备份 (*.zip)", "Backup (*.zip)"),
    "set.data.json": Both("隧道 (*.json)", "Tunnels (*.json)"),
    "set.about": Both("关于", "About"),
    "set.about.hint": Both("版本、许可", "Version, licences"),
    "set.about.what": Both(
        "ChmlFrp UI：让隧道保持畅通的非官方客户端。",
        "ChmlFrp UI: an unofficial client that keeps tunnels up.",
    ),
    "set.about.versions": Both(
        "版本 {version} · 守护进程 {daemon} · Python {python} · Qt {qt}\n{system}",
        "Version {version} · daemon {daemon} · Python {python} · Qt {qt}\n{system}",
    ),
    "set.about.licence": Both("以 MIT 许可发布。", "Published under the MIT licence."),
    "set.about.copy": Both("复制版本信息", "Copy versions"),
    "set.about.copied": Both("已复制版本信息", "Versions are copied"),
    "set.about.licences": Both("所用的库和许可", "Libraries and their licences"),
    "set.about.qt": Both(
        "界面由 Qt for Python（LGPL-3.0）绘制，可以换成别的版本。",
        "The window is drawn by Qt for Python (LGPL-3.0), which can be replaced.",
    ),
}
