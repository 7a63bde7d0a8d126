"""Files of ours cut at each byte: the one before, or none, and what is left kept aside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chmlfrp.daemon.wishes import Wishes
from chmlfrp.frpc.process import CoreRecord
from chmlfrp.local import settings
from chmlfrp.local.files import load_state, save_state, write_private
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import FileSecrets
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId
from support.guards import LogWatch

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


def test_a_note_of_the_daemon_cut_at_any_byte_names_nobody(prepared: Home) -> None:
    write_private(prepared.holder_file, b'{"pid":1,"started_at":2.5,"version":"1"}')
    for _ in cuts(prepared.holder_file):
        assert holder(prepared) is None
