"""Gift cards: points, or days in a group."""

import msgspec


class Reward(msgspec.Struct, frozen=True, kw_only=True):
    """What a card gave; points or a group, never both."""

    card: str = ""
    points: int = 0
    points_now: int = 0
    group: str = ""
    days: int = 0
    member_until: str = ""


class UsedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that the account has used."""

    id: int
    used_at: str = ""
    points: int = 0
    group: str = ""
    days: int = 0
