"""Files of ours cut at each byte: the one before, or none, and what is left kept aside."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from chmlfrp.control.protocol import (
    DaemonView,
    SessionView,
    Snapshot,
    TokenSignIn,
)
from chmlfrp.control.timeline import Happened
from chmlfrp.daemon.offline import OfflineConfigs
from chmlfrp.daemon.options import Kept, Records, load
from chmlfrp.daemon.shelf import Pointer
from chmlfrp.daemon.store import Store
from chmlfrp.daemon.timeline import Timeline
from chmlfrp.daemon.wishes import Wishes
from chmlfrp.frpc.config import parse
from chmlfrp.frpc.process import CoreRecord
from chmlfrp.local import settings
from chmlfrp.local.files import load_state, save_state, write_private
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import FileSecrets
from chmlfrp.model.failover import FailoverRecord
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId
from support.guards import LogWatch
from support.stage import Stage
from support.tmodel import key, tunnel

URL = "http://127.0.0.1:1"
WISHES = frozenset({TunnelId(7), TunnelId(12)})
CORES = [CoreRecord(4321, 12.5, "/somewhere/frpc", "/somewhere/0.ini")]


def cuts(path: Path) -> Iterator[int]:
    """Cut the file at each of its bytes in turn; what was kept aside is removed.

    The end of the last line is no byte of them: without it nothing is missing.
    """
    whole = path.read_bytes()
    for length in range(len(whole.rstrip())):
        path.write_bytes(whole[:length])
        path.chmod(0o600)
        yield length
        for aside in path.parent.glob(f"{path.name}.broken-*"):
            assert whole.startswith(aside.read_bytes())
            aside.unlink()
    path.write_bytes(whole)


@pytest.fixture
def prepared(home: Path) -> Home:
    """Return the home with its folders."""
    made = Home.below(home)
    made.prepare()
    return made


@pytest_asyncio.fixture
async def stage(prepared: Home) -> AsyncIterator[Stage]:
    """Yield the daemon's parts with somebody signed in."""
    stage = Stage(prepared)
    async with stage.service:
        await stage.account.sign_in(TokenSignIn(token=Secret("pastedtoken")))
        yield stage


def test_wishes_cut_at_any_byte_are_those_before(
    prepared: Home, expected_logs: LogWatch
) -> None:
    expected_logs("was damaged and is kept as")
    path = prepared.wishes_file
    wishes = Wishes(path, URL)
    wishes.write(1, WISHES)
    wishes.write(1, WISHES | {TunnelId(99)})
    for _ in cuts(path):
        assert wishes.read(1) == WISHES
        wishes.write(1, WISHES)
    path.with_name(f"{path.name}.bak").unlink()
    for _ in cuts(path):
        assert wishes.read(1) == frozenset()


def test_records_of_cores_cut_at_any_byte_end_nobody(prepared: Home) -> None:
    path = prepared.running_cores_file
    save_state(path, CORES)
    for _ in cuts(path):
        assert load_state(path, list[CoreRecord]).value is None
    assert load_state(path, list[CoreRecord]).value == CORES


def test_settings_cut_at_any_byte_are_told_and_left_alone(prepared: Home) -> None:
    path = prepared.settings_file
    path.write_text(
        '# mine\n[service]\nurl = "http://127.0.0.1:1"\n\n[core]\ntls = "require"\n'
    )
    found = [settings.load(path) for _ in cuts(path)]
    assert any(loaded.broken is not None for loaded in found)
    assert all(loaded.settings.core.tls for loaded in found)
    assert settings.load(path).settings.core.tls == "require"


async def test_a_token_file_cut_at_any_byte_is_no_traceback(
    prepared: Home, expected_logs: LogWatch
) -> None:
    expected_logs(".*", maybe=True)
    secrets = FileSecrets(prepared)
    await secrets.set(URL, "1", Secret("canarytoken"))
    for _ in cuts(prepared.secrets_file):
        found = await secrets.get(URL, "1")
        assert found is None or found.reveal() == "canarytoken"


KEEPSAKES: dict[str, tuple[object, object]] = {
    "options_file": ({"a#1": TunnelOptions(group="home")}, Kept),
    "failover_file": (
        {"1": FailoverRecord(home="one", away="two", moved_at=(1.5,))},
        Records,
    ),
    "schedule_file": (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime),
    "chosen_core_file": (Pointer(label="0.65.0", previous="0.64.0"), Pointer),
}


@pytest.mark.parametrize("name", KEEPSAKES)
def test_what_people_decided_cut_at_any_byte_is_what_it_was_before(
    prepared: Home, name: str, expected_logs: LogWatch
) -> None:
    expected_logs("was damaged and is kept as")
    value, kind = KEEPSAKES[name]
    path: Path = getattr(prepared, name)
    save_state(path, value)
    save_state(path, value)
    for _ in cuts(path):
        assert load(path, kind) == value  # type: ignore[arg-type] # also an alias


async def test_offline_configs_cut_at_any_byte_are_whole_or_none(
    prepared: Home, expected_logs: LogWatch
) -> None:
    expected_logs(".*", maybe=True)
    secrets = FileSecrets(prepared)
    kept = OfflineConfigs(prepared.offline_dir, URL, secrets)
    at, record = key(), tunnel(1)
    await secrets.set(URL, str(at.account), Secret("canarytoken"))
    ini = INI.format(name=record.name, port=record.local_port)
    kept.put(at, parse(ini), [record])
    await kept.settle()
    (path,) = prepared.offline_dir.glob("*.json")
    found = []
    for length in cuts(path):
        if length % 7:  # each takes a look at the secrets as well
            continue
        fresh = OfflineConfigs(prepared.offline_dir, URL, secrets)
        await fresh.load(at.account, Secret("canarytoken"))
        found.append(fresh.get(at, [record]))
    assert found
    assert not any(found)
    fresh = OfflineConfigs(prepared.offline_dir, URL, secrets)
    await fresh.load(at.account, Secret("canarytoken"))
    assert fresh.get(at, [record]) is not None


INI = """\
[common]
server_addr = 127.0.0.1
server_port = 7000
user = canarytoken
token = nodetoken
[{name}]
type = tcp
local_ip = 127.0.0.1
local_port = {port}
remote_port = 20001
"""


async def test_a_session_cut_at_any_byte_is_a_sign_in_to_be_made_again(
    stage: Stage,
) -> None:
    for _ in cuts(stage.home.session_file):
        keeper = stage.keeper()
        await keeper.restore()
        assert keeper.id is None
    keeper = stage.keeper()
    await keeper.restore()
    assert keeper.id == 7


async def test_a_timeline_cut_at_any_byte_loses_its_last_line_and_no_other(
    prepared: Home,
) -> None:
    path = prepared.timeline_file
    for _ in range(3):
        await timeline(path).note(Happened.DAEMON_STARTED)
    whole = path.read_bytes()
    for length in range(whole.rindex(b"\n", 0, -1) + 1, len(whole)):
        path.write_bytes(whole[:length])
        await timeline(path).note(Happened.DAEMON_ENDED)
        again = timeline(path)
        await again.load()
        async with again.read(since=0, follow=False) as events:
            kinds = [event.kind async for event in events]
        started = [Happened.DAEMON_STARTED] * (2 + (length >= len(whole) - 1))
        assert kinds == [*started, Happened.DAEMON_ENDED]


def timeline(path: Path) -> Timeline:
    """Return what the next daemon has."""
    daemon = DaemonView(version="1", protocol=1, pid=1, home="/h")
    first = Snapshot(epoch="e", seq=0, now=0.0, daemon=daemon, session=SessionView())
    return Timeline(path, Store(first, lambda: 0.0), wall_clock=lambda: 1.0)


def test_a_note_of_the_daemon_cut_at_any_byte_names_nobody(prepared: Home) -> None:
    write_private(prepared.holder_file, b'{"pid":1,"started_at":2.5,"version":"1"}')
    for _ in cuts(prepared.holder_file):
        assert holder(prepared) is None
