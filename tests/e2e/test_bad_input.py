"""Bad input is answered with the field, the service's words and the way out."""

import pytest

from support.broken_service import HTML, Behaviour, BrokenService, answers
from support.service import PASSWORD
from support.world import Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")

TCP = ("tunnel", "create", "--type", "tcp", "--local-port", "9")


async def test_a_wrong_password(fresh: Machine) -> None:
    done = await fresh.cli("login", "anna", "--password-stdin", stdin="wrong-1-pass")
    assert done.code == 4
    assert "密码错误" in done.err


async def test_nobody_signed_in(fresh: Machine) -> None:
    done = await fresh.cli("tunnel", "list")
    assert done.code == 4
    assert "chmlfrp login" in done.err


async def test_no_daemon(fresh: Machine) -> None:
    done = await fresh.cli("status")
    assert done.code == 3
    assert "chmlfrp daemon start" in done.err


async def test_an_unknown_node(machine: Machine) -> None:
    done = await machine.cli(*TCP, "--node", "nowhere")
    assert done.code == 1
    assert "节点不存在" in done.err


async def test_a_port_that_is_taken(machine: Machine) -> None:
    made = await machine.create(local_port=9, start=False)
    port = str(made.remote_port)
    done = await machine.cli(*TCP, "--node", machine.node, "--remote-port", port)
    assert done.code == 1
    assert "该远程端口已被占用" in done.err


async def test_a_port_out_of_range(machine: Machine) -> None:
    done = await machine.cli(*TCP, "--node", machine.node, "--remote-port", "5")
    assert done.code == 2
    assert "20000-29999" in done.err


async def test_http_without_a_domain(machine: Machine) -> None:
    http = ("tunnel", "create", "--type", "http", "--local-port", "9")
    done = await machine.cli(*http, "--node", machine.node)
    assert done.code == 2
    assert "domain" in done.err


async def test_more_tunnels_than_the_account_may_have(machine: Machine) -> None:
    for _ in range(16):
        await machine.create(local_port=9, start=False)
    done = await machine.cli(*TCP, "--node", machine.node)
    assert done.code == 1
    assert "隧道数量超过限制" in done.err


async def test_a_service_that_is_down(fresh: Machine) -> None:
    fresh.environ["CHMLFRP_API"] = "http://127.0.0.1:9"
    done = await fresh.cli("login", "anna", "--password-stdin", stdin=PASSWORD)
    assert done.code == 1
    assert "/login" in done.err


async def test_no_core(machine: Machine) -> None:
    await machine.stop()
    machine.wants(core={"path": str(machine.root / "missing")})
    await machine.start()
    made = await machine.create(local_port=9, start=False)
    done = await machine.cli("tunnel", "start", str(made.id))
    assert done.code == 1
    assert "missing" in done.err


async def test_a_core_that_is_not_what_it_should_be(machine: Machine) -> None:
    await machine.stop()
    fake = machine.root / "frpc"
    fake.write_bytes(b"not a program")
    machine.wants(core={"path": str(fake)})
    await machine.start()
    made = await machine.create(local_port=9, start=False)
    done = await machine.cli("tunnel", "start", str(made.id))
    assert done.code == 1
    assert str(fake) in done.err


async def test_broken_settings_are_kept_aside_and_said(fresh: Machine) -> None:
    fresh.home.prepare()
    fresh.home.settings_file.write_bytes(b"[core\n")
    await fresh.good("daemon", "start")
    done = await fresh.good("status")
    assert "settings.toml" in done.out
    assert fresh.home.settings_file.read_bytes() == b"[core\n"
    aside = fresh.home.settings_file.with_name("settings.toml.broken-1")
    assert aside.read_bytes() == b"[core\n"
    await fresh.good("daemon", "stop")


async def test_a_home_that_cannot_be_used(fresh: Machine) -> None:
    fresh.root.parent.mkdir(parents=True, exist_ok=True)
    fresh.root.write_text("a file stands where the folder should be")
    done = await fresh.cli("node", "list")
    fresh.root.unlink()
    assert done.code == 1
    assert str(fresh.root) in done.err
    assert "CHMLFRP_HOME" in done.err


HALF = b'{"code": 200, "data": {"usertoken": "ab'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answers("200 OK", HTML), 1),
        (answers("403 Forbidden", HTML), 1),
        (answers("429 Too Many Requests", b"{}", "Retry-After: 7"), 1),
        (answers("200 OK", HALF, length=4096), 1),
        (answers("200 OK", HALF), 1),
        (answers("502 Bad Gateway", HTML), 1),
    ],
    ids=["html", "firewall", "limited", "cut", "half", "gateway"],
)
async def test_a_service_that_answers_nonsense_is_no_logout(
    fresh: Machine, answer: Behaviour, code: int
) -> None:
    async with BrokenService(answer) as broken:
        fresh.environ["CHMLFRP_API"] = broken.url
        done = await fresh.cli("login", "anna", "--password-stdin", stdin=PASSWORD)
    assert done.code == code
    assert "/login" in done.err
    await fresh.good("daemon", "stop")
