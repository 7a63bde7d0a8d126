"""Whether a link leads to something: a HEAD request, as the hosted service makes one.

A link comes from whoever has an account, so it is asked only at addresses of the public
internet, the one that was looked up and no other, and never after a redirect.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from chmlfrp.selfhost.settings import Pictures
from chmlfrp.selfhost.web import web

TIMEOUT_S = 5
LONGEST = 255


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """Looks at links as the settings allow."""

    settings: Pictures

    async def is_usable(self, link: str) -> bool:
        """Return whether it is an http(s) address that answers."""
        try:
            url = urlsplit(link)
            port = url.port or (443 if url.scheme == "https" else 80)
        except ValueError:
            return False
        is_link = url.scheme in ("http", "https") and url.hostname and not url.username
        if not is_link or len(link) > LONGEST or not link.isprintable() or " " in link:
            return False
        if not self.settings.check:
            return True
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._answers(link, url.hostname or "", port)
        except (TimeoutError, OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            return False

    async def _answers(self, link: str, host: str, port: int) -> bool:
        address = await self._look_up(host, port)
        if address is None:
            return False
        url = httpx2.URL(link)
        async with web(timeout_s=TIMEOUT_S) as http:
            reply = await http.request(
                "HEAD",
                url.copy_with(host=address),
                headers={"host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": host},
            )
        return reply.status_code < 400

    async def _look_up(self, host: str, port: int) -> str | None:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, place in found:
            address = str(place[0])
            is_public = ipaddress.ip_address(address.partition("%")[0]).is_global
            if is_public or self.settings.private_hosts:
                return address
        return None
