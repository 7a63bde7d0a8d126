"""From the engine's state to what the faces see."""

from collections.abc import Callable, Iterator, Mapping

from chmlfrp.control.protocol import TunnelView
from chmlfrp.engine import conflict
from chmlfrp.engine.group import members
from chmlfrp.engine.state import GroupState, State, TunnelState, group_of, ladder_of
from chmlfrp.model.ladder import Link, Proxy
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType

FindNode = Callable[[str], NodeDetail | None]


def changed(
    before: State, after: State, find_node: FindNode
) -> Mapping[TunnelId, TunnelView | None]:
    """Return the views that may differ between the two; None for a tunnel that is gone."""
    views: dict[TunnelId, TunnelView | None] = {}
    for tunnel_id in dict.fromkeys(
        (*_moved(before, after), *_regrouped(before, after))
    ):
        views[tunnel_id] = of_tunnel(after, tunnel_id, find_node).get(tunnel_id)
    return views


def _moved(before: State, after: State) -> Iterator[TunnelId]:
    """Yield the tunnels that are new, gone or not what they were."""
    for place in after.tunnels.touched_since(before.tunnels):
        old, new = before.tunnels.at(place), after.tunnels.at(place)
        for tunnel_id in dict.fromkeys((*old, *new)):
            if old.get(tunnel_id) is not new.get(tunnel_id):
                yield tunnel_id


def _regrouped(before: State, after: State) -> Iterator[TunnelId]:
    """Yield the members of groups that are not what they were."""
    if before.can_reload is not after.can_reload:
        yield from after.tunnels
    for key, group in after.groups.items():
        old = before.groups.get(key)
        if old is not group and _shown(old) != _shown(group):
            yield from (t.id for t in members(after, key))


def _shown(group: GroupState | None) -> object:
    """Return the part of a group that its members' views are made of."""
    if group is None:
        return None
    kept = (group.core, group.link, group.failures, group.is_slow, group.held_since)
    return (*kept, group.tls, group.pid, tuple(group.told))


def of_node(
    state: State, node: str, find_node: FindNode
) -> Mapping[TunnelId, TunnelView]:
    """Return the views of the tunnels on that node."""
    return {
        i: view(state, t, group_of(state, t), find_node)
        for i, t in state.tunnels.items()
        if t.home[1] == node
    }


def of_tunnel(
    state: State, tunnel_id: TunnelId, find_node: FindNode
) -> Mapping[TunnelId, TunnelView]:
    """Return the view of that tunnel, if there is one."""
    found = state.tunnels.get(tunnel_id)
    if found is None:
        return {}
    return {tunnel_id: view(state, found, group_of(state, found), find_node)}


def view(
    state: State, tunnel: TunnelState, group: GroupState | None, find_node: FindNode
) -> TunnelView:
    """Return what the faces see of the tunnel."""
    record = tunnel.tunnel
    mine = group if group is not None and tunnel.id in group.told else None
    is_linked = mine is not None and mine.link.state is Link.LOGGED_IN
    is_held = tunnel.proxy.state is Proxy.WAITING and tunnel.wanted
    return TunnelView(
        id=tunnel.id,
        account=tunnel.account,
        name=record.name if record else "",
        tunnel=record,
        wanted=tunnel.wanted,
        ladder=ladder_of(state, tunnel),
        address=address_of(record, find_node(record.node)) if record else None,
        is_link_encrypted=mine.tls if mine is not None and is_linked else None,
        restarts=mine.failures if mine else 0,
        is_slow=mine is not None and mine.is_slow,
        held_until=conflict.window_end(mine) if mine and is_held else None,
        pid=mine.pid if mine else None,
    )


def address_of(tunnel: Tunnel, node: NodeDetail | None) -> str | None:
    """Return what a visitor types, None while the node's host is not known."""
    if tunnel.type.is_web:
        port, usual = 443, 443
        if tunnel.type is TunnelType.HTTP:
            port, usual = node.http_port if node else 80, 80
        elif node:
            port = node.https_port
        return f"{tunnel.type}://{tunnel.domain}" + (
            "" if port == usual else f":{port}"
        )
    host = tunnel.node_host or (node.host if node else "")
    if not host:
        return None
    return (
        f"[{host}]:{tunnel.remote_port}"
        if ":" in host
        else f"{host}:{tunnel.remote_port}"
    )
