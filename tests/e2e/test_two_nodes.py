"""A node of the service's own machine and one elsewhere, both carrying real bytes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chmlfrp.selfhost.rules.proxy import UNKNOWN_USER
from support import by_hand
from support.frps import until
from support.outpost import Outpost, running_outpost
from support.service import RunningService, lent_port, running_service

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PATIENCE_S = 40.0
OPENED = r"start proxy success"
FAR, NEAR = 18001, lent_port(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "service.toml").write_text("[nodes]\nsilent_seconds = 3\n", "utf-8")
    async with running_service(folder, users=["ada"]) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outpost(
    service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Outpost]:
    folder = tmp_path_factory.mktemp("outpost")
    async with running_outpost(service, folder, "far") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ada(service: RunningService) -> str:
    return await service.token("ada")


async def create(
    service: RunningService, token: str, *, node: str, name: str, **more: Any
) -> None:
    wish = {"porttype": "tcp", "encryption": False, "compression": False, **more}
    reply = await service.call(
        "/create_tunnel", token=token, node=node, tunnelname=name, **wish
    )
    assert reply["code"] == 200, reply


async def ini(service: RunningService, token: str, node: str, names: str = "") -> str:
    reply = await service.call(
        "/tunnel_config", token=token, node=node, tunnel_names=names
    )
    text: str = reply["data"]
    return text


async def node_state(service: RunningService, name: str) -> str:
    rows = (await service.call("/node_stats"))["data"]
    return str(next(row["state"] for row in rows if row["node_name"] == name))


async def tunnel(service: RunningService, token: str, name: str) -> dict[str, Any]:
    rows = (await service.call("/tunnel", token=token))["data"]
    found: dict[str, Any] = next(row for row in rows if row["name"] == name)
    return found


async def becomes(service: RunningService, node: str, state: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while await node_state(service, node) != state:
        assert time.monotonic() < deadline, f"{node} never became {state}"


async def is_open(
    service: RunningService, token: str, name: str, state: str = "true"
) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (await tunnel(service, token, name))["state"] != state:
        assert time.monotonic() < deadline, f"{name} never became {state}"


async def test_both_nodes_carry_bytes_and_their_traffic_is_counted(
    service: RunningService, outpost: Outpost, ada: str, tmp_path: Path
) -> None:
    near = service.node["name"]
    sent = os.urandom(200_000)
    async with by_hand.tcp_echo() as echo:
        await create(
            *(service, ada), node="far", name="far_a", localport=echo, remoteport=FAR
        )
        await create(
            *(service, ada), node=near, name="near_a", localport=echo, remoteport=NEAR
        )
        far_ini = await ini(service, ada, "far", "far_a")
        near_ini = await ini(service, ada, near, "near_a")
        (tmp_path / "1").mkdir()
        (tmp_path / "2").mkdir()
        async with (
            by_hand.frpc_by_hand(far_ini, tmp_path / "1") as one,
            by_hand.frpc_by_hand(near_ini, tmp_path / "2") as two,
        ):
            await one.says(OPENED)
            await two.says(OPENED)
            assert await by_hand.through_tcp(FAR, sent) == sent
            assert await by_hand.through_tcp(NEAR, sent) == sent
            deadline = time.monotonic() + PATIENCE_S
            flow: dict[str, Any] = {}
            while flow.get("traffic_in", 0) < 2 * len(sent):
                assert time.monotonic() < deadline, flow
                reply = await service.call("/flow_last_7_days", token=ada)
                flow = reply["data"][-1]
    far = await tunnel(service, ada, "far_a")
    assert far["ip"] == "127.0.0.1"
    reply = await service.call("/tunnel/last7days", token=ada, tunnel_id=far["id"])
    assert reply["data"]["traffic_in"][-1] >= len(sent)


@pytest.mark.parametrize("node", ["far", "near"])
async def test_a_tunnel_put_offline_is_closed_and_its_client_stays_out(
    service: RunningService, outpost: Outpost, ada: str, tmp_path: Path, node: str
) -> None:
    place = "far" if node == "far" else service.node["name"]
    port = FAR + 1 if node == "far" else NEAR + 1
    names = [f"{node}_off", f"{node}_on"]
    async with by_hand.tcp_echo() as echo:
        for number, name in enumerate(names):
            await create(
                *(service, ada),
                node=place,
                name=name,
                localport=echo,
                remoteport=port + number,
            )
        text = await ini(service, ada, place, ",".join(names))
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED, times=2)
            await is_open(service, ada, names[0])
            reply = await service.call(
                "/offline_tunnel", token=ada, tunnel_name=names[0]
            )
            assert (reply["msg"], reply["code"]) == ("下线隧道成功", 200)
            assert (reply["ip"], reply["request_type"]) == ("127.0.0.1", "POST")
            said = await client.says(rf"{names[0]}\] start error")
            assert "此隧道已被强制下线" in said
            await client.says(rf"{names[1]}\] {OPENED}", times=2)
            assert await by_hand.through_tcp(port + 1, b"on") == b"on"
            with pytest.raises(OSError, match=r".*"):
                await by_hand.through_tcp(port, b"off")
        await is_open(service, ada, names[0], "false")
        now = await service.call("/refresh_tunnel", token=ada, tunnel_name=names[0])
        assert now["data"]["status"] == "offline"
        assert now["data"]["last_close_time"]
        # Another session is another start: it may.
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED, times=2)


async def test_a_deleted_tunnel_is_closed_though_its_client_runs_on(
    service: RunningService, outpost: Outpost, ada: str, tmp_path: Path
) -> None:
    async with by_hand.tcp_echo() as echo:
        await create(
            *(service, ada),
            node="far",
            name="gone",
            localport=echo,
            remoteport=FAR + 5,
        )
        text = await ini(service, ada, "far", "gone")
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED)
            await is_open(service, ada, "gone")
            found = await tunnel(service, ada, "gone")
            await service.call("/delete_tunnel", token=ada, tunnelid=found["id"])
            assert "隧道不存在" in await client.says("start error")


async def test_the_accounts_sessions_end_on_every_node(
    service: RunningService, outpost: Outpost, ada: str, tmp_path: Path
) -> None:
    async with by_hand.tcp_echo() as echo:
        await create(
            *(service, ada), node="far", name="all", localport=echo, remoteport=FAR + 6
        )
        text = await ini(service, ada, "far", "all")
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED)
            await is_open(service, ada, "all")
            reply = await service.call("/offline_user_nodes", token=ada)
            assert reply["data"] == {
                "totalNodes": 1,
                "successCount": 1,
                "failCount": 0,
                "results": {"far": "下线成功"},
            }
            await client.says("start error")


async def test_a_new_token_closes_what_runs_with_the_old_one(
    service: RunningService, outpost: Outpost, tmp_path: Path
) -> None:
    await service.add_user("bert")
    bert = await service.token("bert")
    async with by_hand.tcp_echo() as echo:
        await create(
            *(service, bert), node="far", name="old", localport=echo, remoteport=FAR + 8
        )
        text = await ini(service, bert, "far", "old")
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED)
            assert await by_hand.through_tcp(FAR + 8, b"on") == b"on"
            reply = await service.call("/retoken", token=bert)
            assert reply["msg"] == "重置成功"
            await client.says(UNKNOWN_USER)
            with pytest.raises(OSError, match=r".*"):
                await by_hand.through_tcp(FAR + 8, b"off")


async def test_sessions_outlive_the_service_and_the_agent_finds_it_again(
    tmp_path: Path,
) -> None:
    async with (
        running_service(tmp_path / "s", users=["ada"]) as service,
        running_outpost(service, tmp_path / "o", "far") as outpost,
        by_hand.tcp_echo() as echo,
    ):
        ada = await service.token("ada")
        await create(
            *(service, ada),
            node="far",
            name="lives",
            localport=echo,
            remoteport=FAR + 7,
        )
        text = await ini(service, ada, "far", "lives")
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED)
            await is_open(service, ada, "lives")
            await service.kill()
            assert await by_hand.through_tcp(FAR + 7, b"alone") == b"alone"
            await service.start()
            await becomes(service, "far", "online")
            reply = await service.call(
                "/offline_tunnel", token=ada, tunnel_name="lives"
            )
            assert reply["code"] == 200, reply
            await client.says("start error")
        assert await outpost.end() == 0
        assert await node_state(service, "far") == "offline", "it said goodbye"
        await outpost.start()  # without the join key
        await becomes(service, "far", "online")


async def test_a_silent_node_goes_offline_and_comes_back(
    service: RunningService, outpost: Outpost
) -> None:
    await becomes(service, "far", "online")
    os.kill(outpost.pid, signal.SIGSTOP)
    try:
        await becomes(service, "far", "offline")
    finally:
        os.kill(outpost.pid, signal.SIGCONT)
    await becomes(service, "far", "online")
    assert "far has fallen silent" in service.log


async def test_neither_key_is_in_a_log_or_an_argv(
    service: RunningService, outpost: Outpost
) -> None:
    cmdline = await asyncio.to_thread(Path(f"/proc/{outpost.pid}/cmdline").read_bytes)
    kept = (outpost.folder / "node.json").read_text("utf-8")
    assert kept.count('"node-') == 1
    for text in (outpost.log, service.log, cmdline.decode()):
        assert outpost.node["join_key"] not in text
        assert "node-" not in text.replace("node-runner", "")


async def test_a_removed_node_ends_its_frps(
    service: RunningService, tmp_path: Path
) -> None:
    more = ("--no-web", "--notes", "to be removed")
    async with running_outpost(service, tmp_path, "brief", *more) as outpost:
        await service.command("node", "remove", "brief", "--force")
        deadline = time.monotonic() + PATIENCE_S
        while await is_listening(outpost.node["port"]):
            assert time.monotonic() < deadline, outpost.log
            await asyncio.sleep(0.1)
        # The port is closed first.
        await until(
            lambda: "does not know the node's key" in outpost.log, "it says why"
        )


async def is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
