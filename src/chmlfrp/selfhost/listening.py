"""uvicorn, run as a part of something larger."""

import asyncio
import socket
from contextlib import nullcontext

import uvicorn


class Server(uvicorn.Server):
    """uvicorn without signal handlers of its own, saying when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]  # a context as well
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()
