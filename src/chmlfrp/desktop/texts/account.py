"""Texts of the account's page."""

from chmlfrp.words.language import Both

ACCOUNT: dict[str, Both] = {
    "page.account": Both("账户", "Account"),
    "account.log_in": Both("登录", "Log in"),
    "account.first": Both("欢迎使用 ChmlFrp UI", "Welcome to ChmlFrp UI"),
    "account.first.text": Both(
        "登录 ChmlFrp 账户，把本机的服务安全地分享到公网。",
        "Log in to your ChmlFrp account to share what runs on this machine.",
    ),
    "account.welcome": Both("登录 ChmlFrp", "Log in to ChmlFrp"),
    "account.welcome.text": Both(
        "登录后，隧道由后台守护进程保持在线。密码只用于这一次登录，不会保存。",
        "The daemon in the background keeps your tunnels up. The password is used for this "
        "log-in only and is not kept.",
    ),
    "account.refused": Both(
        "登录已失效，请重新登录。正在运行的隧道不受影响。",
        "The log-in is no longer valid. Log in again; tunnels that are up stay up.",
    ),
    "account.ways": Both("登录方式", "Ways to log in"),
    "account.by_password": Both("密码", "Password"),
    "account.by_code": Both("扫码授权", "Phone or browser"),
    "account.by_token": Both("令牌", "Token"),
    "account.by_code.how": Both(
        "在手机或浏览器里批准登录，这里不用输入密码。",
        "Approve the log-in on a phone or in a browser; no password is typed here.",
    ),
    "account.by_code.begin": Both("获取授权码", "Show a code"),
    "account.by_code.asking": Both("正在获取授权码…", "Asking for a code …"),
    "account.by_code.scan": Both(
        "扫描二维码，或打开网页并核对授权码：",
        "Scan this, or open the page and compare the code:",
    ),
    "account.by_code.open": Both("在浏览器中打开", "Open in browser"),
    "account.by_code.left": Both("等待批准，剩余 {m}:{s}", "Waiting, {m}:{s} left"),
    "account.by_code.unset": Both(
        "这个服务还没有为本程序登记客户端编号，无法扫码授权。请用密码或令牌登录。",
        "This program has no client id at this service yet, so a code cannot be asked for. "
        "Log in by password or token.",
    ),
    "account.qr": Both("登录二维码", "QR code for the log-in"),
    "account.name": Both("用户名", "User name"),
    "account.name.hint": Both("用户名、邮箱或 QQ 号", "User name, e-mail or QQ number"),
    "account.user_name": Both("用户名", "User name"),
    "account.user_name.hint": Both("2 至 20 个字符", "2 to 20 characters"),
    "account.password": Both("密码", "Password"),
    "account.password.hint": Both(
        "6 至 48 位，字母、数字、符号至少两种", "6 to 48 characters of two kinds"
    ),
    "account.token": Both("用户令牌", "User token"),
    "account.token.hint": Both(
        "在官方面板的个人主页可以找到", "Found on your page of the official panel"
    ),
    "account.reveal": Both("显示", "Reveal"),
    "account.conceal": Both("隐藏", "Hide"),
    "account.sign_in": Both("登录", "Log in"),
    "account.signed_in": Both("已登录：{name}", "Logged in as {name}"),
    "account.busy": Both("请稍候…", "One moment …"),
    "account.service": Both("服务", "Service"),
    "account.service.hosted": Both("ChmlFrp 官方服务", "ChmlFrp, hosted"),
    "account.service.own": Both("自建服务", "A service of my own"),
    "account.service.address": Both("服务地址", "Address of the service"),
    "account.service.use": Both("使用", "Use"),
    "account.register": Both("注册账户", "Register"),
    "account.register.text": Both(
        "验证码会发到邮箱。", "A code is mailed to the address."
    ),
    "account.registered": Both("注册成功，请登录", "Registered: log in now"),
    "account.forgotten": Both("忘记密码", "Forgot password"),
    "account.forgotten.text": Both(
        "用账户邮箱收到的验证码设置新密码。",
        "Set another password with a code that is mailed to the account's address.",
    ),
    "account.email": Both("邮箱", "E-mail"),
    "account.code": Both("验证码", "Code"),
    "account.code.hint": Both("六位数字", "six digits"),
    "account.code.maybe": Both(
        "邮件验证码（服务要求时填写）", "Mailed code (where the service wants one)"
    ),
    "account.code.send": Both("发送验证码", "Send code"),
    "account.code.again": Both("{n} 秒后可重发", "Again in {n} s"),
    "account.tunnels": Both("隧道", "Tunnels"),
    "account.points": Both("积分", "Points"),
    "account.bandwidth": Both("带宽（境外 4 倍）", "Bandwidth (×4 abroad)"),
    "account.sent": Both("累计上传", "Sent in all"),
    "account.received": Both("累计下载", "Received in all"),
    "account.real": Both("实名认证", "Real name"),
    "account.real.yes": Both("已认证", "verified"),
    "account.real.no": Both("未认证", "not verified"),
    "account.for_life": Both("会员永久有效", "Member for life"),
    "account.visits": Both("签到", "Daily visits"),
    "account.visits.others": Both("今天有 {n} 人签到", "{n} people today"),
    "account.security": Both("安全", "Security"),
    "account.edit": Both("编辑资料", "Edit profile"),
    "account.edited": Both("资料已更新", "The profile is changed"),
    "account.avatar": Both("头像地址", "Avatar address"),
    "account.password.what": Both(
        "修改密码不会改变令牌，正在运行的隧道不受影响。",
        "The token stays as it is, and so do running tunnels.",
    ),
    "account.password.change": Both("修改密码", "Change password"),
    "account.password.old": Both("当前密码", "Present password"),
    "account.password.new": Both("新密码", "New password"),
    "account.password.do": Both("设置新密码", "Set password"),
    "account.password.set": Both("密码已更新", "The password is set"),
    "account.token.what": Both(
        "令牌泄露时重置。其他设备和保存的配置都要重新登录。",
        "Renew it when it leaked. Other machines and saved files need a new log-in.",
    ),
    "account.token.renew": Both("重置令牌", "Renew token"),
    "account.token.others": Both(
        "旧令牌立即失效：用它登录的其他电脑和启动器、保存的 frpc 配置都会失效，"
        "需要重新登录或重新下载。",
        "The old token is dead at once: other machines, launchers and saved frpc files "
        "that use it need a new log-in.",
    ),
    "account.token.running": Both(
        "本机运行中的 {n} 条隧道会用新令牌重新打开，短暂中断。",
        "{n} tunnels from here: opened anew with the new token, with a short break.",
    ),
    "account.token.renewed": Both("令牌已重置", "The token is renewed"),
    "account.token.sign_in": Both(
        "令牌已重置，请重新登录", "The token is renewed: log in again"
    ),
    "account.others": Both("其他账户", "Other accounts"),
    "account.others.what": Both(
        "可以同时登录多个账户；切换后，其他账户正在运行的隧道继续运行。",
        "Several accounts may be logged in; what runs of the others goes on.",
    ),
    "account.others.add": Both("添加账户", "Add an account"),
    "account.others.back": Both("返回当前账户", "Back to the account"),
    "account.others.use": Both("切换", "Switch"),
    "account.others.use.name": Both("切换到 {name}", "Switch to {name}"),
    "account.others.forget": Both("移除", "Remove"),
    "account.others.forget.name": Both("移除 {name}", "Remove {name}"),
    "account.others.forget.ask": Both(
        "移除账户 {name}？它的令牌会从本机删除，正在运行的隧道不受影响。",
        "Remove {name}? Its token is deleted here; running tunnels go on.",
    ),
    "account.sign_out": Both("退出登录", "Log out"),
    "account.sign_out.ask": Both("退出登录？", "Log out of this account?"),
    "account.sign_out.running": Both(
        "有 {n} 条隧道正在运行。退出登录后怎么办？",
        "{n} tunnels up. What about them when you log out?",
    ),
    "account.sign_out.keep": Both("退出，隧道继续运行", "Log out, keep them up"),
    "account.sign_out.stop": Both("停止隧道并退出", "Stop them and log out"),
}
