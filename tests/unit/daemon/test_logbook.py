"""The logbook: bounded, filtered, dropping for slow readers only."""

from chmlfrp.control.protocol import LogLine
from chmlfrp.daemon.logbook import Logbook


def book(*texts: str) -> Logbook:
    kept = Logbook(lambda: 1.0)
    for text in texts:
        kept.write(text, node="n", tunnel=None, level="info")
    return kept


def everything(_: LogLine) -> bool:
    return True


async def test_the_tail_is_the_last_lines_in_order() -> None:
    async with book("a", "b", "c").read(everything, tail=2, follow=False) as lines:
        assert [line.text async for line in lines] == ["b", "c"]


async def test_no_tail_is_no_lines() -> None:
    async with book("a").read(everything, tail=0, follow=False) as lines:
        assert [line async for line in lines] == []


async def test_a_follower_gets_what_comes_and_only_what_it_wants() -> None:
    kept = book("old")
    async with kept.read(
        lambda line: line.tunnel == "web", tail=9, follow=True
    ) as lines:
        kept.write("mine", node="n", tunnel="web", level="info")
        kept.write("other", node="n", tunnel="ssh", level="info")
        kept.close()
        assert [line.text async for line in lines] == ["mine"]


async def test_a_slow_follower_loses_the_oldest_lines() -> None:
    kept = book()
    async with kept.read(everything, tail=0, follow=True) as lines:
        for number in range(3000):
            kept.write(str(number), node="n", tunnel=None, level="info")
        kept.close()
        texts = [line.text async for line in lines]
    assert texts[-1] == "2999"
    assert len(texts) < 1001


async def test_only_so_many_lines_are_kept() -> None:
    kept = book(*map(str, range(6000)))
    async with kept.read(everything, tail=10_000, follow=False) as lines:
        assert len([line async for line in lines]) == 5000
