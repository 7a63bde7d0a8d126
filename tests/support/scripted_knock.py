"""The knock page of a scripted daemon."""

from collections.abc import Callable

import msgspec

from chmlfrp.control.knock import (
    KnockMade,
    KnockRevoked,
    KnockView,
    MakeKnock,
    PageView,
)
from chmlfrp.model.secret import Secret


class ScriptedKnock:
    """`note` keeps every command, under `knock.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.there: list[KnockView] = []
        self.place = PageView(
            port=7417,
            is_open=True,
            tunnel=9,
            name="knock",
            url="http://knock.example",
            is_guarded=True,
        )
        self.open_tunnels: tuple[int, ...] = ()
        """Of the next link: which let everybody in."""

    def links(self) -> list[KnockView]:
        self._note("knock.links")
        return self.there

    async def make(self, command: MakeKnock) -> KnockMade:
        self._note("knock.make", command)
        link = KnockView(
            id=f"abcdefghijkl{len(self.there)}",
            tunnels=command.tunnels,
            names=("web",),
            has_password=command.password is not None,
            made_at=1_000_000_000.0,
            expires_at=4_000_000_000.0 if command.expires_s else None,
            lasts_s=command.lasts_s,
            uses_left=command.uses or (None if command.password else 1),
            url=f"{self.place.url}/k/abcdefghijkl{len(self.there)}"
            if command.password
            else "",
        )
        self.there = [link, *self.there]
        path = f"/k/{link.id}" if command.password else f"/k/{link.id}.t0ken"
        return KnockMade(
            link=link,
            path=Secret(path),
            url=Secret(self.place.url + path if self.place.url else ""),
            open_tunnels=self.open_tunnels,
        )

    async def revoke(self, link_id: str) -> KnockRevoked:
        self._note("knock.revoke", link_id)
        self.there = [link for link in self.there if link.id != link_id]
        return KnockRevoked(id=link_id, admitted=2, ended=1)

    def page(self) -> PageView:
        self._note("knock.page")
        return self.place

    async def open(self) -> PageView:
        self._note("knock.open")
        self.place = msgspec.structs.replace(self.place, port=7417, is_open=True)
        return self.place


def knock_links() -> list[KnockView]:
    """Return links to the first tunnel: one that is used up, one with a password."""
    return [
        KnockView(
            id="q7ylmh3c5tqke",
            tunnels=(0,),
            has_password=True,
            made_at=1_790_000_000.0,
            expires_at=None,
            lasts_s=7200,
            admitted=3,
            url="http://knock.example/k/q7ylmh3c5tqke",
        ),
        KnockView(
            id="f2xa3hkdw6gmo",
            tunnels=(0, 1),
            has_password=False,
            made_at=1_789_000_000.0,
            expires_at=1_790_100_000.0,
            lasts_s=43200,
            uses_left=0,
            admitted=1,
        ),
        KnockView(
            id="anothertunnel",
            tunnels=(1,),
            has_password=False,
            made_at=1_788_000_000.0,
            lasts_s=43200,
            uses_left=1,
        ),
    ]
