"""What the account did."""

from datetime import date

from chmlfrp.api import wire_person
from chmlfrp.api.paging import check_page
from chmlfrp.api.session import Session
from chmlfrp.errors import InvalidInput
from chmlfrp.model.log import LogPage


class Log:
    """`client.log`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def page(
        self,
        number: int = 1,
        *,
        size: int = 20,
        action: str = "",
        category: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> LogPage:
        """Return some lines, newest first; the service keeps 180 days.

        Args:
            action: only these, by the service's own word.
            category: only these, by the service's own word.
            since: first day, as days are where the service is.
            until: last day.

        Raises:
            InvalidInput: there is no such page or time; nothing was sent.
            ApiError: anything else that went wrong.
        """
        check_page(number, size)
        if since and until and until < since:
            raise InvalidInput("the last day is before the first", field="until")
        call = wire_person.log_call(
            page=number,
            size=size,
            action=action,
            category=category,
            since=since,
            until=until,
        )
        return wire_person.log_page(await self._session.ask(call))
