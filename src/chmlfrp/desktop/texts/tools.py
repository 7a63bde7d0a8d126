"""Texts of the tools' page."""

from chmlfrp.words.language import Both

TOOLS: dict[str, Both] = {
    "page.tools": Both("工具", "Tools"),
    "tools.doctor": Both("诊断", "Doctor"),
    "tools.reach": Both("连通测试", "Try an address"),
    "tools.bundle": Both("求助资料包", "Support bundle"),
    "tools.run": Both("开始检查", "Check now"),
    "tools.doctor.none": Both("还没有检查过", "Nothing has been checked yet"),
    "tools.doctor.what": Both(
        "从守护进程到公网地址逐环检查，说明问题和办法。",
        "Looks at each link from the daemon to the public address, and says what to do.",
    ),
    "tools.looking": Both("正在检查：{what}…", "Looking at: {what} …"),
    "tools.given_up": Both("已取消", "Given up"),
    "tools.failed": Both("{n} 项有问题", "{n} links are not well"),
    "tools.well": Both("没有发现问题", "All is well"),
    "tools.pass": Both("正常", "well"),
    "tools.fail": Both("有问题", "not well"),
    "tools.skip": Both("跳过", "skipped"),
    "tools.mend.core": Both("安装 frpc", "Install frpc"),
    "tools.mend.api": Both("打开账户", "Open the account"),
    "tools.mend.node": Both("打开隧道", "Open tunnels"),
    "tools.mend.domain": Both("打开域名", "Open domains"),
    "tools.mend.address": Both("打开隧道", "Open tunnels"),
    "tools.kind": Both("测试方式", "How to try it"),
    "tools.address": Both("地址", "Address"),
    "tools.address.missing": Both("请填写地址", "Name an address"),
    "tools.go": Both("测试", "Try"),
    "tools.results": Both("结果", "Results"),
    "tools.reach.none": Both("还没有测试过", "Nothing has been tried yet"),
    "tools.reach.what": Both(
        "从这台电脑像别人一样访问一个地址。",
        "Visits an address from this machine as anybody would.",
    ),
    "tools.try.tcp": Both("TCP 连接", "TCP connection"),
    "tools.try.tcp.example": Both("例如 example.com:25565", "As example.com:25565"),
    "tools.try.ping": Both("Ping（ICMP）", "Ping (ICMP)"),
    "tools.try.ping.example": Both("例如 example.com", "As example.com"),
    "tools.try.http": Both("网页（HTTP）", "Web page (HTTP)"),
    "tools.try.http.example": Both(
        "例如 https://example.com", "As https://example.com"
    ),
    "tools.try.java": Both("Minecraft Java 版", "Minecraft Java"),
    "tools.try.java.example": Both(
        "例如 mc.example.com 或 example.com:25565",
        "As mc.example.com or example.com:25565",
    ),
    "tools.try.bedrock": Both("Minecraft 基岩版", "Minecraft Bedrock"),
    "tools.try.bedrock.example": Both("例如 example.com:19132", "As example.com:19132"),
    "tools.try.port": Both("本机端口", "Port of this machine"),
    "tools.try.port.example": Both("例如 25565", "As 25565"),
    "tools.tried": Both("{how}　{what}:", "{how} {what}:"),
    "tools.lost": Both("{sent} 次，丢失 {lost}", "{sent} sent, {lost} lost"),
    "tools.location": Both("转到 {where}", "leads to {where}"),
    "tools.server": Both("服务器 {what}", "server {what}"),
    "tools.game": Both(
        "版本 {version}，玩家 {players}", "{version}, players {players}"
    ),
    "tools.nobody": Both("没有程序在监听 {port}", "nothing listens at {port}"),
    "tools.another_user": Both("别的用户的程序", "another user's program"),
    "tools.listens": Both("{who} 监听 {protocol} {where}", "{who}: {protocol} {where}"),
    "tools.gather": Both("查看内容", "See what it holds"),
    "tools.gathering": Both("正在收集…", "Gathering …"),
    "tools.save": Both("保存…", "Save …"),
    "tools.saved": Both("已保存到 {path}", "Saved as {path}"),
    "tools.open_folder": Both("打开文件夹", "Open the folder"),
    "tools.zip": Both("资料包 (*.zip)", "Bundle (*.zip)"),
    "tools.files": Both("文件", "Files"),
    "tools.content": Both("遮住之后的内容", "What it says, masked"),
    "tools.file": Both("{name}　{size}", "{name}  {size}"),
    "tools.file.masked": Both("遮住：{what}", "masked: {what}"),
    "tools.masked": Both("已遮住：{what}", "Masked: {what}"),
    "tools.nothing_masked": Both("没有需要遮住的内容", "there was nothing to mask"),
    "tools.bundle.none": Both("先看看里面有什么", "See first what it holds"),
    "tools.bundle.what": Both(
        "日志、设置、版本和诊断结果放进一个文件，令牌、密码、姓名、邮箱和公网 IP 会遮住。"
        "没有你的同意不会发给任何人。",
        "Logs, settings, versions and the doctor's findings in one file; tokens, "
        "passwords, names, e-mail and public addresses are masked. It is sent to nobody.",
    ),
}
