"""messages, and the newer message/list, message/detail and message/search."""

from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.store import account, message
from chmlfrp.selfhost.takes import NUMBER, takes
from chmlfrp.selfhost.wire import Reply
from chmlfrp.selfhost.wire_people import (
    MessagePage,
    NewMessage,
    OldMessage,
    message_page,
    new_message,
    old_message,
)

LONGEST_PAGE = 100


@route("/messages", http_method=METHODS, status_code=200, opt=takes("token?"))
async def messages(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[OldMessage]]:
    """List what the owner told the account or everyone."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await message.all_for(session, user.id)
    return Reply(msg="获取成功", data=[old_message(one) for one in found])


@route(
    "/message/list",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "page?", "size?", "priority?"),
)
async def message_list(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[MessagePage]:
    """List a page of messages, of one priority if it is named."""
    page, size = read_page(params)
    priority = params.integer("priority", 0)
    if priority > 3:
        raise Refusal("优先级超出范围")
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found, total = await message.page_for(
            session, user.id, page=page, size=size, priority=priority
        )
    return Reply(msg="获取成功", data=message_page(found, total, page=page, size=size))


@route(
    "/message/search",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "keyword", "page?", "size?"),
)
async def message_search(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[MessagePage]:
    """List a page of messages with a text in them."""
    page, size = read_page(params)
    keyword = params.text("keyword")
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found, total = await message.page_for(
            session, user.id, page=page, size=size, keyword=keyword
        )
    data = message_page(found, total, page=page, size=size, keyword=keyword)
    return Reply(msg="获取成功", data=data)


@route(
    "/message/detail",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "id", id=NUMBER),
)
async def message_detail(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[NewMessage]:
    """Show one message."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await message.one_for(session, user.id, params.integer("id"))
    if found is None:
        raise Refusal("消息不存在", code=404)
    return Reply(msg="获取成功", data=new_message(found))


def read_page(params: Params) -> tuple[int, int]:
    """Return number (from 1) and size of the page that is asked for."""
    page, size = params.integer("page", 1), params.integer("size", 10)
    if page < 1 or not 1 <= size <= LONGEST_PAGE:
        raise Refusal("页码或每页数量超出范围")
    return page, size
