"""Errors in words: what happened, who said what, and the way out."""

from dataclasses import dataclass

from chmlfrp.errors import ChmlFrpError, ServiceRefused
from chmlfrp.words.field import FIELDS, word_field
from chmlfrp.words.language import Both, Language, language, say
from chmlfrp.words.phrases import in_chinese
from chmlfrp.words.reason import Wording


def _w(what: str, what_en: str, do: str = "", do_en: str = "") -> Wording:
    return Wording(Both(what, what_en), Both(do, do_en))


ERRORS: dict[str, Wording] = {
    "error": _w("操作没有成功", "that did not work"),
    "input.invalid": _w("输入有误", "the input is not valid"),
    "service.error": _w("服务没有完成请求", "the service did not do it"),
    "service.unreachable": _w(
        "连不上 ChmlFrp 服务",
        "the ChmlFrp service cannot be reached",
        "检查网络和服务地址，稍后再试",
        "check the network and the service address, or try again later",
    ),
    "service.garbled": _w(
        "服务返回了无法识别的内容",
        "the service's answer cannot be read",
        "检查服务地址，以及这个网络是否要求先登录",
        "check the service address, and whether this network wants a login",
    ),
    "service.refused": _w("服务拒绝了请求", "the service refused"),
    "service.sign_in": _w(
        "需要登录", "a sign-in is needed", "登录：chmlfrp login", "chmlfrp login"
    ),
    "service.sign_in_denied": _w(
        "授权被拒绝",
        "the sign-in was turned down on the approval page",
        "想登录就重新开始",
        "start again to sign in",
    ),
    "service.sign_in_expired": _w(
        "授权码已过期",
        "nobody approved the code in time",
        "重新开始登录",
        "start the sign-in again",
    ),
    "service.banned": _w(
        "账户或 IP 被临时封禁",
        "the account or this address is shut out for a while",
        "等封禁结束后再试",
        "wait until it is over",
    ),
    "service.rate_limited": _w(
        "请求过于频繁",
        "the service wants fewer requests",
        "稍等再试",
        "wait, then try again",
    ),
    "service.name_taken": _w(
        "隧道名称已被使用", "the name is in use", "换一个名称", "take another"
    ),
    "service.port_taken": _w(
        "远程端口已被占用",
        "the remote port is in use on that node",
        "换一个端口，或不写端口，由程序挑选",
        "take another, or leave it out to have one chosen",
    ),
    "service.domain_taken": _w(
        "域名已被绑定",
        "the domain is in use on that node",
        "换一个域名",
        "take another",
    ),
    "service.quota": _w(
        "隧道数量已达账户上限",
        "the account may not have more tunnels",
        "删除不用的隧道，或提升账户等级",
        "delete a tunnel, or move to a larger group",
    ),
    "service.rights": _w(
        "账户没有这个权限",
        "the account's group may not do this",
        "按服务给出的说明处理，例如实名认证或换一个节点",
        "act on the service's own words",
    ),
    "service.rights.member": _w(
        "需要会员",
        "this is for members",
        "换一个节点，或升级会员",
        "take another node, or become a member",
    ),
    "service.rights.real_name": _w(
        "需要实名认证",
        "this needs a verified name",
        "在网页面板完成实名认证",
        "verify your name in the web panel",
    ),
    "service.rights.filing": _w(
        "域名需要备案或加入白名单",
        "the domain must be filed or listed",
        "换一个已备案的域名，或用非中国大陆节点",
        "take a filed domain, or a node outside the mainland",
    ),
    "service.not_found": _w(
        "没有找到，或不属于这个账户",
        "there is no such thing, or it is not this account's",
        "核对名称：chmlfrp tunnel list、chmlfrp node list",
        "check the name: chmlfrp tunnel list, chmlfrp node list",
    ),
    "frpc.error": _w("frpc 出了问题", "frpc has trouble"),
    "frpc.missing": _w(
        "这台电脑上没有找到 frpc",
        "no frpc was found on this machine",
        "安装一个：chmlfrp core install，或在设置里写明它的位置",
        "install one: chmlfrp core install, or name its place in the settings",
    ),
    "frpc.vanished": _w(
        "安装好的 frpc 不见了，多半被杀毒软件删除或隔离",
        "the frpc that was installed is gone",
        "在杀毒软件里排除它的文件夹，再重新安装：chmlfrp core install",
        "exclude its folder from the virus scanner, then: chmlfrp core install",
    ),
    "frpc.changed": _w(
        "安装好的 frpc 被改动过，没有运行它",
        "the frpc that was installed was changed, so it was not run",
        "重新安装：chmlfrp core install",
        "install it again: chmlfrp core install",
    ),
    "frpc.untrusted": _w(
        "找到的 frpc 与应有的不一致，没有运行它",
        "the frpc found is not the one expected, so it was not run",
        "删掉它，换成官方的 frpc",
        "remove it and put the official frpc in its place",
    ),
    "frpc.config_rejected": _w(
        "配置无法使用",
        "the configuration cannot be used",
        "检查隧道的额外参数等设置",
        "check the tunnel's settings, extra lines first",
    ),
    "frpc.reload_failed": _w(
        "frpc 没有接受新配置",
        "frpc did not take the new configuration",
        "看日志：chmlfrp tunnel logs",
        "read the log: chmlfrp tunnel logs",
    ),
    "local.error": _w("这台电脑上的文件或权限有问题", "this machine has trouble"),
    "local.home_unusable": _w(
        "存放数据的文件夹无法使用",
        "the private folder cannot be used",
        "让它归你所有并可写，或用 CHMLFRP_HOME 换一个位置",
        "make it yours and writable, or choose another with CHMLFRP_HOME",
    ),
    "local.settings_broken": _w(
        "设置文件无法读取，原文件没有被改动",
        "the settings file cannot be read; it was not changed",
        "改正或删除它后再试",
        "mend or remove it, then try again",
    ),
    "local.autostart_failed": _w(
        "系统没有接受开机启动",
        "the system did not take the start by itself",
        "照系统的说法处理，或自己安排在登录时运行：chmlfrp daemon start",
        "do as the system says, or have this run at login: chmlfrp daemon start",
    ),
    "control.error": _w(
        "守护进程出了问题",
        "the daemon has trouble",
        "查看状态：chmlfrp status",
        "chmlfrp status",
    ),
    "control.not_running": _w(
        "守护进程没有运行",
        "no daemon is running",
        "启动它：chmlfrp daemon start",
        "chmlfrp daemon start",
    ),
    "control.lock_held": _w(
        "另一个守护进程正在运行",
        "another daemon is running",
        "直接使用它，或先停止它：chmlfrp daemon stop",
        "use it, or end it first: chmlfrp daemon stop",
    ),
    "control.version": _w(
        "守护进程与这个命令的版本不一致",
        "the daemon is of another version than this command",
        "重启守护进程：chmlfrp daemon stop，再 chmlfrp daemon start",
        "restart it: chmlfrp daemon stop, then chmlfrp daemon start",
    ),
    "selfhost.error": _w("自建服务出了问题", "the service run here has trouble"),
    "control.rejected": _w(
        "守护进程没有接受命令", "the daemon did not take the command"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """An error as people read it."""

    what: str
    said: str = ""
    """The service's own words, verbatim; empty where it said nothing."""
    do: str = ""
    """The way out, empty if there is none."""


def word_error(error: ChmlFrpError) -> Worded:
    """Return the error in the language spoken."""
    said = error.service_message if isinstance(error, ServiceRefused) else ""
    wording = ERRORS.get(error.code, ERRORS["error"])
    if language() is Language.EN:
        return Worded(
            what=error.message or wording.what.en,
            said=said,
            do=error.hint or wording.do.en,
        )
    hint = in_chinese(error.hint)
    return Worded(
        what=_what_in_chinese(error, wording, said=said),
        said=said,
        do=hint or wording.do.zh or error.hint,
    )


def _what_in_chinese(error: ChmlFrpError, wording: Wording, *, said: str) -> str:
    """Return the facts in Chinese; English ones stand beside the title if they must."""
    if known := in_chinese(error.message):
        return known
    title = wording.what.zh
    if error.field in FIELDS and not said:
        title += f"（{word_field(error.field)}）"
    return title if said or not error.message else f"{title}：{error.message}"


def word_label() -> str:
    """Return what stands before an error."""
    return say("错误", "error")
