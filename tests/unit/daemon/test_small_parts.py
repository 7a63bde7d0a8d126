"""Nodes, wishes, timers, reasons, local services: the daemon's smaller parts."""

import asyncio
from pathlib import Path

import pytest

from chmlfrp.daemon.localservice import answers
from chmlfrp.daemon.reasons import reason_of, retry_after_of
from chmlfrp.daemon.wishes import Wishes, WishWriter
from chmlfrp.errors import FrpcMissing, RateLimited, ServiceUnreachable, SignInRequired
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId
from support.stage import Stage
from support.tmodel import ids, key


async def test_a_node_is_asked_for_once_while_it_is_fresh(stage: Stage) -> None:
    await asyncio.gather(*(stage.nodes.get("node") for _ in range(4)))
    assert stage.asked == ["/nodeinfo"]
    stage.clock.now += 31
    await stage.nodes.get("node")
    assert stage.asked == ["/nodeinfo", "/nodeinfo"]


async def test_the_list_joins_statistics_and_nodes(stage: Stage) -> None:
    (node,) = await stage.nodes.list()
    assert node.name == "node"
    assert node.is_online
    assert node.allows_web is False
    assert stage.asked == ["/node", "/node_stats"]


def test_wishes_of_other_accounts_and_services_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "wishes.json"
    Wishes(path, "https://a").write(1, ids(1, 2))
    Wishes(path, "https://b").write(1, ids(3))
    Wishes(path, "https://a").write(2, ids(4))
    assert Wishes(path, "https://a").read(1) == ids(1, 2)
    assert Wishes(path, "https://b").read(1) == ids(3)
    assert Wishes(path, "https://a").read(3) == frozenset()


def test_damaged_wishes_are_kept_aside_and_the_ones_before_used(
    tmp_path: Path, expected_logs: "object"
) -> None:
    path = tmp_path / "wishes.json"
    wishes = Wishes(path, "https://a")
    wishes.write(1, ids(1))
    wishes.write(1, ids(2))
    path.write_bytes(b'{"half')
    expected_logs("was damaged")  # type: ignore[operator] # the fixture is callable
    assert wishes.read(1) == ids(1)
    assert (tmp_path / "wishes.json.broken-1").read_bytes() == b'{"half'


async def test_wishes_are_on_disk_when_settled(tmp_path: Path) -> None:
    wishes = Wishes(tmp_path / "wishes.json", "https://a")
    writer = WishWriter(wishes)
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(writer.run())
        writer.put(1, ids(1))
        writer.put(1, ids(1, 2))
        await writer.settle()
        work.cancel()
    assert wishes.read(1) == frozenset({TunnelId(1), TunnelId(2)})


def test_a_file_name_of_a_group_holds_nothing_private() -> None:
    from chmlfrp.daemon.core import _file_name

    assert _file_name(key("东京")).isalnum()
    assert _file_name(key("东京")) != _file_name(key("京东"))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            ServiceUnreachable("no answer"),
            Reason(Code.SERVICE_UNREACHABLE, "no answer"),
        ),
        (FrpcMissing("none"), Reason(Code.CORE_MISSING, "none")),
        (
            SignInRequired("401", service_message="无效的Token"),
            Reason(Code.SIGNED_OUT, "无效的Token"),
        ),
    ],
)
def test_errors_become_reasons_in_the_words_of_whoever_said_them(
    error: ServiceUnreachable, reason: Reason
) -> None:
    assert reason_of(error) == reason


def test_what_the_service_asked_to_wait_is_handed_on() -> None:
    limited = RateLimited("429")
    limited.retry_after_s = 60
    assert retry_after_of(limited) == 60
    assert retry_after_of(ServiceUnreachable("x")) is None


async def test_a_service_answers_or_not() -> None:
    server = await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await answers("127.0.0.1", port)
    server.close()
    await server.wait_closed()
    assert not await answers("127.0.0.1", port)
