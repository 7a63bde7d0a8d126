"""Gets the ini of a group from the service and holds it against the records."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ApiError, ConfigRejected, SignInRequired
from chmlfrp.frpc import config as frpc_config
from chmlfrp.frpc import proxy as proxies
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelSpec


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


class GroupConfig:
    """What the service said of a group's tunnels, each asked for once per change."""

    def __init__(
        self,
        source: ConfigSource,
        key: GroupKey,
        refuse: Callable[[Tunnel, Reason], None],
    ) -> None:
        self._source = source
        self._key = key
        self._refuse = refuse
        self._common: FrpcConfig | None = None
        self._known: dict[str, tuple[TunnelSpec, Proxy]] = {}

    async def carrying(self, tunnels: Iterable[Tunnel]) -> FrpcConfig:
        """Return the config for exactly these, less those that were refused.

        Only tunnels that are new or changed are asked for: closing one, or opening it
        again, works without the service. Raises ApiError or ConfigRejected.
        """
        tunnels = list(tunnels)
        new = [t for t in tunnels if not self._is_known(t)]
        if new or self._common is None:
            fetched = await self._source.fetch(self._key, new)
            self._common = self._common or fetched
            for tunnel in new:
                self._take(fetched, tunnel)
        names = [t.name for t in tunnels if t.name in self._known]
        proxies = {name: self._known[name][1] for name in names}
        return replace(self._common, proxies=proxies)

    def _is_known(self, tunnel: Tunnel) -> bool:
        known = self._known.get(tunnel.name)
        return known is not None and known[0] == tunnel.spec

    def _take(self, fetched: FrpcConfig, tunnel: Tunnel) -> None:
        self._known.pop(tunnel.name, None)
        why = objection(fetched, tunnel)
        if why is None:
            proxy = fetched.proxies[tunnel.name]
            self._known[tunnel.name] = (tunnel.spec, proxy)
        else:
            self._refuse(tunnel, why)


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
