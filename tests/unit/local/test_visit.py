"""Visits: what the system's ping says, what a page answers, and a game's own question."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import pytest

from chmlfrp.errors import InvalidInput, LocalError
from chmlfrp.local import visit
from chmlfrp.model.latency import LatencyTrouble
from support.fake_minecraft import fake_minecraft
from support.small_http import answering, reply


@contextlib.asynccontextmanager
async def answering_in_clear() -> AsyncIterator[int]:
    """Yield a port where plain text answers whatever is said."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(reply("no TLS here"))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


LINUX = """PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.027 ms
64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 time=12.5 ms

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1003ms
rtt min/avg/max/mdev = 0.027/0.027/0.027/0.000 ms
"""
WINDOWS = """
正在 Ping 127.0.0.1 具有 32 字节的数据:
来自 127.0.0.1 的回复: 字节=32 时间<1ms TTL=128
来自 127.0.0.1 的回复: 字节=32 时间=14ms TTL=128
请求超时。

往返行程的估计时间(以毫秒为单位):
    最短 = 0ms，最长 = 14ms，平均 = 7ms
"""


def test_answers_are_read_in_any_language():
    assert visit.read_ping(LINUX) == (0.027, 12.5)
    assert visit.read_ping(WINDOWS) == (1.0, 14.0)
    assert visit.read_ping("") == ()


@pytest.mark.parametrize(
    ("platform", "start"),
    [
        ("linux", ("ping", "-c", "2", "-W", "3")),
        ("darwin", ("ping", "-c", "2", "-W", "3000")),
        ("win32", ("ping", "-n", "2", "-w", "3000")),
    ],
)
def test_each_system_s_ping_is_asked_its_own_way(platform, start):
    command = visit.ping_command("a.example", 2, platform=platform)
    assert command == (*start, "a.example")


@pytest.mark.parametrize("host", ["-f", "", "a b", "a;b", "--help"])
def test_what_is_no_host_is_no_option_either(host):
    with pytest.raises(InvalidInput):
        visit.ping_command(host, 1)


async def test_a_ping_is_run_and_read():
    said = f"print({LINUX!r})"
    found = await visit.ping("x", count=3, command=[sys.executable, "-c", said])
    assert (found.sent, found.ms) == (3, (0.027, 12.5))


async def test_a_machine_without_ping_is_told(tmp_path):
    with pytest.raises(LocalError) as refused:
        await visit.ping("x", command=[str(tmp_path / "ping")])
    assert "tool tcp" in refused.value.hint


async def test_a_page_answers_and_its_redirect_is_not_followed():
    moved = reply("", "301 Moved", "location: https://a.example/")
    async with answering(lambda _: moved) as port:
        found = await visit.http(f"127.0.0.1:{port}")
    assert (found.trouble, found.status) == (None, 301)
    assert found.location == "https://a.example/"
    assert found.ms > 0


async def test_what_keeps_a_page_from_answering_is_told():
    async with answering_in_clear() as port:
        secure = await visit.http(f"https://127.0.0.1:{port}")
        assert secure.trouble is LatencyTrouble.TLS
    gone = await visit.http(f"http://127.0.0.1:{port}")
    assert gone.trouble is LatencyTrouble.REFUSED
    assert (await visit.http("x.invalid")).trouble is LatencyTrouble.DNS


@pytest.mark.parametrize("url", ["ftp://a", "http://", "http://a:b@c", "http://a:x"])
async def test_other_addresses_are_refused(url):
    with pytest.raises(InvalidInput) as refused:
        await visit.http(url)
    assert refused.value.field in ("url", "host")


async def test_a_game_server_is_asked_as_the_game_does():
    async with fake_minecraft() as port:
        found = await visit.minecraft(f"127.0.0.1:{port}")
        assert (found.version, found.players, found.most_players) == ("1.21", 2, 20)
        assert found.text == "家里的世界"
    with pytest.raises(LocalError):
        await visit.minecraft(f"127.0.0.1:{port}")


async def test_without_its_part_it_is_told_which_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcstatus", None)
    with pytest.raises(LocalError) as refused:
        await visit.minecraft("127.0.0.1:1")
    assert "chmlfrp-ui[tools]" in refused.value.hint
