"""What is done about visitors, one after the other."""

from collections.abc import Iterable

import msgspec

from chmlfrp.control.client import ControlClient
from chmlfrp.control.guard import AdmitVisitor, BlockVisitor, LiftVisitor
from chmlfrp.desktop.guard.person import Person
from chmlfrp.model.guard import parse_network
from chmlfrp.model.tunnel import ALL_TUNNELS

BRIEFLY_MIN = 1


async def block(
    client: ControlClient, number: int, addresses: Iterable[str], *, minutes: int
) -> None:
    """Turn them away for so long, and end their connections."""
    for address in addresses:
        command = BlockVisitor(address=address, minutes=minutes)
        await client.guard.block(number, command)


async def deny(client: ControlClient, number: int, addresses: Iterable[str]) -> None:
    """Put them on the tunnel's deny list, and end their connections."""
    addresses = list(addresses)
    options = await client.options(number)
    networks = (str(parse_network(address)) for address in addresses)
    names = tuple(dict.fromkeys((*options.guard.deny, *networks)))
    guard = msgspec.structs.replace(options.guard, deny=names)
    await client.set_options(number, msgspec.structs.replace(options, guard=guard))
    await block(client, number, addresses, minutes=BRIEFLY_MIN)


async def lift(client: ControlClient, number: int, people: Iterable[Person]) -> None:
    """Turn them away no more; take a pass from those who are not turned away.

    Who is turned away from all tunnels is so no more either.
    """
    for person in people:
        command = LiftVisitor(address=person.address, is_pass=person.turned is None)
        done = await client.guard.lift(number, command)
        if not done.was and not command.is_pass:
            await client.guard.lift(ALL_TUNNELS, command)


async def admit(
    client: ControlClient, number: int, addresses: Iterable[str], *, hours: int
) -> None:
    """Let them come for so long, as if they had knocked."""
    for address in addresses:
        await client.guard.admit(number, AdmitVisitor(address=address, hours=hours))


async def forget(client: ControlClient, number: int, addresses: Iterable[str]) -> None:
    """Drop what is known of them."""
    for address in addresses:
        await client.guard.forget(tunnel=number, address=address)
