"""What a node allows, checked before anything is sent."""

from chmlfrp.errors import InvalidInput
from chmlfrp.model.account import Account
from chmlfrp.model.node import Node, NodeDetail
from chmlfrp.model.tunnel import TunnelSpec, TunnelType


def check_on_node(spec: TunnelSpec, node: Node) -> None:
    """Raise InvalidInput where the node cannot carry the tunnel, as far as is known.

    The spec has passed its own `check`. Whether port, domain and name are free only the
    service knows.
    """
    if spec.type.is_web and not node.allows_web:
        raise InvalidInput(
            f"node {node.name} does not carry web sites",
            hint="take a node that allows web, or a tcp tunnel",
            field="node",
        )
    if spec.type is TunnelType.UDP and not node.allows_udp:
        raise InvalidInput(
            f"node {node.name} does not carry udp",
            hint="take a node that allows udp",
            field="node",
        )
    ports = node.ports if isinstance(node, NodeDetail) else None
    port = spec.remote_port
    if port is not None and ports is not None and port not in ports:
        raise InvalidInput(
            f"remote port {port} is outside of what node {node.name} lends",
            hint=f"take a port of {ports}",
            field="remote_port",
        )


def check_for_group(node: Node, account: Account) -> None:
    """Raise InvalidInput where the node is not for the account's group."""
    if node.is_vip and not account.is_member:
        raise InvalidInput(
            f"node {node.name} is for members",
            hint="take a node that is for everybody",
            field="node",
        )
