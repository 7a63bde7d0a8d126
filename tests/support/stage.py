"""A daemon's parts over a service of a few lines, without sockets or processes.

The real service is used wherever a test is about the service; here answers must come in
an order that only a script can promise.
"""

import asyncio
import json
from typing import Any

import httpx2

from chmlfrp.api.client import ServiceClient
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.node import Nodes
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.daemon.supervisor import News
from chmlfrp.daemon.tunnel import Tunnels
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import FileSecrets
from support.clock import FakeClock

URL = "http://127.0.0.1:1"
TOKEN = "stagetoken"

NODE = {
    "id": 1,
    "name": "node",
    "rport": "20000-20100",
    "web": "no",
    "udp": "false",
    "state": "online",
    "ip": "node.example",
    "port": 7000,
}


class Stage:
    """`asked` lists the paths in the order they were asked for."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.asked: list[str] = []
        self.tokens: list[str] = []
        """What each of them was sent with."""
        self.told: list[News] = []
        self.clock = FakeClock()
        self.rows: list[dict[str, Any]] = []
        self.person = {"id": 7, "username": "me", "usertoken": TOKEN}
        self.fault: httpx2.TransportError | None = None
        self._refusals: dict[str, list[dict[str, Any]]] = {}
        self.service = ServiceClient(URL, transport=httpx2.MockTransport(self._answer))
        self.secrets = FileSecrets(home)
        self.offline = OfflineConfigs(home.offline_dir, URL, self.secrets)
        self.account = self.keeper()
        self.nodes = Nodes(self.account, tell=self.told.append, now=self.clock)
        self.tunnels = Tunnels(self.account, self.nodes)

    def keeper(self) -> AccountKeeper:
        """Return a keeper as the next daemon would have it."""
        return AccountKeeper(
            self.service,
            URL,
            self.secrets,
            self.home,
            tell=self.told.append,
            now=self.clock,
            offline=self.offline,
        )

    def refuse(self, path: str, answer: dict[str, Any], *, times: int = 1) -> None:
        """Answer so, the next times that the path is asked for."""
        self._refusals.setdefault(path, []).extend([answer] * times)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        path = request.url.path
        self.asked.append(path)
        self.tokens.append(request.headers.get("authorization", ""))
        if self.fault is not None:
            raise self.fault
        if self._refusals.get(path):
            return httpx2.Response(200, json=self._refusals[path].pop(0))
        body = json.loads(request.content) if request.content else {}
        data = self._data(path, body | dict(request.url.params))
        if data is None:
            gone = {"msg": "隧道不存在", "code": 400, "state": "fail"}
            return httpx2.Response(200, json=gone)
        good = {"msg": "好", "code": 200, "state": "success", "data": data}
        return httpx2.Response(200, json=good)

    def _data(self, path: str, given: dict[str, Any]) -> Any:
        match path:
            case "/userinfo" | "/login":
                return self.person | {"tunnel": 4}
            case "/nodeinfo":
                return NODE
            case "/node" | "/node_stats":
                return [NODE | {"node_name": "node"}]
            case "/create_tunnel":
                self.rows.append(row(len(self.rows) + 1, given))
                return self.rows[-1] | {"id": None}
            case "/update_tunnel":
                changed = row(int(given["tunnelid"]), given)
                self.rows = [
                    changed if r["id"] == changed["id"] else r for r in self.rows
                ]
                return changed
            case "/tunnel":
                return self.rows
        return None


def row(number: int, given: dict[str, Any]) -> dict[str, Any]:
    """Return a tunnel as the service lists it."""
    return {
        "id": number,
        "name": given["tunnelname"],
        "localip": given["localip"],
        "type": given["porttype"],
        "nport": given["localport"],
        "dorp": str(given.get("remoteport") or given.get("banddomain")),
        "node": given["node"],
        "encryption": str(given["encryption"]).lower(),
        "compression": str(given["compression"]).lower(),
        "ap": given["extraparams"],
        "state": "false",
        "ip": "node.example",
    }
