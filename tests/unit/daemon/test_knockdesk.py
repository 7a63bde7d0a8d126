"""The knock page behind a real door: who comes is what the door knows."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from chmlfrp.control.knock import MakeKnock
from chmlfrp.control.protocol import DaemonView, SessionView, Snapshot, TunnelView
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Guard, parse_address
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId
from support import tmodel
from support.clock import FakeClock
from support.doorway import a_door, header, read

FRIEND = "203.0.113.7"
GAME = TunnelView(
    id=1,
    name="game",
    tunnel=tmodel.tunnel(1, name="game"),
    address="node.example:25565",
    options=TunnelOptions(guard=Guard(is_on=True, knock_hours=12)),
)


class Home:
    """A daemon's folder: the desk can be begun anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock(1e9)
        self.written = 0
        self.snapshot = Snapshot(
            epoch="e",
            seq=0,
            now=0.0,
            daemon=DaemonView(version="0", protocol=1, pid=1, home="/home"),
            session=SessionView(service_url="http://127.0.0.1"),
            tunnels={1: GAME, 2: TunnelView(id=2, name="open")},
        )

    def desk(self) -> tuple[KnockDesk, Doors]:
        doors = Doors(self.folder, lambda _: Guard(), tell=lambda _: None)

        async def write() -> None:
            self.written += 1

        return KnockDesk(
            self.folder / "knock.json",
            doors,
            snapshot=lambda: self.snapshot,
            write=write,
            clock=self.clock,
        ), doors

    def leads_to(self, port: int, guard: Guard) -> None:
        """Have a tunnel lead to the page."""
        view = TunnelView(
            id=9,
            name="knock",
            tunnel=tmodel.tunnel(9, name="knock", local_port=port),
            address="node.example:10080",
            options=TunnelOptions(guard=guard),
        )
        self.snapshot.tunnels[9] = view  # type: ignore[index] # a dict, made above


class Ask(Protocol):
    """Comes through the door with one request; returns what is answered."""

    async def __call__(self, request: bytes, who: str = FRIEND) -> str: ...


@dataclass
class Scene:
    """The page and the door of the tunnel that leads there."""

    home: Home
    desk: KnockDesk
    doors: Doors
    page_port: int
    folder: Path

    @contextlib.asynccontextmanager
    async def door(self) -> AsyncIterator[Ask]:
        async with a_door(
            self.folder,
            Guard(is_on=True),
            port=self.page_port,
            lobby=self.doors.lobby,
        ) as made:

            async def ask(request: bytes, who: str = FRIEND) -> str:
                reader, writer = await made.connect()
                with contextlib.closing(writer):
                    writer.write(header(who) + request)
                    return (await read(reader)).decode()

            yield ask


@contextlib.asynccontextmanager
async def running(desk: KnockDesk) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(desk.run())
        yield
        serving.cancel()


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    home = Home(tmp_path)
    desk, doors = home.desk()
    await desk.load()
    async with running(desk):
        place = await desk.open()
        assert place.port is not None
        yield Scene(home, desk, doors, place.port, tmp_path)


def get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: k.example\r\n{more}\r\n".encode()


def post(path: str, body: str = "", more: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: k.example\r\n{more}"
        f"Content-Length: {len(body)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    ).encode()


def is_in(scene: Scene, who: str, tunnel: int = 1) -> bool:
    standing = scene.doors.standings.of(TunnelId(tunnel))
    return standing.has_pass(parse_address(who), scene.home.clock.now)


async def test_looking_costs_nothing_and_the_button_lets_in(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1, 2), lasts_s=7200))
    assert made.open_tunnels == (2,)
    path = made.path.reveal()
    async with scene.door() as ask:
        for _ in range(3):
            seen = await ask(get(path))
            assert '<form method="post"><button>Let me in' in seen
        assert not is_in(scene, FRIEND)
        done = await ask(post(path))
    assert "The address 203.0.113.7 may connect for 2 hours" in done
    assert "node.example:25565" in done
    assert is_in(scene, FRIEND)
    assert path not in caplog.text
    (link,) = scene.desk.links()
    assert (link.uses_left, link.admitted, link.url) == (0, 1, "")


async def test_what_a_visitor_says_of_its_address_is_not_believed(scene: Scene) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1,)))
    lies = "X-Forwarded-For: 198.51.100.1\r\nForwarded: for=198.51.100.1\r\n"
    async with scene.door() as ask:
        done = await ask(post(made.path.reveal(), more=lies))
    assert "203.0.113.7" in done
    assert not is_in(scene, "198.51.100.1")


async def test_without_a_door_nobody_is_known(scene: Scene) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1,)))
    for request in (get(made.path.reveal()), post(made.path.reveal())):
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.page_port)
        with contextlib.closing(writer):
            writer.write(request)
            said = (await read(reader)).decode()
        assert said.startswith("HTTP/1.1 403")
        assert "cannot be seen" in said
    (link,) = scene.desk.links()
    assert link.uses_left == 1


async def test_a_second_request_of_a_connection_is_nobodys(scene: Scene) -> None:
    """A node may send another visitor's there."""
    made = await scene.desk.make(MakeKnock(tunnels=(1,)))
    path = made.path.reveal()
    async with scene.door() as ask:
        said = await ask(get("/", "Upgrade: x\r\n") + post(path))
    assert said.count("HTTP/1.1 ") == 1
    assert "connection: close" in said.lower()
    assert not is_in(scene, FRIEND)


async def test_the_page_speaks_two_languages_and_runs_nothing(scene: Scene) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1,), password=Secret("<b>sesame")))
    path = made.path.reveal()
    async with scene.door() as ask:
        seen = await ask(get(path, "Accept-Language: fr, zh-TW;q=0.8, en;q=0.5\r\n"))
        wrong = await ask(post(path, "password=%3Cb%3E&x=1", "Accept-Language: zh\r\n"))
        many = await ask(post(path, "&".join(["password=<b>sesame"] * 9)))
        right = await ask(post(path, "password=%3Cb%3Esesame"))
        gone = await ask(get("/k/nobody"))
        other = await ask(get("/%3Cscript%3E"))
    head, _, body = seen.partition("\r\n\r\n")
    assert "让我进来" in body
    assert 'lang="zh-CN"' in body
    assert "<script" not in body + other
    for line in (
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
    ):
        assert line in head.lower()
    assert re.search(r"content-security-policy: default-src 'none'", head, re.I)
    assert "密码不对" in wrong
    assert wrong.startswith("HTTP/1.1 403")
    assert many.startswith("HTTP/1.1 403")
    assert "may connect for 12 hours" in right
    for said in (gone, other):
        assert said.startswith("HTTP/1.1 404")
        assert "not valid" in said


async def test_what_a_revoked_link_gave_is_taken_unless_another_gave_it(
    scene: Scene,
) -> None:
    once = await scene.desk.make(MakeKnock(tunnels=(1,), uses=2, lasts_s=7200))
    other = await scene.desk.make(MakeKnock(tunnels=(1,), lasts_s=3600))
    async with scene.door() as ask:
        await ask(post(once.path.reveal()))
        await ask(post(once.path.reveal()), "203.0.113.8")
        await ask(post(other.path.reveal()))
    gone = await scene.desk.revoke(once.link.id)

    assert (gone.admitted, scene.home.written) == (2, 3 + 1)
    assert is_in(scene, FRIEND)
    assert not is_in(scene, "203.0.113.8")
    scene.home.clock.now += 3600
    assert not is_in(scene, FRIEND)


async def test_the_page_listens_where_it_did_in_the_next_daemon(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk, _ = home.desk()
    await desk.load()
    assert desk.page().port is None
    async with running(desk):
        port = (await desk.open()).port
        made = await desk.make(MakeKnock(tunnels=(1,)))
        assert (made.url, made.path.reveal()[:3]) == (Secret(""), "/k/")
    assert port is not None
    home.leads_to(port, Guard(is_on=True))
    desk, doors = home.desk()
    await desk.load()
    assert doors.lobby.port == port
    place = desk.page()
    assert (place.port, place.tunnel, place.is_guarded) == (port, 9, True)
    assert place.url == "http://node.example:10080"
    made = await desk.make(MakeKnock(tunnels=(1,), password=Secret("sesame")))
    assert made.url.reveal() == made.link.url == f"{place.url}/k/{made.link.id}"
    assert len(desk.links()) == 2
    with pytest.raises(InvalidInput, match="no tunnel 7"):
        await desk.make(MakeKnock(tunnels=(7,)))


async def test_passes_of_links_hold_even_if_what_was_kept_of_them_is_lost(
    scene: Scene,
) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1, 2), uses=3, lasts_s=7200))
    for who in (FRIEND, "203.0.113.8"):
        async with scene.door() as ask:
            await ask(post(made.path.reveal()), who)
    await scene.desk.take(TunnelId(1), parse_address(FRIEND))

    again, doors = scene.home.desk()
    await again.load()

    now = scene.home.clock.now
    assert passes_of(doors, now, 1) == {"203.0.113.8"}
    assert passes_of(doors, now, 2) == {FRIEND, "203.0.113.8"}
    assert passes_of(doors, now + 7200, 2) == set()


async def test_a_pass_that_lasts_longer_is_not_shortened_at_the_start(
    scene: Scene,
) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1,), lasts_s=3600))
    async with scene.door() as ask:
        await ask(post(made.path.reveal()))
    again, doors = scene.home.desk()
    standing, now = doors.standings.of(TunnelId(1)), scene.home.clock.now
    standing.admit(parse_address(FRIEND), now + 9000)
    await again.load()
    assert standing.has_pass(parse_address(FRIEND), now + 8000)


async def test_of_who_is_forgotten_no_pass_that_has_ended_is_on_disk(
    scene: Scene,
) -> None:
    made = await scene.desk.make(MakeKnock(tunnels=(1,), uses=3, lasts_s=3600))
    async with scene.door() as ask:
        await ask(post(made.path.reveal()))
        scene.home.clock.now += 1800
        await ask(post(made.path.reveal()), "203.0.113.8")
    scene.home.clock.now += 1800

    await scene.desk.tidy()

    kept = [file.read_text() for file in scene.folder.glob("knock.json*")]
    assert len(kept) == 2
    assert not any(FRIEND in text for text in kept)
    assert all("203.0.113.8" in text for text in kept)


def passes_of(doors: Doors, now: float, tunnel: int) -> set[str]:
    standing = doors.standings.of(TunnelId(tunnel))
    return {str(who) for who in standing.passes if standing.has_pass(who, now)}
