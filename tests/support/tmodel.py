"""Builders: name only what the test is about."""

from typing import Any

from chmlfrp.engine.state import GroupKey
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec, TunnelType

ACCOUNT = 7
NODE = "日本东京"


def spec(**fields: Any) -> TunnelSpec:
    """Return a tcp tunnel that passes every check."""
    given = {
        "name": "web",
        "node": NODE,
        "type": TunnelType.TCP,
        "local_port": 8080,
        "remote_port": 20001,
    }
    return TunnelSpec(**(given | fields))


def tunnel(tunnel_id: int = 1, **fields: Any) -> Tunnel:
    """Return that tunnel as the account has it."""
    own = {"name": f"t{tunnel_id}", "remote_port": 20000 + tunnel_id}
    decided = spec(**(own | {k: v for k, v in fields.items() if k in _SPEC}))
    rest = {k: v for k, v in fields.items() if k not in _SPEC}
    return Tunnel(
        id=TunnelId(tunnel_id),
        **{name: getattr(decided, name) for name in _SPEC},
        **({"node_host": "node.example"} | rest),
    )


def key(node: str = NODE, solo: int | None = None) -> GroupKey:
    """Return the group of that node."""
    return GroupKey(ACCOUNT, node, None if solo is None else TunnelId(solo))


def ids(*numbers: int) -> frozenset[TunnelId]:
    """Return tunnel ids."""
    return frozenset(TunnelId(n) for n in numbers)


_SPEC = TunnelSpec.__struct_fields__
