from support.selfhost import InMemory


async def test_the_list_has_nodes_that_are_online_the_statistics_all(
    service: InMemory,
) -> None:
    await service.node("on")
    await service.node("off", is_online=False)
    listed = (await service.call("/node"))["data"]
    stats = (await service.call("/node_stats"))["data"]
    assert [node["name"] for node in listed] == ["on"]
    assert [(node["node_name"], node["state"]) for node in stats] == [
        *(("on", "online"), ("off", "offline")),
    ]


async def test_no_nodes_are_an_empty_list(service: InMemory) -> None:
    assert (await service.call("/node"))["data"] == []


async def test_nodeinfo_carries_the_nodes_tokens(service: InMemory) -> None:
    user = await service.user()
    node = await service.node()
    data = (await service.call("/nodeinfo", token=user.token, node="home"))["data"]
    assert data["nodetoken"] == node.node_token
    assert data["apitoken"] == f"{node.api_key}|{node.id}"
    assert node.plugin_key not in str(data)
    assert node.dashboard_password not in str(data)


async def test_nodeinfo_names_what_is_wrong(service: InMemory) -> None:
    user = await service.user()
    assert await service.refused("/nodeinfo", node="home") == (401, "错误的token")
    assert await service.refused("/nodeinfo", token=user.token) == (400, "节点名缺失")
    assert await service.refused("/nodeinfo", token=user.token, node="x") == (
        *(404, "节点不存在"),
    )
