"""The service as a process: it starts, ends cleanly, and loses nothing when killed."""

import asyncio
import random
import socket
from contextlib import closing
from pathlib import Path

import httpx2
import psutil
import pytest

from chmlfrp.selfhost.service import _listen
from support.service import CommandFailed, RunningService, run_command, running_service

pytestmark = pytest.mark.e2e

KILLS = 4


async def test_it_ends_within_seconds_and_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    async with running_service(tmp_path / "d") as service:
        children = psutil.Process(service.pid).children(recursive=True)
        assert children
        assert await service.stop() == 0
    assert not any(child.is_running() for child in children)
    async with asyncio.timeout(10):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", service.node["port"])


async def test_frps_dies_with_a_service_that_is_killed(tmp_path: Path) -> None:
    async with running_service(tmp_path / "d") as service:
        children = psutil.Process(service.pid).children(recursive=True)
        assert await service.kill() == -9
        gone, alive = await asyncio.to_thread(psutil.wait_procs, children, 20)
    assert gone
    assert not alive


async def create_until_killed(
    service: RunningService,
    token: str,
    names: list[str],
    *,
    after_s: float,
    after_first: bool,
) -> list[str]:
    """Create tunnels one by one; return those acknowledged before the kill.

    after_first: the time until the kill begins with the first one.
    """
    acknowledged: list[str] = []
    first = asyncio.Event()

    async def create() -> None:
        async with httpx2.AsyncClient(
            base_url=service.api_url, trust_env=False, timeout=5
        ) as http:
            for name in names:
                wish = {"token": token, "node": service.node["name"], "localport": 80}
                wish |= {"tunnelname": name, "porttype": "http"}
                wish |= {"banddomain": f"{name}.example.com".replace("_", "-")}
                wish |= {"encryption": False, "compression": False}
                try:
                    reply = await http.post("/create_tunnel", json=wish)
                except httpx2.TransportError:
                    first.set()
                    return
                assert reply.json()["code"] == 200, reply.text
                acknowledged.append(name)
                first.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(create())
        if after_first:
            await first.wait()
        await asyncio.sleep(after_s)
        await service.kill()
    return acknowledged


@pytest.mark.timeout(300)
async def test_what_was_acknowledged_survives_kill_9_at_any_moment(
    tmp_path: Path,
) -> None:
    service = RunningService(tmp_path / "d", "--no-node")
    # A node must exist to create tunnels on; it need not run.
    await service.command("node", "add", "home")
    users = [f"user{number}" for number in range(KILLS)]
    for name in users:
        await service.add_user(name)
    kept: dict[str, list[str]] = {}
    try:
        for number, user in enumerate(users):
            await service.start()
            service.node = {"name": "home"}
            token = await service.token(user)
            names = [f"k{number}_{index}" for index in range(16)]
            kept[user] = await create_until_killed(
                service,
                token,
                names,
                after_s=random.uniform(0.02, 0.25),
                after_first=number % 2 == 1,
            )
        await service.start()
        for user, names in kept.items():
            rows = (await service.call("/tunnel", token=await service.token(user)))[
                "data"
            ]
            assert set(names) <= {row["name"] for row in rows}
    finally:
        await service.stop()
    assert any(kept.values())


async def test_the_node_keeps_its_ports_over_a_kill(tmp_path: Path) -> None:
    async with running_service(tmp_path / "d") as service:
        before = service.node
        await service.kill()
        await service.start()
        assert service.node == before


async def test_a_second_service_on_the_same_folder_says_so(tmp_path: Path) -> None:
    async with running_service(tmp_path / "d", "--no-node") as service:
        code, out, err = await run_command("serve", "--data", str(service.folder))
    assert (code, out) == (1, "")
    assert "another service is running" in err


async def test_a_taken_api_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        code, _, err = await run_command(
            "serve", "--no-node", "--data", str(tmp_path / "d"), "--port", str(port)
        )
    assert code == 1
    assert f"port {port} on 127.0.0.1 cannot be opened" in err
    assert "--port" in err


async def test_a_public_port_that_was_taken_meanwhile_is_named_not_changed(
    tmp_path: Path,
) -> None:
    async with running_service(tmp_path / "d") as service:
        port = service.node["port"]
        await service.stop()
        with closing(socket.create_server(("127.0.0.1", port))):
            with pytest.raises(CommandFailed):
                await service.start()
            assert f"port {port} of node" in service.log
            assert "node edit" in service.log


async def test_without_frps_it_says_what_to_do(tmp_path: Path) -> None:
    wrapper = tmp_path / "frps"
    wrapper.write_text("#!/bin/sh\n")
    wrapper.chmod(0o700)
    code, _, err = await run_command(
        *("serve", "--data", str(tmp_path / "d"), "--port", "0"),
        *("--frps", str(wrapper)),
    )
    assert code == 1
    assert "no frps that can be run" in err


async def test_the_plugin_door_is_not_on_the_public_port(tmp_path: Path) -> None:
    async with (
        running_service(tmp_path / "d", "--no-node") as service,
        httpx2.AsyncClient(trust_env=False) as http,
    ):
        url = f"{service.api_url}/plugin/{'x' * 43}?op=Login"
        reply = await http.post(url, json={"op": "Login"})
    assert reply.status_code == 404


def test_an_answer_does_not_wait_for_its_first_part_to_be_seen() -> None:
    with (
        _listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()[:2]),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
