"""Why a tunnel is not well, and what to do about it, for every reason code."""

from typing import NamedTuple

from chmlfrp.model.reason import Code
from chmlfrp.words.language import Both


class Wording(NamedTuple):
    """What is the matter, and what a person can do."""

    what: Both
    do: Both


def _w(what: str, what_en: str, do: str, do_en: str) -> Wording:
    return Wording(Both(what, what_en), Both(do, do_en))


REASONS: dict[Code, Wording] = {
    Code.CORE_MISSING: _w(
        "这台电脑上没有找到 frpc",
        "no frpc was found on this machine",
        "安装一个：chmlfrp core install，或在设置里写明它的位置",
        "install one: chmlfrp core install, or name its place in the settings",
    ),
    Code.CORE_UNTRUSTED: _w(
        "找到的 frpc 与应有的不一致，没有运行它",
        "the frpc found is not the one expected, so it was not run",
        "删掉它，换成官方的 frpc",
        "remove it and put the official frpc in its place",
    ),
    Code.CORE_VANISHED: _w(
        "安装好的 frpc 不见了，多半被杀毒软件删除或隔离",
        "the frpc that was installed is gone; most often a virus scanner took it",
        "在杀毒软件里排除它的文件夹，再重新安装：chmlfrp core install",
        "exclude its folder from the scanner, then: chmlfrp core install",
    ),
    Code.CORE_CHANGED: _w(
        "安装好的 frpc 被改动过，没有运行它",
        "the frpc that was installed was changed, so it was not run",
        "重新安装：chmlfrp core install",
        "install it again: chmlfrp core install",
    ),
    Code.CORE_WOULD_NOT_START: _w(
        "frpc 无法启动",
        "frpc would not start",
        "看日志：chmlfrp tunnel logs",
        "read the log: chmlfrp tunnel logs",
    ),
    Code.CORE_DIED: _w(
        "frpc 意外退出",
        "frpc came to an end by itself",
        "会自动重启；反复发生时看日志：chmlfrp tunnel logs",
        "it is started again; if that repeats, read the log: chmlfrp tunnel logs",
    ),
    Code.CORE_WEDGED: _w(
        "frpc 没有反应，已换新进程",
        "frpc did nothing and was replaced",
        "反复发生时看日志：chmlfrp tunnel logs",
        "if that repeats, read the log: chmlfrp tunnel logs",
    ),
    Code.NETWORK_DOWN: _w(
        "本机没有网络，等待恢复",
        "this machine has no network; waiting for it",
        "检查网线、Wi-Fi 或路由器；恢复后会自动重连",
        "check cable, Wi-Fi or router; it goes on by itself when the network is back",
    ),
    Code.HELD_ELSEWHERE: _w(
        "这条隧道正由别的客户端使用",
        "another client has this tunnel",
        "在那台机器上停掉它；它空出来后这里会接上",
        "stop it there; it is taken up here when it is free",
    ),
    Code.CONFIG_REFUSED: _w(
        "隧道配置无法使用",
        "the tunnel's configuration cannot be used",
        "检查隧道的额外参数等设置，改好后重新启动",
        "check the tunnel's settings (extra lines first), then start it again",
    ),
    Code.CONFIG_MISMATCH: _w(
        "节点给出的配置与隧道记录不一致",
        "the node's configuration is not what the tunnel's record says",
        "稍等片刻再启动；仍然如此就重新保存一次隧道",
        "start it again in a moment; if it stays so, save the tunnel anew",
    ),
    Code.SERVICE_UNREACHABLE: _w(
        "连不上 ChmlFrp 服务",
        "the ChmlFrp service cannot be reached",
        "检查网络；已连通的隧道不受影响",
        "check the network; tunnels that are up stay up",
    ),
    Code.SERVICE_GARBLED: _w(
        "服务返回了无法识别的内容",
        "the service's answer cannot be read",
        "检查服务地址；网络可能要求先登录",
        "check the service address; this network may want a login of its own",
    ),
    Code.SERVICE_REFUSED: _w(
        "服务拒绝了请求",
        "the service refused",
        "按服务给出的说明处理",
        "act on the service's own words",
    ),
    Code.SERVICE_RATE_LIMITED: _w(
        "请求过于频繁，服务要求稍后再试",
        "the service wants fewer requests",
        "无需操作，会自动重试",
        "nothing to do: it is tried again by itself",
    ),
    Code.SIGNED_OUT: _w(
        "登录已失效或尚未登录",
        "nobody is signed in, or the sign-in is no longer valid",
        "登录：chmlfrp login",
        "sign in: chmlfrp login",
    ),
    Code.LOGIN_REFUSED: _w(
        "节点拒绝了这个账户",
        "the node refused this account",
        "确认账户状态正常，或换一个节点",
        "see that the account is in order, or take another node",
    ),
    Code.NODE_TOKEN_WRONG: _w(
        "节点的连接口令不对",
        "the node's own token is wrong",
        "这是节点的问题：稍后再试或换一个节点",
        "this is the node's fault: try later, or take another node",
    ),
    Code.LINK_REFUSED: _w(
        "节点拒绝连接",
        "the node refuses connections",
        "节点可能在维护：等它恢复或换一个节点",
        "the node may be down: wait for it, or take another",
    ),
    Code.LINK_TIMEOUT: _w(
        "连接节点超时",
        "the node does not answer in time",
        "检查网络和防火墙，或换一个节点",
        "check network and firewall, or take another node",
    ),
    Code.LINK_DNS: _w(
        "找不到节点的地址（域名解析失败）",
        "the node's name cannot be looked up",
        "检查网络和 DNS 设置",
        "check the network and its DNS",
    ),
    Code.LINK_NO_ROUTE: _w(
        "没有到节点的网络",
        "there is no way to the node from this network",
        "检查网络连接",
        "check the network",
    ),
    Code.LINK_CLOSED: _w(
        "节点立刻断开了连接",
        "the node hung up at once",
        "稍后再试；一直如此就换一个节点",
        "try later; if it stays so, take another node",
    ),
    Code.LINK_LOST: _w(
        "与节点的连接断了",
        "the connection to the node was lost",
        "会自动重连；频繁发生时检查网络",
        "it is mended by itself; if that repeats, check the network",
    ),
    Code.NAME_IN_USE: _w(
        "同名隧道已在节点上连接",
        "a tunnel of this name is connected to the node already",
        "关掉别处运行的同一隧道，或稍等旧连接超时",
        "stop it where else it runs, or wait for the old connection to time out",
    ),
    Code.PORT_IN_USE: _w(
        "远程端口被占用",
        "the remote port is in use",
        "换一个端口：chmlfrp tunnel edit 隧道 --remote-port 端口",
        "take another: chmlfrp tunnel edit TUNNEL --remote-port PORT",
    ),
    Code.PORT_NOT_ALLOWED: _w(
        "节点不开放这个远程端口",
        "the node does not lend this remote port",
        "换一个节点允许的端口：chmlfrp node show 节点",
        "take one of the node's range: chmlfrp node show NODE",
    ),
    Code.DOMAIN_IN_USE: _w(
        "域名已被占用",
        "the domain is in use",
        "换一个域名，或停掉使用它的隧道",
        "take another domain, or stop the tunnel that uses it",
    ),
    Code.TYPE_NOT_SUPPORTED: _w(
        "节点不支持这种类型的隧道",
        "the node does not carry tunnels of this type",
        "换一个节点或换一种类型",
        "take another node or another type",
    ),
    Code.TOO_MANY: _w(
        "隧道数量超过节点的限制",
        "the node takes no more tunnels of this account",
        "停掉或删除一些隧道",
        "stop or delete some",
    ),
    Code.PROXY_REFUSED: _w(
        "节点拒绝开通这条隧道",
        "the node refused to open the tunnel",
        "按节点给出的说明处理",
        "act on the node's own words",
    ),
    Code.ADDRESS_MISMATCH: _w(
        "节点开通的地址与隧道记录不一致",
        "the node opened another address than the record says",
        "重新启动隧道；仍然如此就重新保存一次",
        "restart the tunnel; if it stays so, save it anew",
    ),
    Code.LOCAL_SERVICE_DOWN: _w(
        "本地服务没有响应，访客会连接失败",
        "the local service does not answer, so visitors fail",
        "启动本地服务，并核对本地地址和端口",
        "start it, and check the tunnel's local host and port",
    ),
    Code.REACH_REFUSED: _w(
        "公网地址拒绝连接",
        "the public address refuses connections",
        "重新启动隧道；仍然如此就换一个端口或节点",
        "restart the tunnel; if it stays so, take another port or node",
    ),
    Code.REACH_TIMEOUT: _w(
        "从这里连公网地址没有回应",
        "the public address does not answer from here",
        "换个网络试试；都不行就换一个节点",
        "try from another network; if none works, take another node",
    ),
    Code.REACH_DNS: _w(
        "从这里解析不了节点的域名",
        "the node's name does not resolve here",
        "检查这台电脑的 DNS",
        "check this machine's DNS",
    ),
    Code.REACH_CUT: _w(
        "公网地址接受连接后立刻断开",
        "the public address takes connections and cuts them",
        "看本地服务的日志，并核对隧道类型",
        "read the local service's log, and check the tunnel's type",
    ),
    Code.REACH_NO_ONE: _w(
        "节点回答说这个域名后面没有服务",
        "the node says that nobody is behind this domain",
        "启动本地服务；仍然如此就重新启动隧道",
        "start the local service; if it stays so, restart the tunnel",
    ),
    Code.NODE_OFFLINE: _w(
        "节点不在线",
        "the node is offline",
        "等节点恢复，或换一个节点",
        "wait for it, or take another node",
    ),
    Code.RECORD_GONE: _w(
        "账户里已经没有这条隧道",
        "the tunnel is gone from the account",
        "停止它，或重新创建",
        "stop it, or create it again",
    ),
    Code.UNKNOWN: _w(
        "原因不明",
        "the reason is not known",
        "看日志：chmlfrp tunnel logs",
        "read the log: chmlfrp tunnel logs",
    ),
}
