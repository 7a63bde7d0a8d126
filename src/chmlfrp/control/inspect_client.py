"""`client.inspect`."""

from typing import Any
from urllib.parse import urlencode

from chmlfrp.control.asking import Ask
from chmlfrp.control.inspect import Cleared, ExchangeDetail, ExchangeView


class InspectClient:
    """The last requests of http tunnels; every method raises ChmlFrpError.

    Passwords, tokens and cookies are taken out unless `is_masked` is False.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def list(
        self, tunnel_id: int, *, sought: str = "", is_masked: bool = True
    ) -> list[ExchangeView]:
        """Return those in which a text stands, the newest first."""
        path = _path(tunnel_id) + _query(sought=sought, unmasked=not is_masked)
        return await self._ask(list[ExchangeView], "GET", path)

    async def get(
        self, tunnel_id: int, number: int, *, is_masked: bool = True
    ) -> ExchangeDetail:
        """Return all of one."""
        path = _path(tunnel_id, number) + _query(unmasked=not is_masked)
        return await self._ask(ExchangeDetail, "GET", path)

    async def har(self, tunnel_id: int, *, is_masked: bool = True) -> dict[str, Any]:
        """Return all as an HTTP archive (HAR 1.2); without visitors' addresses too."""
        path = _path(tunnel_id, "har") + _query(unmasked=not is_masked)
        return await self._ask(dict[str, Any], "GET", path)

    async def replay(self, tunnel_id: int, number: int) -> ExchangeView:
        """Send a request to the service again; return what came of it."""
        return await self._ask(ExchangeView, "POST", _path(tunnel_id, number, "replay"))

    async def clear(self, tunnel_id: int) -> Cleared:
        """Drop what is kept."""
        return await self._ask(Cleared, "DELETE", _path(tunnel_id))


def _path(tunnel_id: int, *parts: object) -> str:
    return "/".join(("/v1/tunnels", str(tunnel_id), "requests", *map(str, parts)))


def _query(**values: str | bool) -> str:
    said = {name: int(v) if v is True else v for name, v in values.items() if v}
    return f"?{urlencode(said)}" if said else ""
