from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.guard.inspector import KEPT, ExchangeWatch, Inspector

GET = b"GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def exchanged(inspector: Inspector, *, said: bytes = GET, answered: bytes = OK) -> None:
    watch = inspector.watch("203.0.113.7")
    watch.said(said)
    watch.answered(answered)
    watch.left()


def test_an_exchange_is_kept_with_its_times() -> None:
    clock = Clock()
    inspector = Inspector(clock=clock, now=clock)
    watch = inspector.watch("203.0.113.7")
    watch.said(GET[:5])
    watch.said(GET[5:])
    clock.now += 2
    watch.answered(OK)
    clock.now += 1
    watch.left()

    (kept,) = inspector
    assert (bytes(kept.request.kept), bytes(kept.answer.kept)) == (GET, OK)
    assert (kept.at, kept.first_s, kept.took_s) == (100.0, 2.0, 3.0)
    assert kept.address == "203.0.113.7"
    assert not kept.request.is_cut


def test_who_says_nothing_is_no_exchange() -> None:
    inspector = Inspector()
    watch = inspector.watch("203.0.113.7")
    watch.answered(b"")
    watch.left()

    assert not [*inspector]


def test_what_is_too_long_is_cut_and_counted() -> None:
    inspector = Inspector()
    exchanged(inspector, answered=bytes(KEPT + 7))

    (kept,) = inspector
    assert len(kept.answer.kept) == KEPT
    assert kept.answer.size == KEPT + 7
    assert kept.answer.is_cut


def test_the_newest_stay_and_come_first() -> None:
    inspector = Inspector(most=3)
    for _ in range(9):
        exchanged(inspector)

    assert [each.number for each in inspector] == [9, 8, 7]
    assert inspector.get(1) is None
    assert inspector.clear() == 3


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400)), max_size=40))
def test_memory_is_bounded_whoever_speaks_when(turns: list[tuple[int, int]]) -> None:
    inspector = Inspector(most=4, most_bytes=500)
    watches: dict[int, ExchangeWatch] = {}
    for who, size in turns:
        watch = watches.setdefault(who, inspector.watch(str(who)))
        watch.said(bytes(size))
        kept = [*inspector]
        assert len(kept) <= 4
        assert len(kept) == 1 or sum(each.held for each in kept) <= 500
