"""What publishing a port would show, in words."""

from chmlfrp.model.exposure import Danger, Exposed, Exposure
from chmlfrp.words.language import Both, say

EXPOSURES: dict[Exposure, Both] = {
    Exposure.RDP: Both("Windows 远程桌面", "Windows remote desktop"),
    Exposure.SSH: Both("SSH 登录", "SSH"),
    Exposure.TELNET: Both("Telnet（明文）", "Telnet, in clear"),
    Exposure.FTP: Both("FTP（明文）", "FTP, in clear"),
    Exposure.SMB: Both("Windows 文件共享", "Windows file sharing"),
    Exposure.NFS: Both("NFS 文件共享", "NFS file sharing"),
    Exposure.VNC: Both("VNC 远程桌面", "VNC remote desktop"),
    Exposure.WINRM: Both("Windows 远程管理", "Windows remote management"),
    Exposure.RPC: Both("Windows RPC", "Windows RPC"),
    Exposure.DATABASE: Both("数据库", "a database"),
    Exposure.CACHE: Both(
        "缓存数据库（多半没有密码）", "a cache, mostly without password"
    ),
    Exposure.SEARCH: Both("搜索引擎（多半没有密码）", "a search engine, mostly open"),
    Exposure.QUEUE: Both("消息队列", "a message queue"),
    Exposure.DOCKER: Both("Docker 控制接口", "Docker's control interface"),
    Exposure.KUBERNETES: Both("Kubernetes 控制接口", "Kubernetes' control interface"),
    Exposure.ADB: Both("安卓调试接口", "Android's debugging interface"),
    Exposure.DEBUGGER: Both("程序调试接口", "a program's debugger"),
    Exposure.NOTEBOOK: Both("Jupyter 一类的笔记本", "a notebook such as Jupyter"),
    Exposure.LDAP: Both("目录服务", "a directory service"),
    Exposure.MAIL: Both("邮件服务", "a mail service"),
    Exposure.DNS: Both("DNS 服务（会被用来攻击别人）", "DNS, which is used in attacks"),
    Exposure.PROXY: Both(
        "代理（陌生人会借它上网）", "a proxy, which strangers will use"
    ),
    Exposure.PRINTER: Both("打印服务", "a printer"),
    Exposure.REMOTE_HELP: Both("远程协助程序", "a program for remote help"),
    Exposure.PANEL: Both("管理面板", "a page for administration"),
    Exposure.MINECRAFT: Both(
        "离线模式的 Minecraft 服务器", "a Minecraft server in offline mode"
    ),
}

DANGERS: dict[Danger, Both] = {
    Danger.SEVERE: Both(
        "不要公开：陌生人往往不用密码就能接管电脑或拿走数据",
        "do not publish it: strangers take the machine or its data, often without any "
        "password",
    ),
    Danger.HIGH: Both(
        "几分钟内就会有人来猜密码：用强密码或密钥，限制来源，不用时停掉",
        "robots guess at it within minutes: use keys or strong passwords, allow few "
        "visitors, stop it when it is not needed",
    ),
    Danger.CAUTION: Both(
        "用强密码，及时更新", "use strong passwords and keep it up to date"
    ),
}


MEANS: dict[Exposure, Both] = {
    Exposure.RDP: Both(
        "猜中密码的人就坐在你的电脑前：用长密码，及时更新，只在用的时候打开",
        "who guesses a password sits at your machine: long passwords, updates, and up "
        "only while you need it",
    ),
    Exposure.SSH: Both(
        "几分钟内就会有人来猜密码：只用密钥登录，关掉密码登录",
        "robots guess passwords within minutes: let in keys alone, no passwords",
    ),
    Exposure.VNC: Both(
        "密码最多八位，画面不加密：有更好的办法就别用，只让自己进",
        "passwords have eight characters at most and pictures are in clear: let in "
        "nobody but yourself",
    ),
    Exposure.SMB: Both(
        "不要公开：勒索软件就是这样进来的；要传文件请用 SFTP 或网盘",
        "do not publish it: this is how ransomware comes in; use SFTP to share files",
    ),
    Exposure.DATABASE: Both(
        "猜中密码的人能读走、删掉全部数据：不要用默认账户，只让自己的程序进",
        "who guesses a password reads and deletes everything: no default accounts, and "
        "let in your own programs alone",
    ),
    Exposure.MINECRAFT: Both(
        "谁都可以用任何名字进来，包括管理员的：打开 online-mode，或只让朋友进",
        "anybody comes in under any name, an operator's too: turn online-mode on, or let "
        "in friends alone",
    ),
}
"""Where more can be said than what such danger usually means."""


def word_exposed(found: Exposed) -> str:
    """Return what it is and what that means."""
    by = f" ({found.process})" if found.process else ""
    what = f"{EXPOSURES[found.what]}{by}"
    means = MEANS.get(found.what) or DANGERS[found.danger]
    return f"{what}{say('：', ': ')}{means}"
