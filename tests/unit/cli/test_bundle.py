import zipfile

import msgspec
import pytest

from chmlfrp.care.chain import Facts
from chmlfrp.control.protocol import LogLine
from chmlfrp.model.network import NetworkState
from support.scripted_daemon import ALICE, IN, ScriptedDaemon

PERSON = msgspec.structs.replace(ALICE, qq="1234567", email="alice@mail.example")


@pytest.fixture(autouse=True)
def _no_looking_around(monkeypatch):
    async def around(_):
        return Facts(network=NetworkState(is_up=True, has_default_route=True))

    monkeypatch.setattr("chmlfrp.care.gather.look_around", around)


def test_a_bundle_is_written_and_says_what_it_masks(cli, serve, tmp_path):
    session = msgspec.structs.replace(IN, account=PERSON)
    daemon = serve(ScriptedDaemon(session=session))
    daemon.log_lines = [LogLine(seq=1, at=0.0, text="login token=canary99 by alice")]
    path = tmp_path / "out.zip"
    done = cli("bundle", str(path))
    assert (done.code, str(path) in done.err) == (0, True)
    row = next(line for line in done.lines if line.startswith("snapshot.json"))
    assert "邮箱 1" in row
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for canary in ("canary99", "alice", "1234567"):
        assert canary not in whole
    assert "login token=<secret> by <person 1>" in whole


def test_a_dry_run_writes_nothing(cli, serve, tmp_path):
    serve(ScriptedDaemon())
    path = tmp_path / "out.zip"
    done = cli("bundle", str(path), "--dry-run", "--json")
    assert not path.exists()
    assert {one["name"] for one in done.json} >= {"snapshot.json", "versions.json"}
    shown = cli("bundle", "--show", "versions.json")
    assert '"python"' in shown.out


def test_without_a_daemon_there_is_still_a_bundle(cli):
    done = cli("bundle", "--dry-run", "--json")
    assert {one["name"] for one in done.json} == {"versions.json", "doctor.json"}
