"""Running nodes, as the plugin route finds them."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A client opened a tunnel."""

    tunnel_id: int
    run_id: str
    """The client's session."""
    started_ms: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A client closed a tunnel."""

    name: str
    run_id: str


Change = Opened | Closed


class LiveNode:
    """What is known of a running frps between two polls of its dashboard."""

    def __init__(self, node_id: int) -> None:
        self.node_id = node_id
        self.versions: dict[str, str] = {}
        """frpc's version by user token, as its login said."""
        self.news = asyncio.Event()
        """Set when something changed and the dashboard should be read soon."""
        self.unwritten: list[Change] = []
        """What the store does not know yet: frps must not wait for a disk."""
        self.more_unwritten = asyncio.Event()
        self.changed_at = 0.0
        """Monotonic seconds of the last change; a poll begun before it is stale."""

    def touch(self, *changes: Change) -> None:
        """Note that a client came, opened or closed something."""
        self.unwritten.extend(changes)
        if changes:
            self.more_unwritten.set()
        self.changed_at = time.monotonic()
        self.news.set()

    async def next_changes(self) -> list[Change]:
        """Wait until something is unwritten and take it."""
        await self.more_unwritten.wait()
        self.more_unwritten.clear()
        taken, self.unwritten = self.unwritten, []
        return taken


class LiveNodes:
    """The running nodes by the secret in their plugin's path."""

    def __init__(self) -> None:
        self._by_key: dict[str, LiveNode] = {}

    def add(self, key: str, node: LiveNode) -> None:
        self._by_key[key] = node

    def remove(self, key: str) -> None:
        self._by_key.pop(key, None)

    def get(self, key: str) -> LiveNode | None:
        return self._by_key.get(key)
