"""The link of an agent that runs on another host than the service: HTTP."""

from collections.abc import Sequence
from typing import TypeVar

import httpx2
import msgspec

from chmlfrp.errors import InvalidInput, SelfhostError
from chmlfrp.selfhost.node.ports import choose, is_free
from chmlfrp.selfhost.talk import (
    Assignment,
    Joined,
    JoinWish,
    NodeUnknown,
    Order,
    OrdersWish,
    Question,
    Report,
    Verdict,
)

Shape = TypeVar("Shape")

TIMEOUT_S = 10.0
PREFIX = "/agent/v1"
UNAUTHORIZED = 401


class RemoteLink:
    """Speaks for one node; use as a context.

    `key` is what `join` returned, or what it was given before.
    """

    def __init__(
        self,
        service: str,
        key: str = "",
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(
            base_url=check_service(service),
            timeout=TIMEOUT_S,
            trust_env=False,
            transport=transport,
        )
        self._key = key

    async def __aenter__(self) -> "RemoteLink":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def join(self, key: str) -> Joined:
        """Trade a join key for one that stays, and speak with that from now on.

        Raises:
            NodeUnknown: nobody has that key, or it was used already.
            SelfhostError: the service cannot be asked.
        """
        joined = await self._call("join", JoinWish(key=key), Joined)
        self._key = joined.key
        return joined

    async def assignment(self) -> Assignment:
        """Return what the node is to be, with ports that are free here."""
        given = await self._call("assignment", {}, Assignment)
        public = {"port": given.port}
        if given.allows_web:
            public |= {"http_port": given.http_port, "https_port": given.https_port}
        for field, port in public.items():
            if not is_free(port, given.bind):
                raise SelfhostError(
                    f"port {port} of node {given.name} is taken by another program, "
                    "or may not be opened",
                    hint="end that program, or give the node another port: chmlfrp "
                    f"selfhost node edit {given.name} --{field.replace('_', '-')} PORT",
                    field=field,
                )
        dashboard = choose(
            "127.0.0.1",
            avoid=list(public.values()),
            lent=[range(given.first_port, given.last_port + 1)],
        )
        return msgspec.structs.replace(given, dashboard_port=dashboard)

    async def ask(self, question: Question) -> Verdict:
        """Return the answer to a question of frps."""
        return await self._call("ask", question, Verdict)

    async def report(self, news: Report) -> None:
        """Hand in a report."""
        await self._call("report", news, dict[str, str])

    async def orders(self, *, wait_s: float) -> Sequence[Order]:
        """Return what is to be done."""
        return await self._call("orders", OrdersWish(wait_s=wait_s), list[Order])

    async def _call(self, path: str, value: object, shape: type[Shape]) -> Shape:
        headers = {"content-type": "application/json"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        body = msgspec.json.encode(value)
        try:
            reply = await self._http.post(
                f"{PREFIX}/{path}", content=body, headers=headers
            )
        except httpx2.HTTPError as exc:
            raise SelfhostError(
                f"the service gave no answer: {type(exc).__name__}",
                hint="check the address, and that the service runs",
                field="service",
            ) from exc
        if reply.status_code == UNAUTHORIZED:
            raise NodeUnknown(
                "the service does not know the node's key",
                hint="a join key works once; make another node with node add --remote",
                field="key",
            )
        try:
            reply.raise_for_status()
            return msgspec.json.decode(reply.content, type=shape)
        except (httpx2.HTTPStatusError, msgspec.MsgspecError) as exc:
            raise SelfhostError(
                f"the service answered {path} with status {reply.status_code}, "
                "not as known",
                hint="check that the address is that of a selfhost service",
                field="service",
            ) from exc


def check_service(url: str) -> str:
    """Return the service's address, or raise InvalidInput where it cannot be one."""
    try:
        found = httpx2.URL(url)
    except httpx2.InvalidURL:
        found = httpx2.URL("")
    if found.scheme not in ("http", "https") or not found.host or found.userinfo:
        raise InvalidInput(
            f"{url!r} is no address of a service",
            hint="write it as https://frp.example.com",
            field="service",
        )
    return url.rstrip("/")
