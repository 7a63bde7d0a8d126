"""What a node may open: the record decides, not the client's file."""

from dataclasses import dataclass

OPS = ("Login", "NewProxy", "CloseProxy", "Ping")
"""What a node asks about."""

UNKNOWN_USER = "错误的用户token，此用户不存在"
NOT_YOURS = "此隧道不属于你"
NO_TUNNEL = "隧道不存在"
PUT_OFFLINE = "此隧道已被强制下线，请稍后再试或重新启动客户端"
MISMATCH = "客户端代理参数错误，配置文件与记录不匹配。请不要随意修改配置文件！"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRecord:
    """A tunnel as the account has it."""

    owner_token: str
    node_id: int
    type: str
    remote_port: int | None
    domain: str | None
    encryption: bool
    compression: bool
    shut_run_id: str = ""
    """A client's session that was put offline; it may not open the tunnel again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyWish:
    """A proxy as a client asks the node for it."""

    type: str
    remote_port: int = 0
    domains: tuple[str, ...] = ()
    subdomain: str = ""
    group: str = ""
    encryption: bool = False
    compression: bool = False


def own_name(user: str, proxy_name: str) -> str | None:
    """Return the tunnel's name, None if the proxy carries another user's prefix."""
    prefix = f"{user}."
    if not user or not proxy_name.startswith(prefix):
        return None
    return proxy_name[len(prefix) :]


def judge(
    wish: ProxyWish,
    record: ProxyRecord | None,
    *,
    user: str,
    node_id: int,
    run_id: str = "",
) -> str | None:
    """Return why the node must not open the proxy, None if it may."""
    if record is None:
        return NO_TUNNEL
    if record.owner_token != user:
        return NOT_YOURS
    wrong = _differences(wish, record)
    if record.node_id != node_id:
        wrong = ["node"]
    if not wrong and record.shut_run_id and record.shut_run_id == run_id:
        return PUT_OFFLINE
    return f"{MISMATCH}（{', '.join(wrong)}）" if wrong else None


def _differences(wish: ProxyWish, record: ProxyRecord) -> list[str]:
    domains = () if record.domain is None else (record.domain,)
    pairs = {
        "type": wish.type == record.type,
        "remote_port": wish.remote_port == (record.remote_port or 0),
        "custom_domains": wish.domains == domains,
        "subdomain": not wish.subdomain,
        "group": not wish.group,
        "use_encryption": wish.encryption == record.encryption,
        "use_compression": wish.compression == record.compression,
    }
    # A record without port or domain would let frps pick one.
    if record.remote_port is None and record.domain is None:
        return ["remote_port"]
    return [name for name, is_equal in pairs.items() if not is_equal]
