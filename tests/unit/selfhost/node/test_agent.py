"""A real frps under the agent, real frpc against it, and what the node lets through."""

import os
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
import pytest_asyncio

from support import by_hand
from support.service import RunningService, lent_port, running_service

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

GUARDED, METERED = lent_port(0), lent_port(1)
OPENED = r"start proxy success"
REFUSED = r"start error: (.*)$"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    folder = tmp_path_factory.mktemp("service")
    async with running_service(folder, users=["ada", "bob"]) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def token(service: RunningService) -> str:
    return await service.token("ada")


async def create(service: RunningService, token: str, **changes: Any) -> int:
    """Create a tunnel and return its id."""
    wish = {
        "token": token,
        "node": service.node["name"],
        "porttype": "tcp",
        "encryption": False,
        "compression": False,
        **changes,
    }
    reply = await service.call("/create_tunnel", **wish)
    assert reply["code"] == 200, reply
    return int((await record(service, token, wish["tunnelname"]))["id"])


async def record(service: RunningService, token: str, name: str) -> dict[str, Any]:
    rows = (await service.call("/tunnel", token=token))["data"]
    found: dict[str, Any] = next(row for row in rows if row["name"] == name)
    return found


async def ini(service: RunningService, token: str, names: str) -> str:
    reply = await service.call(
        "/tunnel_config", token=token, node=service.node["name"], tunnel_names=names
    )
    assert reply["code"] == 200, reply
    text: str = reply["data"]
    return text


async def until(
    condition: Callable[[], Awaitable[bool]], *, seconds: float = 10
) -> None:
    """Wait for a condition; each look is a request, so it need not sleep."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "it never came true"


@pytest.mark.parametrize("encryption", [False, True])
@pytest.mark.parametrize("compression", [False, True])
async def test_bytes_pass_a_tcp_a_udp_and_an_http_tunnel(
    service: RunningService,
    token: str,
    tmp_path: Path,
    encryption: bool,
    compression: bool,
) -> None:
    number = 2 * encryption + compression
    options = {"encryption": encryption, "compression": compression}
    names = [f"{kind}{number}" for kind in ("tcp", "udp", "http")]
    async with (
        by_hand.tcp_echo() as tcp,
        by_hand.udp_echo() as udp,
        by_hand.web_page("hello from home") as web,
    ):
        ids = [
            await create(
                service,
                token,
                tunnelname=names[0],
                localport=tcp,
                remoteport=lent_port(100 + number),
                **options,
            ),
            await create(
                service,
                token,
                tunnelname=names[1],
                localport=udp,
                remoteport=lent_port(200 + number),
                **{"porttype": "UDP", **options},
            ),
            await create(
                service,
                token,
                tunnelname=names[2],
                localport=web,
                porttype="http",
                **{"banddomain": f"web{number}.example.com", **options},
            ),
        ]
        text = await ini(service, token, ",".join(names))
        assert text.count("use_encryption = true") == 3 * encryption
        assert text.count("use_compression = true") == 3 * compression
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED, times=3)
            sent = os.urandom(300_000)
            assert await by_hand.through_tcp(lent_port(100 + number), sent) == sent
            assert (
                await by_hand.through_udp(lent_port(200 + number), b"ping") == b"ping"
            )
            url = f"http://127.0.0.1:{service.node['http_port']}/"
            async with httpx2.AsyncClient(trust_env=False) as http:
                page = await http.get(url, headers={"host": f"web{number}.example.com"})
            assert page.text == "hello from home"
    for tunnel_id in ids:
        reply = await service.call("/delete_tunnel", token=token, tunnelid=tunnel_id)
        assert reply["code"] == 200


CHANGES = {
    "port": (
        f"remote_port = {GUARDED}",
        f"remote_port = {lent_port(2)}",
        "remote_port",
    ),
    "no port": (f"remote_port = {GUARDED}\n", "", "remote_port"),
    "encryption": ("type = tcp", "type = tcp\nuse_encryption = true", "use_encryption"),
    "compression": (
        "type = tcp",
        "type = tcp\nuse_compression = true",
        "use_compression",
    ),
    "group": ("type = tcp", "type = tcp\ngroup = g\ngroup_key = k", "group"),
    "type": ("type = tcp", "type = udp", "type"),
    "another name": ("[guarded]", "[nobody_has_this]", "隧道不存在"),
}


@pytest_asyncio.fixture(loop_scope="module")
async def guarded(service: RunningService, token: str) -> AsyncIterator[str]:
    """Yield the ini of a tunnel on port GUARDED."""
    tunnel = await create(
        service, token, tunnelname="guarded", localport=9, remoteport=GUARDED
    )
    yield await ini(service, token, "guarded")
    await service.call("/delete_tunnel", token=token, tunnelid=tunnel)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_client_that_changes_its_file_is_refused(
    guarded: str, tmp_path: Path, change: str
) -> None:
    old, new, reason = CHANGES[change]
    assert old in guarded
    async with by_hand.frpc_by_hand(guarded.replace(old, new), tmp_path) as client:
        assert reason in await client.says(REFUSED)


async def test_a_client_that_changes_its_domain_is_refused(
    service: RunningService, token: str, tmp_path: Path
) -> None:
    tunnel = await create(
        service,
        token,
        tunnelname="site",
        porttype="http",
        localport=9,
        banddomain="mine.example.com",
    )
    text = (await ini(service, token, "site")).replace("mine.", "theirs.")
    async with by_hand.frpc_by_hand(text, tmp_path) as client:
        assert "custom_domains" in await client.says(REFUSED)
    await service.call("/delete_tunnel", token=token, tunnelid=tunnel)


async def test_a_client_with_another_users_prefix_is_refused(
    service: RunningService, guarded: str, token: str, tmp_path: Path
) -> None:
    theirs = guarded.replace(token, await service.token("bob"))
    async with by_hand.frpc_by_hand(theirs, tmp_path) as client:
        assert "此隧道不属于你" in await client.says(REFUSED)


async def test_a_client_nobody_knows_is_refused_at_login(
    guarded: str, token: str, tmp_path: Path
) -> None:
    text = guarded.replace(token, "x" * 32)
    async with by_hand.frpc_by_hand(text, tmp_path) as client:
        await client.says("错误的用户token，此用户不存在")


async def test_the_record_follows_the_client(
    service: RunningService, guarded: str, token: str, tmp_path: Path
) -> None:
    async def is_on() -> bool:
        return (await record(service, token, "guarded"))["state"] == "true"

    async def is_off() -> bool:
        return not await is_on()

    async with by_hand.frpc_by_hand(guarded, tmp_path) as client:
        await client.says(OPENED)
        await until(is_on, seconds=2)
        row = await record(service, token, "guarded")
        assert row["client_version"] == "0.65.0"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}\+00:00", row["uptime"])
        stats = (await service.call("/node_stats"))["data"][0]
        assert stats["state"] == "online"
    await until(is_off, seconds=5)


async def test_traffic_is_counted_when_a_connection_has_closed(
    service: RunningService, token: str, tmp_path: Path
) -> None:
    before = (await service.call("/userinfo", token=token))["data"]["total_upload"]
    async with by_hand.tcp_echo() as port:
        tunnel = await create(
            service, token, tunnelname="metered", localport=port, remoteport=METERED
        )
        text = await ini(service, token, "metered")
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            await client.says(OPENED)
            await by_hand.through_tcp(METERED, b"x" * 10_000)

            async def is_counted() -> bool:
                row = await record(service, token, "metered")
                return row["today_traffic_in"] >= 10_000 <= row["today_traffic_out"]

            await until(is_counted, seconds=15)
    account = (await service.call("/userinfo", token=token))["data"]
    assert account["total_upload"] - before >= 10_000
    await service.call("/delete_tunnel", token=token, tunnelid=tunnel)


async def test_sixteen_proxies_open_and_no_more_can_be_made(
    service: RunningService, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    await service.add_user("sixteen")
    token = await service.token("sixteen")
    for number in range(16):
        await create(
            service,
            token,
            tunnelname=f"many{number}",
            localport=9,
            remoteport=lent_port(40 + number),
        )
    reply = await service.call(
        "/create_tunnel",
        token=token,
        node=service.node["name"],
        porttype="tcp",
        encryption=False,
        compression=False,
        tunnelname="many16",
        localport=9,
        remoteport=lent_port(56),
    )
    assert (reply["code"], "隧道数量超过限制" in reply["msg"]) == (400, True)
    async with by_hand.frpc_by_hand(await ini(service, token, ""), tmp_path) as client:
        await client.says("login to server success")
        began = time.perf_counter()
        await client.says(OPENED, times=16)
        took = time.perf_counter() - began
    record_property("sixteen_proxies_s", round(took, 3))
    print(f"16 proxies in {took:.3f} s")


async def test_no_secret_reaches_the_log(service: RunningService, token: str) -> None:
    assert token not in service.log
    assert "Canary-password" not in service.log


async def test_an_frps_that_dies_is_started_again(tmp_path: Path) -> None:
    async with running_service(tmp_path / "own") as service:
        (frps,) = psutil.Process(service.pid).children()
        frps.send_signal(signal.SIGKILL)

        async def is_online() -> bool:
            return (await service.call("/node_stats"))["data"][0]["state"] == "online"

        async def is_offline() -> bool:
            return not await is_online()

        await until(is_offline)
        await until(is_online)
        assert "frps ended with code -9" in service.log


async def test_a_node_added_meanwhile_is_taken_up(tmp_path: Path) -> None:
    async with running_service(tmp_path / "own") as service:
        await service.command(
            "node", "add", "second", "--ports", "19000-19100", "--no-web"
        )

        async def is_listed() -> bool:
            names = [node["name"] for node in (await service.call("/node"))["data"]]
            return "second" in names

        await until(is_listed)
