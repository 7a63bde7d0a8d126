"""The ways out: Apprise for mail, webhooks and chats, the system's own for the desktop.

Both libraries are of the extra `notify` and imported when they are first needed. Their
addresses hold passwords, so nothing of them is ever logged or put into an error.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from chmlfrp.errors import InvalidInput
from chmlfrp.local.secrets import SecretStore
from chmlfrp.model.secret import Secret
from chmlfrp.notify.news import Notice

log = logging.getLogger(__name__)

SERVICE = "chmlfrp-notify"
"""Under which addresses are kept in the secret store, by the target's name."""
PATIENCE_S = 30.0


class NotSent(Exception):
    """A message did not go out; the way is named, its address is not."""


class Way(Protocol):
    """One way to tell somebody; raises NotSent."""

    async def send(self, notice: Notice) -> None: ...


class Target:
    """A mailbox, webhook or chat, by an Apprise address."""

    def __init__(self, name: str, address: Secret) -> None:
        self._name = name
        self._address = address

    async def send(self, notice: Notice) -> None:
        is_sent = await asyncio.to_thread(self._send, notice)
        if not is_sent:
            raise NotSent(f"{self._name} did not take the message")

    def _send(self, notice: Notice) -> bool:
        import apprise

        kind = apprise.NotifyType.FAILURE if notice.is_bad else apprise.NotifyType.INFO
        # Its log names addresses.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        ways = apprise.Apprise()
        if not ways.add(self._address.reveal()):
            return False
        return bool(ways.notify(title=notice.title, body=notice.body, notify_type=kind))


class Desktop:
    """The notices of the desktop that the person sits at."""

    async def send(self, notice: Notice) -> None:
        from desktop_notifier import DesktopNotifier, Urgency

        urgency = Urgency.Critical if notice.is_bad else Urgency.Normal
        try:
            await DesktopNotifier(app_name="ChmlFrp").send(
                title=notice.title, message=notice.body, urgency=urgency
            )
        except Exception as exc:
            # Whatever the bus or the system said: there is no desktop to tell.
            raise NotSent(f"the desktop did not take it: {exc}") from exc


def check_address(address: Secret) -> None:
    """Raise InvalidInput if no way out has such an address."""
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    if apprise.Apprise.instantiate(address.reveal()) is None:
        raise InvalidInput(
            "this is no address of a mailbox, webhook or chat",
            hint="as in mailtos://user:password@example.com or json://host/path; "
            "see the list at appriseit.com",
            field="address",
        )


async def ways(
    names: Iterable[str],
    *,
    is_desktop: bool,
    secrets: SecretStore,
    desktop: Callable[[], Way] = Desktop,
) -> dict[str, Way]:
    """Return the ways out that are set up, by name."""
    found: dict[str, Way] = {"desktop": desktop()} if is_desktop else {}
    for name in names:
        address = await secrets.get(SERVICE, name)
        if address is None:
            log.warning(
                "the address of %s is missing: chmlfrp notify add %s", name, name
            )
        else:
            found[name] = Target(name, address)
    return found


async def send(found: dict[str, Way], notice: Notice) -> dict[str, str]:
    """Send by all ways at once; return what went wrong, by name."""

    async def one(name: str, way: Way) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await way.send(notice)
        except NotSent as error:
            failed[name] = str(error)
        except TimeoutError:
            failed[name] = f"no answer within {PATIENCE_S:g} s"

    failed: dict[str, str] = {}
    async with asyncio.TaskGroup() as tasks:
        for name, way in found.items():
            tasks.create_task(one(name, way))
    return failed
