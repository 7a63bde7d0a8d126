"""Asking other servers: no proxy of the environment, no redirects, soon or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2


@asynccontextmanager
async def web(*, timeout_s: float) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client; made in a thread, since it reads certificates from the disk."""

    def make() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            timeout=timeout_s, trust_env=False, follow_redirects=False
        )

    async with await asyncio.to_thread(make) as http:
        yield http
