"""Messages of the service."""

from chmlfrp.api import envelope, wire_message
from chmlfrp.api.paging import check_page
from chmlfrp.api.session import Session
from chmlfrp.errors import InvalidInput
from chmlfrp.model.message import Message, MessagePage


class Messages:
    """`client.messages`. All raise InvalidInput before sending, and ApiError."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(
        self, number: int = 1, *, size: int = 10, priority: int | None = None
    ) -> MessagePage:
        """Return some messages, newest first.

        A service of before 2026 gives all at once, in one page, without titles.
        """
        check_page(number, size)
        if priority is not None and priority not in (1, 2, 3):
            raise InvalidInput("a priority is 1, 2 or 3", field="priority")
        ways = wire_message.list_calls(page=number, size=size, priority=priority)
        return wire_message.page(
            await self._session.ask_first(ways, is_lost=envelope.is_unknown_route)
        )

    async def search(
        self, keyword: str, number: int = 1, *, size: int = 10
    ) -> MessagePage:
        """Return messages with that text in them."""
        check_page(number, size)
        if not keyword.strip():
            raise InvalidInput("nothing to look for", field="keyword")
        call = wire_message.search_call(keyword, page=number, size=size)
        return wire_message.page(await self._session.ask(call))

    async def get(self, message_id: int) -> Message:
        """Return one message; NotFound if there is none."""
        return wire_message.message(
            await self._session.ask(wire_message.message_call(message_id))
        )
