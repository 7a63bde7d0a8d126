"""Reading the dashboard of a running frps: who is connected, and how much passes."""

from dataclasses import dataclass
from typing import TypeVar

import httpx2
import msgspec

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node.config import DASHBOARD_USER
from chmlfrp.selfhost.rules.tunnel import TYPES

Shape = TypeVar("Shape")

TIMEOUT_S = 5.0


class ServerInfo(msgspec.Struct, rename="camel"):
    """What frps says of itself; traffic is of today and since its start."""

    version: str = ""
    total_traffic_in: int = 0
    total_traffic_out: int = 0
    cur_conns: int = 0
    client_counts: int = 0


class ProxyInfo(msgspec.Struct, rename="camel"):
    """What frps says of a proxy, open or not; `name` begins with a user token."""

    name: str
    client_version: str = ""
    today_traffic_in: int = 0
    today_traffic_out: int = 0
    cur_conns: int = 0
    status: str = ""


class _Proxies(msgspec.Struct):
    proxies: list[ProxyInfo] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The dashboard at one moment."""

    server: ServerInfo
    proxies: dict[str, ProxyInfo]
    types: dict[str, str]
    """The type of each proxy."""


class Dashboard:
    """One frps' dashboard; use as a context."""

    def __init__(
        self,
        *,
        port: int,
        password: str,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            auth=(DASHBOARD_USER, password),
            timeout=TIMEOUT_S,
            trust_env=False,
            transport=transport,
        )

    async def __aenter__(self) -> "Dashboard":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def read(self) -> Reading:
        """Return server and proxies.

        Raises:
            SelfhostError: frps does not answer, or not as known.
        """
        server = await self._get("/api/serverinfo", ServerInfo)
        proxies: dict[str, ProxyInfo] = {}
        types: dict[str, str] = {}
        for kind in TYPES:
            found = await self._get(f"/api/proxy/{kind}", _Proxies)
            proxies |= {proxy.name: proxy for proxy in found.proxies or ()}
            types |= {proxy.name: kind for proxy in found.proxies or ()}
        return Reading(server=server, proxies=proxies, types=types)

    async def _get(self, path: str, shape: type[Shape]) -> Shape:
        try:
            response = await self._http.get(path)
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=shape)
        except (httpx2.HTTPError, msgspec.MsgspecError) as exc:
            raise SelfhostError(f"frps' dashboard gave no answer to {path}") from exc
