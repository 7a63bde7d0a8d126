"""The fake core is like the fork: its lines, its ends, and what passes through it."""

import asyncio
import re
import socket
from pathlib import Path

import pytest

from chmlfrp.frpc import events
from chmlfrp.frpc.admin import Admin
from chmlfrp.frpc.binary import FrpcBinary, find
from chmlfrp.frpc.lines import clean
from chmlfrp.frpc.log import parse_line
from chmlfrp.model.reason import Code
from support import core
from support.by_hand import tcp_echo
from support.fake_frpc import Orders, install, order
from support.frps import free_port
from support.visitor import eventually, is_served

SAMPLES = Path(__file__).parents[2] / "samples" / "fork"
OLD, NEW = "ChmlFrp-0.51.2_240715", "ChmlFrp-0.51.2_251023"

SAID = {
    "link-lost": [
        events.LoggedIn,
        events.ProxiesAdded,
        events.ProxyStarted,
        events.LinkLost,
        *[events.Connecting, events.LoginFailed] * 4,
        events.Connecting,
        events.LoggedIn,
        events.ProxiesAdded,
        events.ProxyStarted,
    ],
    "node-token-wrong": [events.Other, events.LoginFailed, events.Other],
    "config-refused": [events.ConfigError, events.Panicked],
}


def recorded(name: str) -> list[str]:
    """Return what the fork itself said."""
    return (SAMPLES / f"{name}.log").read_text("utf-8").splitlines()


def shape(line: str) -> str:
    """Return a line without what differs from run to run and from system to system."""
    text = re.sub(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", "", clean(line))
    text = re.sub(r"\.go:\d+", ".go:N", text)
    text = re.sub(r"dial tcp .*?(?=, 等待|$)", "dial tcp …", text)
    text = re.sub(r"RunID \[[^\]]*\]", "RunID […]", text)
    return re.sub(r"服务 \[[^\]]*\]", "服务 […]", text)


async def fake(folder: Path, orders: Orders) -> FrpcBinary:
    """Return the fake as our own room finds it."""
    return await find(configured=install(folder, orders), managed_dir=folder)


class Node:
    """A port that can be closed and opened again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.open()

    def open(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))

    def close(self) -> None:
        self._door.close()


@pytest.mark.parametrize("name", SAID)
def test_what_the_fork_said_is_read_as_events(name: str) -> None:
    said = [parse_line(line) for line in recorded(name)]
    heard = [type(event) for event in said if not isinstance(event, events.Noise)]
    assert heard == SAID[name]
    assert not core.shows([repr(event) for event in said], "usercanary")


def test_reasons_of_the_fork_are_understood() -> None:
    (refused,) = (
        event
        for event in map(parse_line, recorded("node-token-wrong"))
        if isinstance(event, events.LoginFailed)
    )
    assert refused.reason.code is Code.NODE_TOKEN_WRONG
    lost = [parse_line(line) for line in recorded("link-lost")]
    failed = [event for event in lost if isinstance(event, events.LoginFailed)]
    assert {event.reason.code for event in failed} <= {Code.LINK_REFUSED, Code.UNKNOWN}


async def test_a_lost_link_sounds_as_the_fork_does(tmp_path: Path) -> None:
    node = Node()
    orders = Orders(version=OLD, knocks=True, scale=0.05)
    told = core.config(node.port, core.tcp("one", 1, free_port()))
    lines: list[str] = []
    async with core.running(await fake(tmp_path, orders), tmp_path, told) as run:
        await run.says(events.ProxyStarted)
        node.close()
        await run.says(events.LoginFailed, times=4)
        node.open()
        await run.says(events.ProxyStarted, times=2)
        lines = run.lines
    node.close()
    mask = [line.replace("***", "usercanary") for line in lines]
    real = [shape(line) for line in recorded("link-lost")]
    spoken = {shape(line) for line in mask if "管理服务器侦听" not in line}
    # It has no visitors, and may have been slower by a try.
    assert set(real) - spoken == {
        "[I] [visitor_manager.go:N] gracefully shutdown visitor manager"
    }
    assert {s for s in spoken - set(real) if "重连失败" not in s} == set()


async def test_the_newest_fork_gives_up_after_three_tries(tmp_path: Path) -> None:
    node = Node()
    orders = Orders(version=NEW, knocks=True, scale=0.01)
    told = core.config(node.port, core.tcp("one", 1, free_port()))
    async with core.running(await fake(tmp_path, orders), tmp_path, told) as run:
        await run.says(events.ProxyStarted)
        node.close()
        assert await run.process.wait() == 1
    waits = re.findall(r"第 (\d) 次重连，等待 (\d+)s 后尝试连接", "\n".join(run.lines))
    assert waits == [("1", "5"), ("2", "10"), ("3", "20")]
    assert len(run.said(events.GaveUp)) == 1
    assert len(run.said(events.LoginFailed)) == 3


async def test_the_first_login_that_fails_ends_it(tmp_path: Path) -> None:
    told = core.config(free_port(), core.tcp("one", 1, free_port()))
    binary = await fake(tmp_path, Orders(knocks=True))
    async with core.running(binary, tmp_path, told) as run:
        assert await run.process.wait() == 1
    assert run.said(events.LoginFailed)[0].reason.code is Code.LINK_REFUSED


async def test_a_refused_file_ends_it_with_a_panic(tmp_path: Path) -> None:
    text = recorded("config-refused")[-2]
    binary = await fake(tmp_path, Orders(config_error=text))
    async with core.running(binary, tmp_path, core.config(1)) as run:
        assert await run.process.wait() == 2
    assert run.said(events.ConfigError)[0].text == text
    assert run.said(events.Panicked)[0].is_usual


async def test_bytes_pass_through_it_until_it_hangs(tmp_path: Path) -> None:
    port = free_port()
    orders = Orders(carries=True, hangs_after_s=0.5)
    async with tcp_echo() as echo:
        told = core.config(1, core.tcp("one", echo, port))
        async with core.running(await fake(tmp_path, orders), tmp_path, told) as run:
            await run.says(events.ProxyStarted)
            assert await is_served(port)
            await eventually(lambda: is_served(port), wanted=False)
            assert run.process.returncode is None


async def test_a_held_port_is_told_in_the_words_of_frps(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        told = core.config(1, core.tcp("one", 1, port))
        binary = await fake(tmp_path, Orders(carries=True))
        async with core.running(binary, tmp_path, told) as run:
            failed = await run.says(events.ProxyFailed)
            assert failed.reason.code is Code.PORT_IN_USE
            await run.says(events.AdminListening)
            assert (await run.admin.status())["one"].status == "start error"


async def test_its_admin_reloads_and_tells(tmp_path: Path) -> None:
    one, two = core.tcp("one", 1, 20001), core.tcp("two", 1, 20002)
    binary = await fake(tmp_path, Orders())
    async with core.running(binary, tmp_path, core.config(1, one)) as run:
        await run.says(events.AdminListening)
        assert set(await _status(run.admin)) == {"one"}
        await asyncio.to_thread(run.carry, two)
        await run.admin.reload()
        assert set(await _status(run.admin)) == {"two"}
        assert run.said(events.ProxiesRemoved)[0].names == ("one",)


async def _status(admin: Admin) -> dict[str, str]:
    return {name: row.status for name, row in (await admin.status()).items()}


async def test_orders_may_change_between_starts(tmp_path: Path) -> None:
    binary = await fake(tmp_path, Orders(ends_with=3))
    order(binary.path, Orders(ends_with=4, ends_after_s=0.05))
    async with core.running(binary, tmp_path, core.config(1)) as run:
        assert await run.process.wait() == 4
