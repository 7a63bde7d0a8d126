"""An account of the service."""

import msgspec

FREE = "免费用户"
"""What the service calls those who are no members."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What the service says about the person; the token is never part of it."""

    id: int
    name: str
    group: str = ""
    """The service's own word, for example 免费用户."""
    email: str = ""
    qq: str = ""
    avatar_url: str = ""
    tunnel_limit: int = 0
    tunnels_used: int = 0
    bandwidth_mbps: int = 0
    """On mainland nodes; abroad it is four times as much."""
    is_real_name_verified: bool = False
    points: int = 0
    member_until: str = ""
    """ISO date; 9999-09-09 means for life."""
    registered_on: str = ""
    uploaded_bytes: int = 0
    downloaded_bytes: int = 0
    connections: int = 0

    @property
    def is_member(self) -> bool:
        """Whether it may use the nodes that the service keeps for members."""
        return self.group != FREE


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """How the account's daily visits (签到) stand."""

    last_at: str = ""
    """ISO time, as the service gives it."""
    points: int = 0
    times: int = 0
    others_today: int = 0
    """How many accounts came by today, this one included."""
    is_done_today: bool = False
    """May lag behind a visit that was just made."""
