"""What the service said last is enough to start from, and holds no token on disk."""

from pathlib import Path

import httpx2
import pytest

from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.config import ConfigSource
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.engine.events import RecordsRecalled, SignedIn, WishesRead
from chmlfrp.engine.state import State
from chmlfrp.engine.step import step
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.frpc.config import FrpcConfig, parse
from chmlfrp.model.ladder import Record
from chmlfrp.model.reason import Code
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from support.stage import TOKEN, URL, Stage
from support.tmodel import ids, key, tunnel

INI = """[common]
server_addr = node.example
server_port = 7000
user = stagetoken
token = nodetoken
[t1]
type = tcp
local_ip = 127.0.0.1
local_port = 8080
remote_port = 20001
"""


@pytest.fixture
async def kept(stage: Stage) -> OfflineConfigs:
    stage.offline.put(key(), parse(INI), [tunnel(1)])
    await stage.offline.settle()
    return stage.offline


def another(stage: Stage) -> OfflineConfigs:
    """What the next daemon has."""
    return OfflineConfigs(stage.home.offline_dir, URL, stage.secrets)


async def loaded(stage: Stage, token: str = TOKEN) -> OfflineConfigs:
    offline = another(stage)
    await offline.load(7, Secret(token))
    return offline


def config_of(offline: OfflineConfigs, *wanted: Tunnel) -> FrpcConfig | None:
    found = offline.get(key(), wanted)
    return None if found is None else found.config


async def test_the_next_daemon_has_the_config_with_the_tokens_of_now(
    stage: Stage, kept: OfflineConfigs
) -> None:
    offline = await loaded(stage, "newer")
    config = config_of(offline, tunnel(1))
    assert config is not None
    assert (config.user, config.token) == (Secret("newer"), Secret("nodetoken"))
    assert list(config.proxies) == ["t1"]
    assert offline.tunnels(7) == (tunnel(1),)
    assert offline.tunnels(8) == ()


async def test_there_is_no_token_in_the_file(
    stage: Stage, kept: OfflineConfigs
) -> None:
    files = list(stage.home.offline_dir.iterdir())
    assert len(files) == 1
    text = files[0].read_text()
    assert TOKEN not in text
    assert "nodetoken" not in text


async def test_a_tunnel_that_changed_since_is_not_started_from_it(
    stage: Stage, kept: OfflineConfigs
) -> None:
    assert config_of(await loaded(stage), tunnel(1, local_port=9)) is None


async def test_a_damaged_file_is_kept_aside_and_ignored(
    stage: Stage, kept: OfflineConfigs
) -> None:
    path = next(stage.home.offline_dir.iterdir())
    path.write_bytes(path.read_bytes()[:-40])
    assert config_of(await loaded(stage), tunnel(1)) is None
    assert [p.suffix for p in stage.home.offline_dir.iterdir()] == [".broken-1"]


async def test_signing_out_takes_it_off_the_disk_and_leaves_it_to_cores_that_run(
    stage: Stage, kept: OfflineConfigs
) -> None:
    await stage.account.sign_out()
    assert list(stage.home.offline_dir.iterdir()) == []
    assert await stage.secrets.get(URL, f"7/{key().node}") is None
    source = ConfigSource(stage.account, stage.nodes, kept)
    fetched = await source.fetch(key(), [tunnel(1)])
    assert list(fetched.config.proxies) == ["t1"]
    assert fetched.trouble is not None
    assert fetched.trouble.code is Code.SIGNED_OUT


async def test_a_tunnel_gone_from_the_account_is_forgotten(
    kept: OfflineConfigs,
) -> None:
    kept.keep_only(7, [])
    assert kept.tunnels(7) == ()


async def test_without_a_service_the_config_from_before_is_used_and_said_to_be(
    stage: Stage, kept: OfflineConfigs
) -> None:
    stage.fault = httpx2.ConnectError("down")
    source = ConfigSource(stage.account, stage.nodes, kept)
    fetched = await source.fetch(key(), [tunnel(1), tunnel(2)])
    assert list(fetched.config.proxies) == ["t1"]
    assert fetched.trouble is not None
    assert fetched.trouble.code is Code.SERVICE_UNREACHABLE
    assert fetched.saved_at is not None


async def test_a_service_that_did_not_answer_just_now_is_not_waited_for(
    stage: Stage, kept: OfflineConfigs
) -> None:
    stage.fault = httpx2.ConnectError("down")
    await stage.account.look()
    stage.asked.clear()
    source = ConfigSource(stage.account, stage.nodes, kept)
    fetched = await source.fetch(key(), [tunnel(1)])
    assert list(fetched.config.proxies) == ["t1"]
    assert stage.asked == []
    await source.fetch(key(), [tunnel(1), tunnel(2)])
    assert stage.asked == ["/tunnel_config"]
    stage.fault = None
    await stage.account.look()
    assert stage.account.is_answered


async def test_without_a_service_and_a_config_there_is_none(stage: Stage) -> None:
    stage.fault = httpx2.ConnectError("down")
    source = ConfigSource(stage.account, stage.nodes, stage.offline)
    with pytest.raises(ServiceUnreachable):
        await source.fetch(key(), [tunnel(1)])


async def restarted(stage: Stage) -> AccountKeeper:
    """A keeper as the next daemon has it, which found the session of the last."""
    stage.offline = another(stage)
    keeper = stage.keeper()
    await keeper.restore()
    stage.told.clear()
    return keeper


async def test_a_daemon_that_starts_without_the_service_recalls_the_records(
    stage: Stage, kept: OfflineConfigs
) -> None:
    keeper = await restarted(stage)
    stage.fault = httpx2.ConnectError("down")
    await keeper.look()
    assert RecordsRecalled(7, (tunnel(1),)) in stage.told


async def test_nothing_is_recalled_once_the_service_has_answered(
    stage: Stage, kept: OfflineConfigs
) -> None:
    keeper = await restarted(stage)
    await keeper.look()
    stage.fault = httpx2.ConnectError("down")
    await keeper.look()
    assert not any(isinstance(news, RecordsRecalled) for news in stage.told)


def test_recalled_records_start_what_is_wanted_and_are_marked() -> None:
    state = State()
    for event in (SignedIn(7), WishesRead(7, ids(1)), RecordsRecalled(7, (tunnel(1),))):
        state, effects = step(state, event, 1.0)
    assert state.tunnels[tunnel(1).id].record.state is Record.CACHED
    assert [type(effect).__name__ for effect in effects] == ["Launch"]


async def test_a_user_that_is_not_the_token_is_not_kept(
    stage: Stage, tmp_path: Path
) -> None:
    other = INI.replace("stagetoken", "somebody")
    stage.offline.put(key(), parse(other), [tunnel(1)])
    await stage.offline.settle()
    assert list(stage.home.offline_dir.iterdir()) == []
