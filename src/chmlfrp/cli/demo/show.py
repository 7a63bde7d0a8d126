"""The demo from first to last."""

import asyncio
import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from chmlfrp.cli.demo import local, world
from chmlfrp.cli.demo.local import LocalPorts
from chmlfrp.cli.demo.report import Report, Transfer
from chmlfrp.cli.demo.world import DemoNode, Ready
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import (
    Change,
    CreateTunnel,
    PasswordSignIn,
    Snapshot,
    TunnelView,
    apply,
)
from chmlfrp.errors import ChmlFrpError, ControlError, LocalError
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Summary
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelType
from chmlfrp.words.error import word_error
from chmlfrp.words.ladder import explain
from chmlfrp.words.language import say

UP_WITHIN_S = 30.0
DOMAIN = "demo.localhost"
_TCP_BYTES = 8 << 20
_DATAGRAMS = 200


def run(*, check: bool, json: bool) -> int:
    """Run the demo; return 0 only if every byte came back.

    check: end by itself, instead of staying up until Ctrl-C. json: print what was done
    and measured, and nothing else, on stdout.
    """
    report = Report(as_json=json)
    try:
        return asyncio.run(_in_a_folder(report, stays=not check))
    except ChmlFrpError as error:
        worded = word_error(error)
        text = " ".join(filter(None, (worded.what, worded.said, worded.do)))
        print(text, file=sys.stderr)  # noqa: T201 - for whoever started it
        report.end(text)
    except (KeyboardInterrupt, asyncio.CancelledError):
        report.end("interrupted")
    return 1


async def _in_a_folder(report: Report, *, stays: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="chmlfrp-demo-") as folder:
        async with asyncio.timeout(None if stays else 180):
            _end_on_signals()
            return await _demo(Path(folder), report, stays=stays)


def _end_on_signals() -> None:
    """Have Ctrl-C, an end and a closed terminal cancel this task.

    Only the first one counts: what runs is ended in order, however often people ask.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    is_ending = False

    def end() -> None:
        nonlocal is_ending
        if not is_ending:
            is_ending = True
            task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows: asyncio sees to Ctrl-C
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            loop.add_signal_handler(getattr(signal, name), end)


async def _demo(folder: Path, report: Report, *, stays: bool) -> int:
    report.show(
        say("ChmlFrp UI 演示：真实的 frpc 与 frps", "ChmlFrp UI, on real frpc and frps")
    )
    home = Home.below(folder / "home")
    async with contextlib.AsyncExitStack() as stack:
        ready, password = await stack.enter_async_context(
            world.service(folder / "service")
        )
        report.step(
            "service",
            say(f"自建服务 {ready.api}，节点 {ready.node.name}",
                f"a service at {ready.api} with the node {ready.node.name}"),
        )  # fmt: skip
        client = await stack.enter_async_context(world.daemon(home, ready.api))
        report.step("daemon", say("守护进程已启动", "a daemon"))
        ports = await stack.enter_async_context(local.local_services())
        await _sign_in(client, password, report)
        tunnels = await _create(client, ready.node, ports, report)
        views = await _until_up(client, {t.id for t in tunnels})
        report.step("tunnels_up", say("三条隧道全部就绪", "three tunnels are up"))
        for view in views:
            report.ladder(view)
        await _carry_bytes(ready, tunnels, report)
        is_whole = report.end()
        if stays and is_whole:
            await _stay(ready, report)
    report.show(say("演示结束，什么都没有留下。", "The demo is over; nothing is left."))
    return 0 if is_whole else 1


async def _sign_in(client: ControlClient, password: Secret, report: Report) -> None:
    command = PasswordSignIn(name=world.USER, password=password)
    view = await client.sign_in(command)
    name = view.account.name if view.account else ""
    report.step("signed_in", say(f"已登录账号 {name}", f"signed in as {name}"))


async def _create(
    client: ControlClient, node: DemoNode, ports: LocalPorts, report: Report
) -> list[Tunnel]:
    wanted = (
        ("demo_tcp", TunnelType.TCP, ports.echo, None),
        ("demo_udp", TunnelType.UDP, ports.datagrams, None),
        ("demo_web", TunnelType.HTTP, ports.page, DOMAIN),
    )
    tunnels = [
        await client.create(
            CreateTunnel(
                name=name,
                type=kind,
                node=node.name,
                local_port=port,
                domain=domain,
                start=True,
            )
        )
        for name, kind, port, domain in wanted
    ]
    report.step(
        "created",
        say(
            "创建了三条隧道：TCP、UDP、HTTP", "created a TCP, a UDP and an HTTP tunnel"
        ),
    )
    return tunnels


async def _until_up(client: ControlClient, ids: set[int]) -> list[TunnelView]:
    """Return the views once all are up; raise LocalError with the reason if not."""
    views: list[TunnelView] = []
    snapshot: Snapshot | None = None
    try:
        async with asyncio.timeout(UP_WITHIN_S):
            async for frame in client.watch():
                match frame:
                    case Snapshot():
                        snapshot = frame
                    case Change() if snapshot is not None:
                        snapshot = apply(snapshot, frame)
                    case _:
                        break
                views = [v for i, v in snapshot.tunnels.items() if i in ids]
                if len(views) == len(ids) and _are_up(views):
                    return views
    except TimeoutError:
        now = snapshot.now if snapshot else 0.0
        slow = [explain(v.ladder, now=now) for v in views]
        raise LocalError("; ".join(str(e) for e in slow if e)) from None
    raise ControlError("the daemon ended its watch")


def _are_up(views: list[TunnelView]) -> bool:
    return all(view.summary is Summary.UP for view in views)


async def _carry_bytes(ready: Ready, tunnels: list[Tunnel], report: Report) -> None:
    report.show(say("穿过隧道的字节：", "Bytes through the tunnels:"))
    tcp, udp, web = tunnels
    node = ready.node
    assert tcp.remote_port is not None
    assert udp.remote_port is not None
    back = local.send_through(node.host, tcp.remote_port, _TCP_BYTES)
    address = f"{node.host}:{tcp.remote_port}"
    await _measure(report, tcp, address, _TCP_BYTES, back)
    back = local.send_datagrams(node.host, udp.remote_port, _DATAGRAMS)
    address = f"{node.host}:{udp.remote_port}"
    await _measure(report, udp, address, _DATAGRAMS * local.DATAGRAM_BYTES, back)
    page = _page_bytes(node.host, node.http_port)
    address = f"http://{DOMAIN}:{node.http_port}/"
    await _measure(report, web, address, len(local.PAGE.encode()), page)


async def _page_bytes(host: str, port: int) -> int:
    body = await local.fetch_page(host, port, DOMAIN)
    return len(body.encode()) if body == local.PAGE else 0


async def _measure(
    report: Report, tunnel: Tunnel, address: str, size: int, work: Awaitable[int]
) -> None:
    since = time.perf_counter()
    try:
        returned = await work
    except (OSError, EOFError, TimeoutError):
        returned = 0
    report.transfer(
        Transfer(
            tunnel=tunnel.name,
            type=tunnel.type,
            address=address,
            sent_bytes=size,
            returned_bytes=returned,
            seconds=round(time.perf_counter() - since, 4),
        )
    )


async def _stay(ready: Ready, report: Report) -> None:
    report.show(
        say(
            f"在浏览器打开 http://{DOMAIN}:{ready.node.http_port}/ ，按 Ctrl-C 结束。",
            f"Open http://{DOMAIN}:{ready.node.http_port}/ in a browser; Ctrl-C ends it.",
        )
    )
    task = asyncio.current_task()
    assert task is not None
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task.uncancel()
