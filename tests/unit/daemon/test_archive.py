"""What was deleted is kept for its owner, and for so many tunnels only."""

from pathlib import Path

import pytest

from chmlfrp.control.protocol import TokenSignIn
from chmlfrp.daemon.archive import MOST, Archive
from chmlfrp.errors import HomeUnusable, InvalidInput, PortTaken, SignInRequired
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from support import tmodel
from support.guards import LogWatch
from support.stage import URL, Stage

FILED = TunnelOptions(group="home")


def archive_of(stage: Stage, url: str = URL) -> Archive:
    return Archive(stage.home.deleted_file, url, stage.account, wall=lambda: 5.0)


async def test_a_tunnel_is_kept_whole_and_given_once(stage: Stage) -> None:
    archive = archive_of(stage)
    number = await archive.keep(tmodel.tunnel(3), FILED, was_wanted=True)
    assert number == 1
    found = await archive_of(stage).get(1)
    assert (found.tunnel, found.options) == (tmodel.tunnel(3), FILED)
    assert (found.at, found.was_wanted) == (5.0, True)
    await archive.drop(1)
    assert await archive.deleted() == []
    with pytest.raises(InvalidInput):
        await archive.get(1)


async def test_only_the_last_ones_are_kept(stage: Stage) -> None:
    archive = archive_of(stage)
    for number in range(MOST + 2):
        await archive.keep(tmodel.tunnel(number), FILED, was_wanted=False)
    numbers = [one.number for one in await archive.deleted()]
    assert numbers == list(range(MOST + 2, 2, -1))


async def test_another_service_s_tunnels_are_not_shown(stage: Stage) -> None:
    await archive_of(stage).keep(tmodel.tunnel(1), FILED, was_wanted=False)
    assert await archive_of(stage, "http://other.example").deleted() == []
    await stage.account.sign_out()
    with pytest.raises(SignInRequired):
        await archive_of(stage).deleted()
    await stage.account.sign_in(TokenSignIn(token=Secret("pastedtoken")))
    assert len(await archive_of(stage).deleted()) == 1


async def test_a_disk_that_refuses_keeps_nobody_from_deleting(
    stage: Stage, expected_logs: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_logs("deleted tunnels could not be kept")

    def full(path: Path, value: object) -> None:
        raise HomeUnusable("no space left", hint="make room")

    monkeypatch.setattr("chmlfrp.daemon.archive.save_state", full)
    archive = archive_of(stage)
    assert await archive.keep(tmodel.tunnel(1), FILED, was_wanted=False) is None


async def test_a_port_that_somebody_else_has_by_now_is_told_or_replaced(
    stage: Stage,
) -> None:
    taken = {"msg": "该远程端口已被占用", "code": 400, "state": "fail"}
    spec = tmodel.spec(node="node", remote_port=20001)
    stage.refuse("/create_tunnel", taken)
    with pytest.raises(PortTaken):
        await stage.tunnels.recreate(spec, any_port=False)
    stage.refuse("/create_tunnel", taken)
    made = await stage.tunnels.recreate(spec, any_port=True)
    assert made.remote_port in range(20000, 20101)
