"""`chmlfrp tunnel start`, `stop` and `restart`."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_all, with_timeout, with_tunnels, with_wait
from chmlfrp.cli.output import err, out
from chmlfrp.cli.report import FAILED
from chmlfrp.cli.tunnel import lines
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.model.ladder import Summary
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

UP_WITHIN_S = 30.0
STOPPED_WITHIN_S = 15.0

Command = Callable[[Iterable[int]], Awaitable[None]]


@verb()
@with_tunnels
@with_all
@with_wait
@with_timeout(UP_WITHIN_S)
def start(tunnels: tuple[str, ...], every: bool, wait: bool, timeout: float) -> int:
    """Want tunnels up; 1 if one of them is not up in the end."""
    return _raise_up(tunnels, every, wait, timeout, lambda client: client.start)


@verb()
@with_tunnels
@with_all
@with_wait
@with_timeout(UP_WITHIN_S)
def restart(tunnels: tuple[str, ...], every: bool, wait: bool, timeout: float) -> int:
    """Close tunnels and open them again; 1 if one of them is not up in the end."""
    return _raise_up(tunnels, every, wait, timeout, lambda client: client.restart)


@verb()
@with_tunnels
@with_all
@with_wait
@with_timeout(STOPPED_WITHIN_S)
def stop(tunnels: tuple[str, ...], every: bool, wait: bool, timeout: float) -> int:
    """Want tunnels down; 1 if one of them is not closed in the end."""

    async def work(client: "ControlClient") -> int:
        from chmlfrp.cli.tunnel.wait import has_stopped, wait_for

        before, snapshot = await _found(client, tunnels, every=every)
        if not before:
            return 0
        await client.stop(before)
        if wait:
            snapshot = await wait_for(client, before, has_stopped, timeout_s=timeout)
            return tell_stopped(snapshot, before)
        out(say("已下达停止命令：", "asked to stop: "), _names(before.values()))
        return 0

    return run(work)


def _raise_up(
    tunnels: Sequence[str],
    every: bool,
    wait: bool,
    timeout_s: float,
    command_of: "Callable[[ControlClient], Command]",
) -> int:
    async def work(client: "ControlClient") -> int:
        before, _ = await _found(client, tunnels, every=every)
        if not before:
            return 0
        await command_of(client)(before)
        if wait:
            return await come_up(client, before, timeout_s=timeout_s)
        out(say("已下达启动命令：", "asked to start: "), _names(before.values()))
        return 0

    return run(work)


async def come_up(
    client: "ControlClient",
    before: dict[int, TunnelView],
    *,
    timeout_s: float,
    is_quiet: bool = False,
) -> int:
    """Wait until these are up or why not is known; tell, and return the exit code.

    is_quiet: nothing is told of those that are up.
    """
    from chmlfrp.cli.tunnel.wait import has_come_up, wait_for

    snapshot = await wait_for(client, before, has_come_up, timeout_s=timeout_s)
    code = 0
    for tunnel_id, old in before.items():
        view = snapshot.tunnels.get(tunnel_id, old)
        if view.summary is Summary.UP:
            if is_quiet:
                continue
            out(lines.title(view), "  ", lines.summary(view), "  ", view.address or "")
            continue
        code = FAILED
        err(
            lines.trouble(view, now=snapshot.now)
            or f"{lines.title(view)}{say('：', ': ')}{say('没有启动', 'not started')}"
        )
    return code


def tell_stopped(snapshot: Snapshot, before: dict[int, TunnelView]) -> int:
    """Tell which of these are closed, and return the exit code."""
    code = 0
    for tunnel_id, old in before.items():
        view = snapshot.tunnels.get(tunnel_id)
        if view is None or view.summary is Summary.STOPPED:
            out(lines.title(old), "  ", say("已停止", "stopped"))
        else:
            code = FAILED
            err(lines.title(view), "  ", lines.summary(view))
    return code


async def _found(
    client: "ControlClient", names: Sequence[str], *, every: bool
) -> tuple[dict[int, TunnelView], Snapshot]:
    from chmlfrp.cli.tunnel.find import check_choice, find

    check_choice(names, every=every)
    snapshot, views = await find(client, names, every=every)
    if not views:
        err(say("没有隧道", "there are no tunnels"))
    return {view.id: view for view in views}, snapshot


def _names(views: Iterable[TunnelView]) -> str:
    return say("、", ", ").join(map(lines.title, views))
