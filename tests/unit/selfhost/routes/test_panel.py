from pathlib import Path

from chmlfrp.selfhost.settings import parse
from support.selfhost import InMemory, in_memory


async def test_what_there_is_is_counted(service: InMemory) -> None:
    user, place = await service.user(), await service.node()
    await service.tunnel(user, place)
    reply = await service.call("/panelinfo")
    assert reply["data"] == {
        "tunnel_amount": 1,
        "node_amount": 1,
        "user_amount": 1,
        "friend_links": None,
    }


async def test_friends_come_from_the_settings(tmp_path: Path) -> None:
    settings = parse('[[links]]\nname = "x"\nurl = "https://x.example"')
    async with in_memory(tmp_path, settings=settings) as service:
        data = (await service.call("/panelinfo"))["data"]
    assert data["friend_links"] == [
        {"name": "x", "url": "https://x.example", "description": None}
    ]


async def test_the_machine_s_load_is_bare_and_in_percent(service: InMemory) -> None:
    reply = (await service.http.get("/api/server-status")).json()
    assert set(reply) == {"metrics", "serverName", "load"}
    names = {"cpu", "memory", "steal", "ioLatency", "threadContention"}
    assert set(reply["metrics"]) == names
    assert 0 < reply["metrics"]["memory"] <= 100
    assert 0 <= reply["load"] <= 100
