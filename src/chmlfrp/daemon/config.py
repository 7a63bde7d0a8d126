"""Gets the ini of a group from the service and holds it against the records."""

from collections.abc import Iterable

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ApiError, ConfigRejected, SignInRequired
from chmlfrp.frpc import config as frpc_config
from chmlfrp.frpc import proxy as proxies
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel


class ConfigSource:
    """Where configs come from."""

    def __init__(self, account: AccountKeeper, nodes: Nodes) -> None:
        self._account = account
        self._nodes = nodes

    async def fetch(self, key: GroupKey, tunnels: Iterable[Tunnel]) -> FrpcConfig:
        """Return the service's config for these tunnels, as yet unchecked.

        Raises ApiError or ConfigRejected.
        """
        if self._account.id != key.account:
            raise SignInRequired("this account is not signed in", hint="chmlfrp login")
        names = [tunnel.name for tunnel in tunnels]
        text = await self._account.client.tunnels.config(key.node, names)
        return frpc_config.parse(text.reveal())

    async def learn_node(self, key: GroupKey) -> None:
        """Learn the node's ports and host for the address; nothing depends on it."""
        if self._nodes.known(key.node) is None:
            try:
                await self._nodes.get(key.node)
            except ApiError:
                return


def objection(config: FrpcConfig, tunnel: Tunnel) -> Reason | None:
    """Return why frpc must not be told of the tunnel, None if it may."""
    fields = frpc_config.mismatches(config, tunnel.spec)
    if fields:
        return Reason(Code.CONFIG_MISMATCH, ", ".join(fields))
    try:
        proxies.check(config.proxies[tunnel.name])
    except ConfigRejected as error:
        return Reason(Code.CONFIG_REFUSED, error.message)
    return None
