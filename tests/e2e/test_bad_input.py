"""Bad input is answered with the field, the service's words and the way out."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chmlfrp.errors import InvalidInput, QuotaExceeded
from chmlfrp.model.tunnel import Tunnel, TunnelType
from support.broken_service import HTML, Behaviour, answers, resets
from support.front import Front
from support.service import PASSWORD, RunningService, lent
from support.world import Machine, clear, machine_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

TCP = ("tunnel", "create", "--type", "tcp", "--local-port", "9")
HTTP = ("tunnel", "create", "--type", "http", "--local-port", "9")
LOGIN = ("login", "anna", "--password-stdin")
HALF = b'{"code": 200, "data": {"usertoken": "ab'


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def host(
    tmp_path_factory: pytest.TempPathFactory, service: RunningService
) -> AsyncIterator[Machine]:
    """Yield a machine with a daemon, bert signed in, that starts no tunnel."""
    await service.add_user("bert")
    token = await service.token("bert")
    async with machine_at(tmp_path_factory.mktemp("bad") / "home", service) as machine:
        await machine.start()
        await machine.sign_in(token)
        yield machine
    # Names and ports are everybody's: other tests want them too.
    await clear(service, token)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def held(host: Machine) -> Tunnel:
    """Return a tunnel that holds a name and a port, beside one that holds a domain."""
    held = await host.create(local_port=9, name="held", start=False)
    web = {"domain": "held.example", "name": "web"}
    await host.create(TunnelType.HTTP, local_port=9, start=False, **web)
    return held


# Signing in.


@pytest.mark.parametrize(
    ("argv", "typed", "said"),
    [
        (LOGIN, "Wrong-password-1", "密码错误"),
        (("login", "nobody", "--password-stdin"), PASSWORD, "用户不存在"),
        (("login", "--token-stdin"), "x" * 32, "无效的Token"),
    ],
    ids=["password", "name", "token"],
)
async def test_a_sign_in_that_is_refused_asks_for_another(
    host: Machine, argv: tuple[str, ...], typed: str, said: str
) -> None:
    done = await host.cli(*argv, stdin=typed)
    assert done.code == 4
    assert said in done.err
    assert typed not in done.err
    still = await host.good("account", "show", "--json")
    assert still.json["name"] == "bert"


async def test_a_password_on_the_command_line_is_no_option(host: Machine) -> None:
    done = await host.cli("login", "anna", "--password", PASSWORD)
    assert done.code == 2


async def test_a_password_is_not_asked_for_where_nobody_sits(host: Machine) -> None:
    done = await host.cli("login", "anna")
    assert done.code == 2
    assert "--password-stdin" in done.err


async def test_nobody_signed_in(fresh: Machine) -> None:
    for argv in (["tunnel", "list"], [*TCP, "--node", "x"]):
        done = await fresh.cli(*argv)
        assert (done.code, done.out) == (4, "")
        assert "chmlfrp login" in done.err


async def test_no_daemon(fresh: Machine) -> None:
    for argv in (["status"], ["daemon", "status"]):
        done = await fresh.cli(*argv)
        assert (done.code, done.out) == (3, "")
        assert "chmlfrp daemon start" in done.err
    told = await fresh.cli("daemon", "status", "--json")
    assert (told.code, told.json["is_running"]) == (3, False)
    assert not fresh.root.exists()


# Tunnels: what the service refuses, in its own words.


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--node", "nowhere"), "节点不存在"),
        (("--name", "held"), "隧道名称已被占用"),
        (("--remote-port", "held"), "该远程端口已被占用"),
    ],
    ids=["node", "name", "port"],
)
async def test_what_the_service_refuses_is_told_in_its_own_words(
    host: Machine, held: Tunnel, more: tuple[str, str], said: str
) -> None:
    option, value = more
    value = str(held.remote_port) if option == "--remote-port" else value
    node = () if option == "--node" else ("--node", host.node)
    language = "zh" if option == "--name" else "en"
    done = await host.cli(*TCP, *node, option, value, CHMLFRP_LANG=language)
    assert (done.code, done.out) == (1, "")
    assert done.err.count(said) == 1


async def test_a_domain_that_is_taken(host: Machine, held: Tunnel) -> None:
    done = await host.cli(*HTTP, "--node", held.node, "--domain", "held.example")
    assert (done.code, done.out) == (1, "")
    assert "该域名已被占用" in done.err


# Tunnels: what is refused before anybody is asked.


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ((*TCP, "--remote-port", "5"), lent()),
        ((*TCP, "--remote-port", "abc"), "--remote-port"),
        (HTTP, "needs a domain"),
        ((*TCP[:3], "ftp", *TCP[4:]), "ftp"),
    ],
    ids=["range", "number", "domain", "type"],
)
async def test_what_cannot_be_is_told_before_anybody_is_asked(
    host: Machine, argv: tuple[str, ...], told: str
) -> None:
    done = await host.cli(*argv, "--node", host.node)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize(
    ("kind", "fields", "at_fault"),
    [
        (TunnelType.TCP, {"remote_port": 70000}, "remote_port"),
        (TunnelType.TCP, {"remote_port": 0}, "remote_port"),
        (TunnelType.UDP, {"remote_port": 30000}, "remote_port"),
        (TunnelType.TCP, {"local_port": 0}, "local_port"),
        (TunnelType.TCP, {"name": "a b"}, "name"),
        (TunnelType.TCP, {"name": "a\n[common]"}, "name"),
        (TunnelType.TCP, {"local_host": "a b"}, "local_host"),
        (TunnelType.TCP, {"domain": "a.example"}, "domain"),
        (TunnelType.HTTP, {}, "domain"),
        (TunnelType.HTTPS, {"domain": "nodots"}, "domain"),
        (TunnelType.HTTP, {"domain": "a.example", "remote_port": 20001}, "remote_port"),
    ],
)
async def test_what_cannot_be_names_the_field(
    host: Machine, kind: TunnelType, fields: dict[str, Any], at_fault: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await host.create(kind, start=False, **{"local_port": 9, **fields})
    assert caught.value.field == at_fault


async def test_a_tunnel_that_is_not_there(host: Machine) -> None:
    for verb in ("show", "start"):
        done = await host.cli("tunnel", verb, "nobodys")
        assert (done.code, done.out) == (1, ""), verb
        assert "nobodys" in done.err
        assert "chmlfrp tunnel list" in done.err


async def test_a_deletion_is_not_taken_for_granted(host: Machine, held: Tunnel) -> None:
    done = await host.cli("tunnel", "delete", held.name)
    assert done.code == 2
    assert "--yes" in done.err
    assert held.name in (await host.good("tunnel", "list")).out


async def test_more_tunnels_than_the_account_may_have(machine: Machine) -> None:
    for _ in range(16):
        await machine.create(local_port=9, start=False)
    for _ in range(4):
        with pytest.raises(QuotaExceeded):
            await machine.create(local_port=9, start=False)
    done = await machine.cli(*TCP, "--node", machine.node)
    assert (done.code, done.out) == (1, "")
    assert "隧道数量超过限制" in done.err
    listed = await machine.good("tunnel", "list", "--json")
    assert len(listed.json) == 16


# The service.


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (answers("200 OK", HTML), "a web page"),
        (answers("403 Forbidden", HTML), "HTTP 403"),
        (answers("429 Too Many Requests", b"{}", "Retry-After: 0"), "HTTP 429"),
        (answers("200 OK", HALF, length=4096), "broke off"),
        (answers("200 OK", HALF), "broken JSON"),
        (answers("502 Bad Gateway", HTML), "HTTP 502"),
        (resets, "/login"),
        (None, "/login"),
    ],
    ids=["html", "firewall", "limited", "cut", "half", "gateway", "reset", "nobody"],
)
async def test_a_service_that_answers_nonsense_is_no_wrong_password(
    nonsense: tuple[Machine, Front], answer: Behaviour | None, told: str
) -> None:
    machine, front = nonsense
    front.answer(answer)
    done = await machine.cli(*LOGIN, stdin=PASSWORD)
    assert (done.code, done.out) == (1, "")
    assert told in done.err
    assert PASSWORD not in done.err


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def nonsense(
    tmp_path_factory: pytest.TempPathFactory, service: RunningService
) -> AsyncIterator[tuple[Machine, Front]]:
    """Yield a machine with a daemon, and what answers it; behind that is nobody."""
    root = tmp_path_factory.mktemp("nonsense") / "home"
    async with Front(port=9) as front, machine_at(root, service) as machine:
        machine.environ["CHMLFRP_API"] = front.url
        await machine.start()
        yield machine, front


async def test_a_service_address_that_is_none(fresh: Machine) -> None:
    fresh.environ["CHMLFRP_API"] = "not an address"
    done = await fresh.cli("daemon", "run")
    assert done.code == 1
    assert "CHMLFRP_API" in done.err


# Settings and home.


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[core\n", "line 1"),
        ('[core]\ntls = "maybe"\n', "core.tls"),
    ],
    ids=["half", "value"],
)
async def test_broken_settings_are_kept_aside_and_said(
    fresh: Machine, text: str, told: str
) -> None:
    broken = text.encode()
    fresh.home.prepare()
    fresh.home.settings_file.write_bytes(broken)
    await fresh.good("daemon", "start")
    done = await fresh.good("status")
    assert told in done.out + done.err
    aside = fresh.home.settings_file.with_name("settings.toml.broken-1")
    assert fresh.home.settings_file.read_bytes() == aside.read_bytes() == broken


async def test_an_unknown_setting_is_said_and_left_alone(fresh: Machine) -> None:
    fresh.wants(core={"colour": "red"})
    await fresh.good("daemon", "start")
    assert "core.colour" in (await fresh.good("status")).out
    assert "colour" in fresh.home.settings_file.read_text()


async def test_a_home_that_cannot_be_used_is_named(
    fresh: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await asyncio.to_thread(file.write_text, "no folder")
    homes = [file, Path("/proc/nowhere")]
    if os.geteuid() == 0:
        homes.append(tmp_path / "somebody")
        await asyncio.to_thread(_folder_of_nobody, homes[-1])
    for home in homes:
        done = await fresh.cli("node", "list", CHMLFRP_HOME=str(home))
        assert (done.code, done.out) == (1, ""), home
        assert str(home) in done.err
        assert "CHMLFRP_HOME" in done.err


def _folder_of_nobody(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    for part in ("config", "state", "data", "log"):
        (folder / part).mkdir()
        os.chown(folder / part, 65534, 65534)
