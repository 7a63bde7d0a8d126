"""The wire of messages, in both of its generations."""

from chmlfrp.api.call import Call
from chmlfrp.api.lax import Row, rows
from chmlfrp.errors import ServiceGarbled
from chmlfrp.model.message import Message, MessagePage


def list_calls(*, page: int, size: int, priority: int | None) -> tuple[Call, ...]:
    """Return the ways to ask for messages; the old one knows no pages."""
    query: dict[str, str | int] = {"page": page, "size": size}
    if priority is not None:
        query["priority"] = priority
    return (
        Call(method="GET", path="/message/list", query=query, is_read=True),
        Call(method="GET", path="/messages", is_read=True),
    )


def search_call(keyword: str, *, page: int, size: int) -> Call:
    """Ask for messages with a text in them."""
    query: dict[str, str | int] = {"keyword": keyword, "page": page, "size": size}
    return Call(method="GET", path="/message/search", query=query, is_read=True)


def message_call(message_id: int) -> Call:
    """Ask for one message."""
    return Call(
        method="GET", path="/message/detail", query={"id": message_id}, is_read=True
    )


def page(data: object) -> MessagePage:
    """Read messages of either generation."""
    if data is None or isinstance(data, list):
        found = tuple(_message(row) for row in rows(data, "message"))
        return MessagePage(messages=found, total=len(found))
    row = Row(data, "messages")
    listed = rows(row.value("messages"), "message")
    return MessagePage(
        messages=tuple(_message(one) for one in listed),
        total=row.whole("total", default=len(listed)),
        page=row.whole("page", default=1),
        pages=row.whole("totalPages", default=1),
    )


def message(data: object) -> Message:
    """Read one message."""
    if data is None:
        raise ServiceGarbled("unreadable answer: message: expected an object")
    return _message(Row(data, "message"))


def _message(row: Row) -> Message:
    """Read a message; `userid` 0 and absent `targetUsers` are everyone."""
    is_for_one = row.value("targetUsers") is not None
    return Message(
        id=row.whole("id"),
        title=row.text("title", default=""),
        text=row.text("contentMd", "content", default=""),
        priority=row.whole("priority", default=1),
        is_for_everyone=not is_for_one and row.whole("userid", default=0) == 0,
        published_at=row.text("publishTime", "time", "createdAt", default=""),
    )
