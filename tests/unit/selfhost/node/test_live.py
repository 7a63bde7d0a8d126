import asyncio

from chmlfrp.selfhost.node.live import LiveNode


def open_one(node: LiveNode, name: str, run_id: str = "r") -> None:
    node.opened(user="ada", run_id=run_id, proxy=f"ada.{name}", tunnel_id=len(name))


async def test_changes_are_handed_on_once_and_in_order() -> None:
    node = LiveNode()
    open_one(node, "a")
    open_one(node, "bb")
    assert [c.tunnel_id for c in await node.next_changes()] == [1, 2]
    assert node.unsent == []
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(node.next_changes())
        await asyncio.sleep(0)
        node.came("ada", "0.65.0")
        await asyncio.sleep(0)
        assert not waiting.done()
        node.closed(run_id="r", proxy="ada.a")
    assert [c.tunnel_id for c in waiting.result()] == [1]


def test_a_client_that_comes_is_news_and_has_its_time() -> None:
    node = LiveNode()
    node.came("ada", "0.65.0")
    assert node.news.is_set()
    assert node.changed_at > 0


def test_a_proxy_is_of_the_session_that_opened_it_last() -> None:
    node = LiveNode()
    open_one(node, "a", "r1")
    open_one(node, "a", "r2")
    open_one(node, "bb", "r3")
    assert node.runs_of(["ada.a", "ada.unknown"]) == {"r2"}
    assert node.runs_of(["ada.a", "ada.bb"]) == {"r2", "r3"}
