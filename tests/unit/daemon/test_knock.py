"""Knock links: whom they let in, for how long, and what is left of them on disk."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chmlfrp.daemon.knock import Knocks, Outcome
from chmlfrp.daemon.knocklink import Wanted
from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.guard.guesses import FIRST_WAIT_S, FREE
from chmlfrp.model.guard import Address, parse_address
from chmlfrp.model.secret import Secret
from support.clock import FakeClock

FRIEND, OTHER = parse_address("203.0.113.7"), parse_address("2001:db8::7")
HOUR_S, DAY_S = 3600, 86400
PASSWORD = "open sesame"


async def _settle() -> None:
    pass


@dataclass
class Scene:
    """Links in a folder, and who was let in."""

    file: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(1e9))
    came: list[tuple[int, str, float]] = field(default_factory=list)
    thrown_out: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.knocks = self.anew()

    def anew(self) -> Knocks:
        """Return them as the next daemon has them, before `load`."""
        return Knocks(
            self.file,
            admit=self._admit,
            settle=_settle,
            has_pass=lambda tunnel, who: (tunnel, str(who)) not in self.thrown_out,
            clock=self.clock,
        )

    def _admit(self, tunnel: int, address: Address, until: float) -> None:
        self.came.append((tunnel, str(address), until))

    async def link(self, *, password: str = "", **wanted: object) -> str:
        """Make a link; return what follows `/k/`."""
        secret = Secret(password) if password else None
        fields = {"tunnels": (1,), "expires_s": DAY_S, "lasts_s": HOUR_S, "uses": None}
        made = Wanted(**{**fields, "password": secret, **wanted})  # type: ignore[arg-type] # by name
        _, path = await self.knocks.make(made)
        return path.reveal().removeprefix("/k/")

    async def knock(
        self, key: str, password: str = "", who: Address = FRIEND
    ) -> Outcome:
        return (await self.knocks.knock(key, password, who)).outcome


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "knock.json")


async def test_a_one_time_link_lets_in_one_address_for_so_long(scene: Scene) -> None:
    key = await scene.link(tunnels=(1, 2, 1))

    assert await scene.knock(key) is Outcome.OPENED
    until = scene.clock.now + HOUR_S
    assert scene.came == [(1, "203.0.113.7", until), (2, "203.0.113.7", until)]
    assert await scene.knock(key, who=OTHER) is Outcome.GONE
    # A button that is pressed twice.
    assert await scene.knock(key) is Outcome.OPENED
    assert len(scene.came) == 2
    scene.thrown_out = {(1, "203.0.113.7"), (2, "203.0.113.7")}
    assert await scene.knock(key) is Outcome.GONE
    scene.clock.now += HOUR_S
    assert await scene.knock(key) is Outcome.GONE
    assert scene.knocks.all() == []


async def test_who_comes_at_once_to_a_one_time_link_is_one(scene: Scene) -> None:
    key = await scene.link()
    visitors = [parse_address(f"203.0.113.{n}") for n in range(8)]

    came = await asyncio.gather(*(scene.knock(key, who=who) for who in visitors))

    assert sorted(came) == [Outcome.GONE] * 7 + [Outcome.OPENED]
    assert len(scene.came) == 1


async def test_a_password_lets_in_whoever_knows_it(scene: Scene) -> None:
    key = await scene.link(password=PASSWORD)

    assert await scene.knock(key, "sesame") is Outcome.WRONG
    assert await scene.knock(key, "x" * 5000) is Outcome.WRONG
    assert scene.came == []
    assert await scene.knock(key, PASSWORD) is Outcome.OPENED
    assert await scene.knock(key, PASSWORD, OTHER) is Outcome.OPENED
    scene.clock.now += HOUR_S / 2
    assert await scene.knock(key, PASSWORD) is Outcome.OPENED
    assert scene.came[-1][2] == scene.clock.now + HOUR_S
    (link,) = scene.knocks.all()
    assert len(link.grants) == 2


async def test_guesses_are_slowed_down_even_if_they_come_at_once(scene: Scene) -> None:
    key = await scene.link(password=PASSWORD)
    tries = [scene.knock(key, f"wrong{n}") for n in range(FREE + 3)]
    came = await asyncio.gather(*tries)

    assert (came.count(Outcome.WRONG), came.count(Outcome.WAIT)) == (FREE, 3)
    assert await scene.knock(key, PASSWORD) is Outcome.WAIT
    assert await scene.knock(key, PASSWORD, OTHER) is Outcome.OPENED
    scene.clock.now += FIRST_WAIT_S
    assert await scene.knock(key, PASSWORD) is Outcome.OPENED


async def test_a_link_ends_at_its_time(scene: Scene) -> None:
    key = await scene.link(password=PASSWORD, expires_s=60)
    eternal = await scene.link(expires_s=None)
    assert await scene.knock(key, PASSWORD) is Outcome.OPENED
    scene.clock.now += 60

    assert await scene.knock(key, PASSWORD, OTHER) is Outcome.GONE
    scene.clock.now += 10 * 365 * DAY_S
    assert await scene.knock(eternal) is Outcome.OPENED


async def test_a_revoked_link_opens_nothing(scene: Scene) -> None:
    key = await scene.link()
    link, left = await scene.knocks.revoke(key[:6])

    assert (key.startswith(link.id), left) == (True, [])
    assert await scene.knock(key) is Outcome.GONE
    for text in (key[:6], ""):
        with pytest.raises(InvalidInput, match="no knock link"):
            await scene.knocks.revoke(text)


async def test_links_outlast_the_daemon_and_only_hashes_are_on_disk(
    scene: Scene,
) -> None:
    once = await scene.link(uses=2)
    secret = await scene.link(password=PASSWORD)
    await scene.knock(once)
    scene.knocks = scene.anew()
    await scene.knocks.load()

    assert await scene.knock(once, who=OTHER) is Outcome.OPENED
    assert await scene.knock(once, who=parse_address("192.0.2.1")) is Outcome.GONE
    assert await scene.knock(secret, PASSWORD) is Outcome.OPENED
    kept = scene.file.read_text()
    assert once.partition(".")[2] not in kept
    assert PASSWORD not in kept
    assert secret in kept


@pytest.mark.parametrize("key", ["", ".", "nobody", "nobody.knows", "é.ü"])
async def test_other_paths_open_nothing(scene: Scene, key: str) -> None:
    real = await scene.link()
    for wrong in (key, real.partition(".")[0], f"{real}x", real[:-1]):
        assert scene.knocks.find(wrong) is None
    assert await scene.knock(key) is Outcome.GONE


async def test_a_tunnel_that_is_no_more_is_opened_no_more(scene: Scene) -> None:
    await scene.link()
    key = await scene.link(tunnels=(1, 2))
    await scene.knocks.forget(1)

    assert [link.tunnels for link in scene.knocks.all()] == [(2,)]
    assert await scene.knock(key) is Outcome.OPENED
    assert [tunnel for tunnel, *_ in scene.came] == [2]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"tunnels": ()}, "tunnels"),
        ({"expires_s": 59}, "expires_s"),
        ({"lasts_s": 366 * DAY_S}, "lasts_s"),
        ({"uses": 0}, "uses"),
        ({"password": "short"}, "password"),
    ],
)
async def test_what_cannot_be_is_not_made(
    scene: Scene, wanted: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await scene.link(**wanted)  # type: ignore[arg-type] # by name
    assert raised.value.field == field
    assert scene.knocks.all() == []


async def test_nobody_is_let_in_by_what_cannot_be_written(scene: Scene) -> None:
    key = await scene.link()
    scene.file.unlink()
    scene.file.mkdir()

    with pytest.raises(HomeUnusable):
        await scene.knock(key)
    assert scene.came == []
