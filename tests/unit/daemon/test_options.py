"""Options on disk."""

import asyncio
from pathlib import Path

import pytest

from chmlfrp.daemon.options import Options
from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.model.failover import Failover
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_windows
from chmlfrp.model.tunnel import TunnelId
from support.guards import LogWatch

ONE, TWO = TunnelId(1), TunnelId(2)
URL = "http://127.0.0.1:1"
SET = TunnelOptions(
    schedule=Schedule(windows=parse_windows("mon-fri 18:00-23:30"), idle_stop_min=30),
    failover=Failover(is_on=True, nodes=("a", "b")),
)


async def opened(folder: Path, url: str = URL) -> Options:
    options = Options(folder / "options.json", url)
    await options.load()
    return options


async def test_what_was_set_is_there_after_a_restart(tmp_path: Path) -> None:
    options = await opened(tmp_path)
    assert options.get(ONE) == TunnelOptions()
    await options.set(ONE, SET)
    again = await opened(tmp_path)
    assert again.get(ONE) == SET
    assert again.all() == {ONE: SET}


async def test_another_service_has_other_tunnels(tmp_path: Path) -> None:
    await (await opened(tmp_path)).set(ONE, SET)
    other = await opened(tmp_path, "http://127.0.0.1:2")
    assert other.get(ONE) == TunnelOptions()
    await other.set(TWO, SET)
    assert (await opened(tmp_path)).all() == {ONE: SET}


async def test_a_tunnel_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    options = await opened(tmp_path)
    await options.set(ONE, SET)
    await options.forget(ONE)
    assert (await opened(tmp_path)).all() == {}


async def test_what_cannot_be_is_refused_and_the_old_stays(tmp_path: Path) -> None:
    options = await opened(tmp_path)
    await options.set(ONE, SET)
    with pytest.raises(InvalidInput) as caught:
        await options.set(ONE, TunnelOptions(failover=Failover(after_min=0)))
    assert caught.value.field == "failover.after_min"
    assert options.get(ONE) == SET


async def test_a_disk_that_refuses_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = await opened(tmp_path)
    await options.set(ONE, SET)

    def full(path: Path, value: object) -> None:
        raise HomeUnusable("no space left", hint="make room")

    monkeypatch.setattr("chmlfrp.daemon.options.save_state", full)
    with pytest.raises(HomeUnusable):
        await options.set(ONE, TunnelOptions())
    assert options.get(ONE) == SET


async def test_two_at_once_are_both_kept(tmp_path: Path) -> None:
    options = await opened(tmp_path)
    async with asyncio.TaskGroup() as tasks:
        for number in range(8):
            tasks.create_task(options.set(TunnelId(number), SET))
    assert len((await opened(tmp_path)).all()) == 8


async def test_a_damaged_file_is_kept_aside_and_the_backup_used(
    tmp_path: Path, expected_logs: LogWatch
) -> None:
    options = await opened(tmp_path)
    await options.set(ONE, SET)
    await options.set(TWO, SET)
    (tmp_path / "options.json").write_text('{"half')
    expected_logs("options.json was damaged")
    assert (await opened(tmp_path)).all() == {ONE: SET}
