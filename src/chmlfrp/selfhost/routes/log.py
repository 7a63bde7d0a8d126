"""log/query."""

from datetime import UTC, datetime

from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params, label
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.routes.message import read_page
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store import log as lines
from chmlfrp.selfhost.takes import takes
from chmlfrp.selfhost.wire import Reply
from chmlfrp.selfhost.wire_people import LogPage, log_row, pages


@route(
    "/log/query",
    http_method=METHODS,
    status_code=200,
    opt=takes(
        "token?", "page?", "size?", "action?", "category?", "start_time?", "end_time?"
    ),
)
async def query(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[LogPage]:
    """List a page of what the account did in the last 180 days."""
    page, size = read_page(params)
    wish = lines.LogQuery(
        action=params.optional_text("action"),
        category=params.optional_text("category"),
        start_ms=_time(params, context, "start_time"),
        end_ms=_time(params, context, "end_time"),
    )
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found, total = await lines.page(
            session, user.id, wish, number=page, size=size, now_ms=context.now_ms
        )
    data = LogPage(
        logs=[log_row(line) for line in found],
        total=total,
        page=page,
        size=size,
        total_pages=pages(total, size),
    )
    return Reply(msg="获取成功", data=data)


def _time(params: Params, context: Context, name: str) -> int | None:
    """Return Unix milliseconds; digits are those, a date without zone is local."""
    text = params.optional_text(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            zone = context.settings.zone()
            found = found.replace(tzinfo=zone) if zone else found.astimezone()
        return int(found.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as exc:
        raise Refusal(f"{label(name)}格式错误") from exc
