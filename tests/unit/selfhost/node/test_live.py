import asyncio

from chmlfrp.selfhost.node.live import Closed, LiveNode, LiveNodes


async def test_changes_are_handed_on_once_and_in_order() -> None:
    node = LiveNode(1)
    one, two = Closed(name="a", run_id="r"), Closed(name="b", run_id="r")
    node.touch(one)
    node.touch(two)
    assert await node.next_changes() == [one, two]
    assert node.unwritten == []
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(node.next_changes())
        await asyncio.sleep(0)
        node.touch()
        await asyncio.sleep(0)
        assert not waiting.done()
        node.touch(one)
    assert waiting.result() == [one]


def test_a_touch_is_news_and_has_its_time() -> None:
    node = LiveNode(1)
    node.touch()
    assert node.news.is_set()
    assert node.changed_at > 0


def test_nodes_are_found_by_their_key_while_they_run() -> None:
    nodes, node = LiveNodes(), LiveNode(1)
    nodes.add("key", node)
    assert nodes.get("key") is node
    nodes.remove("key")
    nodes.remove("key")
    assert nodes.get("key") is None
