import threading
from collections.abc import Iterator

import pytest

from chmlfrp.guard.names import HostNames


class Resolver:
    """Answers what a test says, and hangs for `hang` until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = threading.Event()

    def __call__(self, address: str) -> str:
        self.asked.append(address)
        if address == "hang":
            self.go.wait(20)
        return f"{address}.example"


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    made = Resolver()
    yield made
    made.go.set()


async def test_names_are_asked_for_once_an_hour(resolver: Resolver) -> None:
    now = [0.0]
    names = HostNames(resolver, clock=lambda: now[0])
    for now[0] in (0.0, 100.0, 3700.0):
        await names.look_up(["a", "a"], patience_s=20)

    assert names.known("a") == "a.example"
    assert names.known("b") == ""
    assert resolver.asked == ["a", "a"]
    names.close()


async def test_a_resolver_that_hangs_is_not_waited_for(resolver: Resolver) -> None:
    names = HostNames(resolver)
    await names.look_up(["hang"], patience_s=0)
    await names.look_up(["b"], patience_s=0.05)
    assert names.known("hang") == ""

    resolver.go.set()
    await names.look_up([], patience_s=20)
    assert (names.known("hang"), names.known("b")) == ("hang.example", "b.example")
    names.close()
