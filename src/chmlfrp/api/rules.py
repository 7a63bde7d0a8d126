"""Holds a spec against the rules of its node before anything is sent."""

from chmlfrp.api.account import Accounts
from chmlfrp.api.node import Nodes
from chmlfrp.api.session import Session
from chmlfrp.errors import ApiError, NotFound, RightsMissing
from chmlfrp.model.node import Node
from chmlfrp.model.rules import check_for_group, check_on_node
from chmlfrp.model.tunnel import TunnelSpec

GOOD_FOR_S = 300.0
"""Rules change when an operator changes them, so what was told lately still holds."""

RULED_FIELDS = frozenset({"node", "type", "remote_port"})
"""What the rules of a node speak of."""


class NodeRules:
    """Port range, web, udp and group, as the service tells them of its nodes."""

    def __init__(self, session: Session) -> None:
        self._nodes = Nodes(session)
        self._accounts = Accounts(session)

    async def check(self, spec: TunnelSpec) -> None:
        """Raise InvalidInput where the node cannot carry it, ApiError if unknown."""
        await self._hold(spec, await self._nodes.get(spec.node))

    async def check_known(self, spec: TunnelSpec) -> None:
        """Raise InvalidInput as `check` does; what cannot be known is no obstacle."""
        try:
            node = await self._known(spec.node)
            if node is not None:
                await self._hold(spec, node)
        except ApiError:
            return

    async def _known(self, name: str) -> Node | None:
        """Return the node; of one that the account may not see, what the list tells."""
        try:
            return await self._nodes.get(name, max_age_s=GOOD_FOR_S)
        except (RightsMissing, NotFound):
            listed = await self._nodes.list(max_age_s=GOOD_FOR_S)
            return next((each for each in listed if each.name == name), None)

    async def _hold(self, spec: TunnelSpec, node: Node) -> None:
        check_on_node(spec, node)
        if node.is_vip:
            check_for_group(node, await self._accounts.get())
