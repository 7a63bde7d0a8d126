import httpx2
import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node.dashboard import Dashboard

SERVER = {
    "version": "0.65.0",
    "totalTrafficIn": 1,
    "totalTrafficOut": 2,
    "curConns": 3,
    "clientCounts": 4,
    "proxyTypeCount": {"tcp": 1},
}
PROXY = {
    "name": "token.web",
    "conf": {"name": "token.web"},
    "clientVersion": "0.65.0",
    "todayTrafficIn": 5,
    "todayTrafficOut": 6,
    "curConns": 1,
    "lastStartTime": "11-22 19:24:27",
    "status": "online",
}


def answering(**replies: httpx2.Response) -> Dashboard:
    def reply(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["authorization"].startswith("Basic ")
        name = request.url.path.rpartition("/")[2]
        return replies.get(name, httpx2.Response(200, json={"proxies": []}))

    return Dashboard(port=1, password="x", transport=httpx2.MockTransport(reply))


async def test_server_and_proxies_are_read() -> None:
    async with answering(
        serverinfo=httpx2.Response(200, json=SERVER),
        tcp=httpx2.Response(200, json={"proxies": [PROXY]}),
        udp=httpx2.Response(200, json={"proxies": None}),
    ) as dashboard:
        reading = await dashboard.read()
    assert (reading.server.client_counts, reading.server.cur_conns) == (4, 3)
    assert list(reading.proxies) == ["token.web"]
    assert reading.proxies["token.web"].today_traffic_out == 6


@pytest.mark.parametrize(
    "reply",
    [
        httpx2.Response(401),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json={"curConns": "many"}),
    ],
)
async def test_anything_else_is_no_answer(reply: httpx2.Response) -> None:
    async with answering(serverinfo=reply) as dashboard:
        with pytest.raises(SelfhostError, match="no answer"):
            await dashboard.read()
