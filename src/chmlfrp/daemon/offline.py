"""The last good configs, for a start without the service.

On disk is what the service said, less its secrets: the account's token is the session's
own, a node's token is where tokens are kept.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from chmlfrp.engine.state import GroupKey
from chmlfrp.errors import ChmlFrpError, ConfigRejected
from chmlfrp.frpc import config as frpc_config
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.proxy import Proxy
from chmlfrp.local.checked import Checked, load_checked, save_checked
from chmlfrp.local.secrets import SecretStore
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelId

log = logging.getLogger(__name__)

VERSION = 1
_NOBODY = Secret("-")
_Place = tuple[int, str]
"""Account and node."""


class NodeOffline(msgspec.Struct, frozen=True, kw_only=True):
    """A file: what one node was last told for one account."""

    service_url: str
    account: int
    node: str
    ini: str
    """Without tokens."""
    tunnels: tuple[Tunnel, ...]
    """The records that the ini fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A config from the cache, whole but for tunnels that were never fetched."""

    config: FrpcConfig
    tunnels: Mapping[str, Tunnel]
    saved_at: float
    """Seconds since 1970."""


@dataclass(slots=True)
class _Kept:
    known: dict[_Place, Remembered] = field(default_factory=dict)
    dirty: set[_Place] = field(default_factory=set)


class OfflineConfigs:
    """Remembers in memory at once and on disk a moment later."""

    def __init__(
        self,
        folder: Path,
        service_url: str,
        secrets: SecretStore,
        *,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._url = service_url
        self._secrets = secrets
        self._wall_clock = wall_clock
        self._kept = _Kept()
        self._has_dirty = asyncio.Event()
        self._writing = asyncio.Lock()

    async def load(self, account: int, token: Secret) -> None:
        """Read what an earlier daemon kept for the account; what is damaged is left out."""
        for place, old in list(self._kept.known.items()):
            if place[0] == account:
                fresh = replace(old.config, user=token)
                self._kept.known[place] = replace(old, config=fresh)
        for found in await asyncio.to_thread(self._read_all, account):
            place = (account, found.value.node)
            node_token = await self._node_token(place)
            if node_token is not None and place not in self._kept.known:
                self._take(place, found, token, node_token)

    def tunnels(self, account: int) -> tuple[Tunnel, ...]:
        """Return the records of the account's tunnels that could start from here."""
        places = (p for p in self._kept.known if p[0] == account)
        return tuple(
            tunnel for p in places for tunnel in self._kept.known[p].tunnels.values()
        )

    def saved_at(self, tunnel: Tunnel) -> float | None:
        """Return when the service said what is remembered of the tunnel."""
        return next(
            (
                known.saved_at
                for (_, node), known in self._kept.known.items()
                if node == tunnel.node and tunnel.name in known.tunnels
            ),
            None,
        )

    def get(self, key: GroupKey, tunnels: Iterable[Tunnel]) -> Remembered | None:
        """Return the config for those of the tunnels that are as they were, if any are."""
        known = self._kept.known.get((key.account, key.node))
        if known is None:
            return None
        same = {t.name for t in tunnels if _is_same(known.tunnels.get(t.name), t)}
        if not same:
            return None
        proxies = {n: p for n, p in known.config.proxies.items() if n in same}
        return replace(known, config=replace(known.config, proxies=proxies))

    def put(
        self, key: GroupKey, fetched: FrpcConfig, tunnels: Iterable[Tunnel]
    ) -> None:
        """Remember what the service said; tunnels that it left out are not changed."""
        place = (key.account, key.node)
        old = self._kept.known.get(place)
        records = dict(old.tunnels) if old else {}
        proxies = dict(old.config.proxies) if old else {}
        told = {t.id: t for t in tunnels if t.name in fetched.proxies}
        records = {n: t for n, t in records.items() if t.id not in told}
        for tunnel in told.values():
            records[tunnel.name] = tunnel
            proxies[tunnel.name] = fetched.proxies[tunnel.name]
        self._remember(place, fetched, proxies, records)

    def keep_only(self, account: int, ids: Iterable[TunnelId]) -> None:
        """Forget tunnels that are no longer in the account."""
        listed = frozenset(ids)
        for place, old in list(self._kept.known.items()):
            records = {n: t for n, t in old.tunnels.items() if t.id in listed}
            if place[0] == account and len(records) != len(old.tunnels):
                self._remember(place, old.config, dict(old.config.proxies), records)

    async def forget(self, account: int) -> None:
        """Take everything about the account off the disk; cores that run keep theirs."""
        async with self._writing:
            for place in [p for p in self._kept.known if p[0] == account]:
                self._kept.dirty.discard(place)
                await asyncio.to_thread(self._remove, place)
                await self._secrets.delete(self._url, _secret_name(place))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._has_dirty.wait()
            self._has_dirty.clear()
            await self.settle()

    async def settle(self) -> None:
        """Return when what is remembered is on disk, or cannot be."""
        async with self._writing:
            while self._kept.dirty:
                place = self._kept.dirty.pop()
                try:
                    await self._write(place, self._kept.known[place])
                except ChmlFrpError as error:
                    log.info("a config cannot be kept for later: %s", error.message)

    def _remember(
        self,
        place: _Place,
        common: FrpcConfig,
        proxies: Mapping[str, Proxy],
        records: Mapping[str, Tunnel],
    ) -> None:
        kept = {n: p for n, p in proxies.items() if n in records}
        config = replace(common, proxies=kept)
        self._kept.known[place] = Remembered(
            config=config, tunnels=records, saved_at=self._wall_clock()
        )
        self._kept.dirty.add(place)
        self._has_dirty.set()

    async def _write(self, place: _Place, known: Remembered) -> None:
        if await self._secrets.get(self._url, str(place[0])) != known.config.user:
            return  # signed out since, or a user that is not the account's token
        bare = replace(known.config, user=_NOBODY, token=Secret(""))
        value = NodeOffline(
            service_url=self._url,
            account=place[0],
            node=place[1],
            ini=frpc_config.render(bare, tls=True),
            tunnels=tuple(known.tunnels.values()),
        )
        name = _secret_name(place)
        if await self._secrets.get(self._url, name) != known.config.token:
            await self._secrets.set(self._url, name, known.config.token)
        await asyncio.to_thread(
            save_checked,
            self._path(place),
            value,
            version=VERSION,
            wall_clock=lambda: known.saved_at,
        )

    async def _node_token(self, place: _Place) -> Secret | None:
        try:
            return await self._secrets.get(self._url, _secret_name(place))
        except ChmlFrpError:
            return None

    def _take(
        self,
        place: _Place,
        found: Checked[NodeOffline],
        token: Secret,
        node_token: Secret,
    ) -> None:
        try:
            bare = frpc_config.parse(found.value.ini)
        except ConfigRejected as error:
            log.info("a kept config cannot be used: %s", error.message)
            return
        self._kept.known[place] = Remembered(
            config=replace(bare, user=token, token=node_token),
            tunnels={t.name: t for t in found.value.tunnels},
            saved_at=found.saved_at,
        )

    def _read_all(self, account: int) -> list[Checked[NodeOffline]]:
        found = []
        for path in sorted(self._folder.glob("*.json")):
            loaded = load_checked(path, NodeOffline, version=VERSION)
            for aside in loaded.kept_aside:
                log.info("%s was damaged and is kept as %s", path, aside)
            value = loaded.value
            if value is None or value.value.service_url != self._url:
                continue
            if value.value.account == account:
                found.append(value)
        return found

    def _path(self, place: _Place) -> Path:
        text = f"{self._url}#{place[0]}/{place[1]}"
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"

    def _remove(self, place: _Place) -> None:
        path = self._path(place)
        for file in (path, path.with_name(f"{path.name}.bak")):
            file.unlink(missing_ok=True)


def _is_same(known: Tunnel | None, wanted: Tunnel) -> bool:
    return known is not None and known.spec == wanted.spec


def _secret_name(place: _Place) -> str:
    return f"{place[0]}/{place[1]}"
