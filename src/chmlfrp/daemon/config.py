"""Gets the ini of a group from the service and holds it against the records."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.offline import OfflineConfigs, Remembered
from chmlfrp.daemon.reasons import reason_of
from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import (
    ApiError,
    ConfigRejected,
    RateLimited,
    ServiceGarbled,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.frpc import config as frpc_config
from chmlfrp.frpc import proxy as proxies
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelSpec

PATIENCE_S = 3.0
"""A service that takes longer is not waited for, where there is a config from before."""

_FOR_A_WHILE = (ServiceUnreachable, ServiceGarbled, RateLimited, SignInRequired)
"""Refusals that say nothing about the tunnels asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A config, and why it is not the service's newest, if it is not."""

    config: FrpcConfig
    trouble: Reason | None = None
    """Set: the config is from before, and lacks what was not known then."""
    saved_at: float | None = None
    """When it was from the service, in seconds since 1970."""


class ConfigSource:
    """Where configs come from: the service, or what it said before."""

    def __init__(
        self, account: AccountKeeper, nodes: Nodes, offline: OfflineConfigs
    ) -> None:
        self._account = account
        self._nodes = nodes
        self._offline = offline

    async def fetch(self, key: GroupKey, tunnels: Iterable[Tunnel]) -> Fetched:
        """Return the config for these tunnels, as yet unchecked.

        A service that did not answer just now is not waited for once more.
        Raises ApiError or ConfigRejected.
        """
        tunnels = list(tunnels)
        before = self._offline.get(key, tunnels)
        if (
            before is not None
            and not self._account.is_answered
            and all(tunnel.name in before.config.proxies for tunnel in tunnels)
        ):
            return _again(before, self._account.view.trouble)
        try:
            async with asyncio.timeout(None if before is None else PATIENCE_S):
                config = await self._ask(key, tunnels)
        except TimeoutError:
            assert before is not None
            return _again(before, None)
        except _FOR_A_WHILE as error:
            if before is None:
                raise
            return _again(before, reason_of(error))
        self._offline.put(key, config, [t for t in tunnels if _fits(config, t)])
        return Fetched(config=config)

    async def _ask(self, key: GroupKey, tunnels: Iterable[Tunnel]) -> FrpcConfig:
        client = self._account.client_of(key.account)
        if client is None:
            raise SignInRequired("this account is not signed in", hint="chmlfrp login")
        names = [tunnel.name for tunnel in tunnels]
        text = await client.tunnels.config(key.node, names)
        return frpc_config.parse(text.reveal())

    async def learn_node(self, key: GroupKey) -> None:
        """Learn the node's ports and host for the address; nothing depends on it."""
        if self._nodes.known(key.node) is None:
            try:
                await self._nodes.get(key.node)
            except ApiError:
                return


def _again(before: Remembered, trouble: Reason | None) -> Fetched:
    """Return what was said before; without trouble known, the service says nothing."""
    trouble = trouble or Reason(Code.SERVICE_UNREACHABLE)
    return Fetched(config=before.config, trouble=trouble, saved_at=before.saved_at)


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
            self._common = self._common or fetched.config
            for tunnel in new:
                self._take(fetched, tunnel)
        names = [t.name for t in tunnels if t.name in self._known]
        proxies = {name: self._known[name][1] for name in names}
        return replace(self._common, proxies=proxies)

    def _is_known(self, tunnel: Tunnel) -> bool:
        known = self._known.get(tunnel.name)
        return known is not None and known[0] == tunnel.spec

    def _take(self, fetched: Fetched, tunnel: Tunnel) -> None:
        self._known.pop(tunnel.name, None)
        config = fetched.config
        is_missing = fetched.trouble is not None and tunnel.name not in config.proxies
        why = fetched.trouble if is_missing else objection(config, tunnel)
        if why is None:
            proxy = config.proxies[tunnel.name]
            self._known[tunnel.name] = (tunnel.spec, proxy)
        else:
            self._refuse(tunnel, why)


def _fits(config: FrpcConfig, tunnel: Tunnel) -> bool:
    return objection(config, tunnel) is None


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
