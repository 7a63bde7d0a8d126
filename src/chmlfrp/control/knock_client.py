"""`client.knock`."""

from urllib.parse import quote

from chmlfrp.control.asking import Ask
from chmlfrp.control.knock import (
    KnockMade,
    KnockRevoked,
    KnockView,
    MakeKnock,
    OpenPage,
    PageView,
)


class KnockClient:
    """The knock page and its links; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def links(self) -> list[KnockView]:
        """Return the links that can be opened or still let somebody in, newest first."""
        return await self._ask(list[KnockView], "GET", "/v1/knock/links")

    async def make(self, command: MakeKnock) -> KnockMade:
        """Make a link; what opens it is said this once."""
        return await self._ask(KnockMade, "POST", "/v1/knock/links", command)

    async def revoke(self, link: str) -> KnockRevoked:
        """End the link of that id, or the only one that begins so, and what it gave."""
        path = f"/v1/knock/links/{quote(link, safe='')}"
        return await self._ask(KnockRevoked, "DELETE", path)

    async def page(self) -> PageView:
        """Return where the page is."""
        return await self._ask(PageView, "GET", "/v1/knock/page")

    async def open_page(self, command: OpenPage) -> PageView:
        """Have the page listen, and make a tunnel to it if a node is named."""
        return await self._ask(PageView, "POST", "/v1/knock/page", command)
