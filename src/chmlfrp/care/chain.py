"""The chain of `chmlfrp doctor`: what is found, link by link, without looking anywhere.

service -> core -> network -> API -> node -> domain -> public address. A link that hangs on
one that failed is skipped and says on which.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chmlfrp.control.core import CoresView
from chmlfrp.control.problem import to_error
from chmlfrp.control.protocol import Message, SessionState, Snapshot, TunnelView
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.ladder import Link, Proxy, Reach
from chmlfrp.model.network import NetworkState
from chmlfrp.words.error import word_error
from chmlfrp.words.ladder import explain
from chmlfrp.words.language import say
from chmlfrp.words.reason import REASONS


class Result(StrEnum):
    """How a link of the chain is."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    SKIP = "skip"


class Item(StrEnum):
    """The links, in their order."""

    SERVICE = "service"
    CORE = "core"
    NETWORK = "network"
    API = "api"
    NODE = "node"
    DOMAIN = "domain"
    ADDRESS = "address"


class Check(Message, frozen=True, kw_only=True):
    """One link."""

    item: Item
    result: Result
    subject: str = ""
    """The node, domain or address it is about; empty for the machine as a whole."""
    detail: str = ""
    action: str = ""
    blocked_by: Item | None = None
    """The link on which a skipped one hangs."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found out."""

    network: NetworkState
    snapshot: Snapshot | None = None
    daemon_error: ChmlFrpError | None = None
    cores: CoresView | None = None
    is_api_open: bool | None = None
    """Whether the service's door takes connections; None where that was not tried."""
    addresses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By name: the addresses found for it, none if there are none."""


def diagnose(facts: Facts) -> tuple[Check, ...]:
    """Return the chain, every link in its order."""
    service, core, network = _service(facts), _core(facts), _network(facts.network)
    api = _api(facts, network)
    nodes = tuple(_nodes(facts, service, core, network))
    domains = tuple(_domains(facts, service, network))
    addresses = tuple(_addresses(facts, service, nodes))
    return (service, core, network, api, *nodes, *domains, *addresses)


def _service(facts: Facts) -> Check:
    if facts.snapshot is None:
        return _failed(Item.SERVICE, facts.daemon_error)
    daemon = facts.snapshot.daemon
    if daemon.notices:
        return _failed(Item.SERVICE, to_error(daemon.notices[0]))
    detail = say(
        f"守护进程 {daemon.version}，进程 {daemon.pid}",
        f"daemon {daemon.version}, process {daemon.pid}",
    )
    return Check(item=Item.SERVICE, result=Result.PASS, detail=detail)


def _core(facts: Facts) -> Check:
    if facts.cores is None:
        return _skipped(Item.CORE, Item.SERVICE)
    if facts.cores.in_use is None:
        problem = facts.cores.problem
        return _failed(Item.CORE, to_error(problem) if problem else None)
    found = facts.cores.in_use
    return Check(
        item=Item.CORE, result=Result.PASS, detail=f"frpc {found.version}  {found.path}"
    )


def _network(network: NetworkState) -> Check:
    if network.is_usable and network.resolves is not False:
        detail = "  ".join(filter(None, (network.interface, *network.addresses)))
        return Check(item=Item.NETWORK, result=Result.PASS, detail=detail)
    if not network.is_up:
        detail = say("没有连上任何网络", "no network is connected")
        action = say("接上网线或连上 Wi-Fi", "plug in a cable or join a Wi-Fi")
    elif not network.has_default_route:
        detail = say("网络没有通往外面的路由", "the network has no way out")
        action = say("检查路由器或网关设置", "check the router or gateway")
    else:
        detail = say("域名无法解析", "names are not looked up")
        action = say("检查 DNS 设置", "check the DNS settings")
    return Check(item=Item.NETWORK, result=Result.FAIL, detail=detail, action=action)


def _api(facts: Facts, network: Check) -> Check:
    if network.result is Result.FAIL:
        return _skipped(Item.API, Item.NETWORK)
    session = facts.snapshot.session if facts.snapshot else None
    if session is not None and session.trouble is not None:
        wording = REASONS[session.trouble.code]
        detail = "  ".join(filter(None, (str(wording.what), session.trouble.detail)))
        return Check(
            item=Item.API, result=Result.FAIL, detail=detail, action=str(wording.do)
        )
    if facts.is_api_open is False:
        detail = say("连不上 ChmlFrp 服务", "the ChmlFrp service cannot be reached")
        action = say("检查网络和防火墙", "check network and firewall")
        return Check(item=Item.API, result=Result.FAIL, detail=detail, action=action)
    if session is not None and session.state is not SessionState.SIGNED_IN:
        return Check(
            item=Item.API,
            result=Result.FAIL,
            detail=say("尚未登录", "nobody is signed in"),
            action=say("登录：chmlfrp login", "sign in: chmlfrp login"),
        )
    name = session.account.name if session and session.account else ""
    return Check(item=Item.API, result=Result.PASS, detail=name)


def _nodes(
    facts: Facts, service: Check, core: Check, network: Check
) -> Iterator[Check]:
    wanted = _wanted(facts.snapshot)
    if facts.snapshot is None or not wanted:
        yield _nothing_wanted(Item.NODE, service)
        return
    now = facts.snapshot.now
    for node in dict.fromkeys(v.tunnel.node for v in wanted if v.tunnel):
        views = [v for v in wanted if v.tunnel and v.tunnel.node == node]
        if any(v.ladder.link.state is Link.LOGGED_IN for v in views):
            yield Check(item=Item.NODE, result=Result.PASS, subject=node)
            continue
        blocked = next((c for c in (core, network) if c.result is Result.FAIL), None)
        if blocked is not None:
            yield _skipped(Item.NODE, blocked.item, node)
            continue
        yield _unwell(Item.NODE, node, views[0], now)


def _domains(facts: Facts, service: Check, network: Check) -> Iterator[Check]:
    views = [v for v in _wanted(facts.snapshot) if v.tunnel and v.tunnel.domain]
    if not views:
        yield _nothing_wanted(Item.DOMAIN, service, is_web=True)
    for view in views:
        assert view.tunnel is not None
        domain, host = view.tunnel.domain or "", view.tunnel.node_host
        found = facts.addresses.get(domain)
        if network.result is Result.FAIL or found is None:
            yield _skipped(Item.DOMAIN, Item.NETWORK, domain)
        elif not found:
            yield _domain_failed(
                domain, host, say("域名没有解析记录", "the name has no record")
            )
        elif (there := facts.addresses.get(host)) and not found & there:
            detail = say("域名没有指向节点：", "the name does not lead to the node: ")
            yield _domain_failed(domain, host, detail + ", ".join(sorted(found)))
        else:
            yield Check(
                item=Item.DOMAIN,
                result=Result.PASS,
                subject=domain,
                detail=", ".join(sorted(found)),
            )


def _addresses(facts: Facts, service: Check, nodes: Iterable[Check]) -> Iterator[Check]:
    well = {c.subject for c in nodes if c.result is Result.PASS}
    wanted = _wanted(facts.snapshot)
    if facts.snapshot is None or not wanted:
        yield _nothing_wanted(Item.ADDRESS, service)
        return
    for view in wanted:
        subject = view.address or view.name or f"#{view.id}"
        if view.tunnel is not None and view.tunnel.node not in well:
            yield _skipped(Item.ADDRESS, Item.NODE, subject)
        elif (
            view.ladder.proxy.state is not Proxy.OPEN
            or view.ladder.reach.state is Reach.UNREACHABLE
        ):
            yield _unwell(Item.ADDRESS, subject, view, facts.snapshot.now)
        elif view.ladder.reach.state is Reach.UNKNOWN:
            yield Check(
                item=Item.ADDRESS,
                result=Result.SKIP,
                subject=subject,
                detail=say("已开通，还没有试连过", "open; not tried from outside yet"),
            )
        else:
            yield Check(item=Item.ADDRESS, result=Result.PASS, subject=subject)


def _wanted(snapshot: Snapshot | None) -> list[TunnelView]:
    return [v for v in snapshot.tunnels.values() if v.wanted] if snapshot else []


def _unwell(item: Item, subject: str, view: TunnelView, now: float) -> Check:
    """Return the failure with what the tunnel's ladder says of it."""
    found = explain(view.ladder, now=now)
    detail = "  ".join(filter(None, (found.what, found.detail))) if found else ""
    return Check(
        item=item,
        result=Result.FAIL,
        subject=subject,
        detail=detail,
        action=found.do if found else "",
    )


def _domain_failed(domain: str, host: str, detail: str) -> Check:
    action = say(
        f"为 {domain} 添加 CNAME 记录，指向 {host or '节点'}",
        f"give {domain} a CNAME record that leads to {host or 'the node'}",
    )
    return Check(
        item=Item.DOMAIN,
        result=Result.FAIL,
        subject=domain,
        detail=detail,
        action=action,
    )


def _failed(item: Item, error: ChmlFrpError | None) -> Check:
    words = word_error(error) if error is not None else None
    return Check(
        item=item,
        result=Result.FAIL,
        detail=words.what if words else "",
        action=words.do if words else "",
    )


def _skipped(item: Item, by: Item, subject: str = "") -> Check:
    detail = say(f"取决于“{item_name(by)}”", f"hangs on the link “{item_name(by)}”")
    return Check(
        item=item, result=Result.SKIP, subject=subject, detail=detail, blocked_by=by
    )


def _nothing_wanted(item: Item, service: Check, *, is_web: bool = False) -> Check:
    if service.result is Result.FAIL:
        return _skipped(item, Item.SERVICE)
    detail = (
        say("没有启动中的网站隧道", "no web tunnel is wanted up")
        if is_web
        else say("没有要连通的隧道", "no tunnel is wanted up")
    )
    return Check(item=item, result=Result.SKIP, detail=detail)


def item_name(item: Item) -> str:
    """Return what people call the link."""
    names = {
        Item.SERVICE: say("守护进程", "service"),
        Item.CORE: say("frpc 程序", "core"),
        Item.NETWORK: say("本机网络", "network"),
        Item.API: say("ChmlFrp 服务", "API"),
        Item.NODE: say("节点", "node"),
        Item.DOMAIN: say("域名", "domain"),
        Item.ADDRESS: say("公网地址", "public address"),
    }
    return names[item]
