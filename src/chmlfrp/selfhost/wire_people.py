"""What the routes of accounts answer beside the account itself: fields and oddities."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from chmlfrp.selfhost.settings import Link
from chmlfrp.selfhost.store.people import GiftCard, LogLine, Message
from chmlfrp.selfhost.wire import stamp

POINTS, MEMBERSHIP = "积分", "会员"


class SignInInfo(msgspec.Struct, kw_only=True):
    """`data` of qiandao_info."""

    last_sign_in_time: str | None
    total_points: int
    total_sign_ins: int
    count_of_matching_records: int
    """How many accounts have signed in today."""
    is_signed_in_today: bool


class OldMessage(msgspec.Struct, kw_only=True):
    """A line of /messages."""

    id: int
    userid: int
    """0 is everyone."""
    content: str
    quanti: str
    time: str


class NewMessage(msgspec.Struct, kw_only=True):
    """A message of /message/*."""

    id: int
    title: str
    content_md: str = msgspec.field(name="contentMd")
    priority: int
    target_users: str | None = msgspec.field(name="targetUsers")
    """JSON in a text; null is everyone."""
    publish_time: str = msgspec.field(name="publishTime")
    created_at: str = msgspec.field(name="createdAt")


class MessagePage(msgspec.Struct, kw_only=True):
    """`data` of /message/list and, with the keyword, of /message/search."""

    messages: list[NewMessage]
    total: int
    page: int
    size: int
    total_pages: int = msgspec.field(name="totalPages")
    keyword: str | UnsetType = UNSET


class Reward(msgspec.Struct, kw_only=True):
    """`data` of /giftcard/redeem: points, or days in a group."""

    reward_type: str = msgspec.field(name="rewardType")
    card_name: str = msgspec.field(name="cardName")
    member_type: str | UnsetType = msgspec.field(name="memberType", default=UNSET)
    member_days: int | UnsetType = msgspec.field(name="memberDays", default=UNSET)
    new_term: str | UnsetType = msgspec.field(name="newTerm", default=UNSET)
    points: int | UnsetType = UNSET
    new_integral: int | UnsetType = msgspec.field(name="newIntegral", default=UNSET)


class RateLimitInfo(msgspec.Struct, kw_only=True):
    """How guessing of cards stands, beside `data`."""

    blocked: bool
    status: str
    recent_attempts: int
    total_attempts: int
    consecutive_failures: int
    remaining_ban_minutes: int | UnsetType = UNSET
    ban_end_time: str | UnsetType = UNSET
    tips: str


class RedeemReply(msgspec.Struct, kw_only=True):
    """The envelope of /giftcard/redeem."""

    msg: str
    code: int = 200
    data: Reward | UnsetType = UNSET
    rate_limit_info: RateLimitInfo | UnsetType = UNSET
    state: str = "success"


class UsedCard(msgspec.Struct, kw_only=True):
    """A line of /giftcard/history."""

    id: int
    card_id: int = msgspec.field(name="cardId")
    user_id: int | None = msgspec.field(name="userId")
    usage_time: str = msgspec.field(name="usageTime")
    reward_type: str = msgspec.field(name="rewardType")
    member_type: str | None = msgspec.field(name="memberType")
    member_days: int | None = msgspec.field(name="memberDays")
    points: int | None


class LogRow(msgspec.Struct, kw_only=True):
    """A line of the account's log."""

    id: int
    user_id: int
    action: str
    category: str
    ip_address: str
    user_agent: str
    status: str
    resource_name: str | None
    extra_data: dict[str, Any] | None
    timestamp: str


class LogPage(msgspec.Struct, kw_only=True):
    """`data` of /log/query."""

    logs: list[LogRow]
    total: int
    page: int
    size: int
    total_pages: int = msgspec.field(name="totalPages")


class PanelInfo(msgspec.Struct, kw_only=True):
    """`data` of /panelinfo."""

    tunnel_amount: int
    friend_links: list[Link] | None
    node_amount: int
    user_amount: int


class Metrics(msgspec.Struct, kw_only=True):
    """How hard the machine works, in percent."""

    cpu: float
    memory: float
    steal: float
    io_latency: float = msgspec.field(name="ioLatency")
    """Time that processors waited for disks."""
    thread_contention: float = msgspec.field(name="threadContention")
    """Processes that want to run, over the processors there are."""


class ServerStatus(msgspec.Struct, kw_only=True):
    """The bare answer of /api/server-status."""

    metrics: Metrics
    server_name: str = msgspec.field(name="serverName")
    load: float


def moment(at_ms: int) -> str:
    """Return a Unix time in milliseconds as the service writes times."""
    return stamp(datetime.fromtimestamp(at_ms / 1000, UTC))


def pages(total: int, size: int) -> int:
    """Return how many pages there are."""
    return math.ceil(total / size)


def old_message(message: Message) -> OldMessage:
    """Return the message as /messages has it."""
    return OldMessage(
        id=message.id,
        userid=message.user_id or 0,
        content=message.content,
        quanti="yes" if message.user_id is None else "no",
        time=moment(message.at_ms),
    )


def new_message(message: Message) -> NewMessage:
    """Return the message as /message/* has it."""
    return NewMessage(
        id=message.id,
        title=message.title,
        content_md=message.content,
        priority=message.priority,
        target_users=None if message.user_id is None else f"[{message.user_id}]",
        publish_time=moment(message.at_ms),
        created_at=moment(message.at_ms),
    )


def message_page(
    messages: Sequence[Message],
    total: int,
    *,
    page: int,
    size: int,
    keyword: str | UnsetType = UNSET,
) -> MessagePage:
    """Return one page."""
    return MessagePage(
        messages=[new_message(one) for one in messages],
        total=total,
        page=page,
        size=size,
        total_pages=pages(total, size),
        keyword=keyword,
    )


def used_card(card: GiftCard) -> UsedCard:
    """Return the card as its user's history has it."""
    return UsedCard(
        id=card.id,
        card_id=card.id,
        user_id=card.used_by,
        usage_time=moment(card.used_ms or 0),
        reward_type=POINTS if card.group is None else MEMBERSHIP,
        member_type=card.group,
        member_days=card.days,
        points=card.points,
    )


def log_row(line: LogLine) -> LogRow:
    """Return the line as /log/query has it."""
    return LogRow(
        id=line.id,
        user_id=line.user_id,
        action=line.action,
        category=line.category,
        ip_address=line.ip_address,
        user_agent=line.user_agent,
        status=line.status,
        resource_name=line.resource_name,
        extra_data=line.extra_data,
        timestamp=moment(line.at_ms),
    )
