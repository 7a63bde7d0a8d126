"""What every route is handed: the store, the password slots, the running nodes."""

from dataclasses import dataclass, field
from datetime import datetime

from litestar.enums import HttpMethod

from chmlfrp.selfhost.node.live import LiveNodes
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.store.database import Database

METHODS = [HttpMethod.GET, HttpMethod.POST]
"""Clients of different ages read with either."""


@dataclass(slots=True, kw_only=True)
class Context:
    """The parts of a running service that requests need."""

    database: Database
    passwords: Passwords = field(default_factory=Passwords)
    nodes: LiveNodes = field(default_factory=LiveNodes)
    plugin_port: int = 0
    """The loopback port that node plugins call; requests elsewhere are not theirs."""

    def today(self) -> str:
        """Return the local date; a node counts traffic by its own midnight."""
        return datetime.now().astimezone().date().isoformat()
