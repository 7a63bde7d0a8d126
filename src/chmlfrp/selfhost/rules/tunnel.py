"""Tunnels: what a person may ask for, and what a node can carry."""

import ipaddress
import re
from dataclasses import dataclass

from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import Group
from chmlfrp.selfhost.rules.extra import vet

WEB = ("http", "https")
TYPES = ("tcp", "udp", *WEB)

NAME_TAKEN = "隧道名称已被占用"
PORT_TAKEN = "该远程端口已被占用"
DOMAIN_TAKEN = "该域名已被占用"

_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_SECTIONS = ("common", "default")
"""Names that mean something else in an ini."""
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_DOMAIN = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelForm:
    """A tunnel as a person asked for it, valid in itself."""

    name: str
    node: str
    type: str
    local_ip: str
    local_port: int
    remote_port: int | None = None
    domain: str | None = None
    encryption: bool = False
    compression: bool = False
    extra: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTerms:
    """What a node offers, and to whom."""

    is_vip: bool
    allows_web: bool
    allows_udp: bool
    first_port: int
    last_port: int


def read_form(params: Params, *, options_required: bool) -> TunnelForm:
    """Return the tunnel that the parameters describe.

    Args:
        params: the request.
        options_required: create demands encryption and compression, update takes
            false where they are missing.

    Raises:
        Refusal: a parameter is missing or wrong.
    """
    kind = _type(params)
    fallback = None if options_required else False
    return TunnelForm(
        name=_name(params),
        node=params.text("node"),
        type=kind,
        local_ip=_local_ip(params),
        local_port=_port(params, "localport"),
        remote_port=None if kind in WEB else _remote_port(params, kind),
        domain=_domain(params, kind) if kind in WEB else None,
        encryption=params.boolean("encryption", default=fallback),
        compression=params.boolean("compression", default=fallback),
        extra=vet(params.optional_text("extraparams")),
    )


def check_node(form: TunnelForm, node: NodeTerms, group: Group) -> None:
    """Raise Refusal where the node does not carry such a tunnel for this group."""
    if node.is_vip and group.is_free:
        raise Refusal("此节点为会员节点，免费用户无法使用", code=403)
    if form.type in WEB and not node.allows_web:
        raise Refusal("此节点不支持建站，无法使用http、https类型")
    if form.type == "udp" and not node.allows_udp:
        raise Refusal("此节点不支持udp类型")
    if form.remote_port is not None and not (
        node.first_port <= form.remote_port <= node.last_port
    ):
        raise Refusal(f"外网端口超出范围，此节点允许{node.first_port}-{node.last_port}")


def check_quota(group: Group, used: int) -> None:
    """Raise Refusal where an account with `used` tunnels may not have one more."""
    if used >= group.tunnels:
        raise Refusal(f"隧道数量超过限制，您最多可以创建{group.tunnels}条隧道")


def _type(params: Params) -> str:
    kind = params.text("porttype").lower()
    if kind not in TYPES:
        raise Refusal("端口类型错误，仅允许tcp、udp、http、https")
    return kind


def _name(params: Params) -> str:
    name = params.text("tunnelname")
    if not _NAME.fullmatch(name):
        raise Refusal("隧道名不符合规范，仅允许字母、数字和下划线")
    if name.lower() in _SECTIONS:
        raise Refusal(f"隧道名不符合规范，不能使用{name}")
    return name


def _local_ip(params: Params) -> str:
    host = params.optional_text("localip", "127.0.0.1") or "127.0.0.1"
    if len(host) > 253 or not (_HOST.fullmatch(host) or _is_ip(host)):
        raise Refusal("本地IP格式错误")
    return host


def _port(params: Params, name: str) -> int:
    port = params.integer(name)
    if not 1 <= port <= 65535:
        label = {"localport": "本地端口", "remoteport": "外网端口"}[name]
        raise Refusal(f"{label}必须在1到65535之间")
    return port


def _remote_port(params: Params, kind: str) -> int:
    if params.has("banddomain"):
        raise Refusal(f"{kind}隧道不能传递绑定域名")
    return _port(params, "remoteport")


def _domain(params: Params, kind: str) -> str:
    if params.has("remoteport"):
        raise Refusal(f"{kind}隧道不能传递外网端口")
    domain = params.text("banddomain").lower()
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain) or _is_ip(domain):
        raise Refusal("绑定域名格式错误")
    return domain


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
