import pytest

from chmlfrp.errors import NotFound, RightsMissing, ServiceUnreachable
from support.replies import ScriptedService, sample, says


async def test_the_public_lists_need_no_token() -> None:
    service = ScriptedService().on("GET /node", sample("node_list_ok"))
    service.on("GET /node_stats", sample("node_stats_ok"))
    async with service.client(token=None) as client:
        nodes = await client.nodes.list()
        stats = await client.nodes.stats()
    assert {node.id for node in nodes} <= {each.id for each in stats}


async def test_a_node_is_asked_for_by_its_percent_encoded_name() -> None:
    service = ScriptedService().on("GET /nodeinfo", sample("nodeinfo_ok"))
    async with service.client() as client:
        node = await client.nodes.get("江苏宿迁")
    (request,) = service.requests
    assert node.name == "江苏宿迁"
    assert request.url.query == b"node=%E6%B1%9F%E8%8B%8F%E5%AE%BF%E8%BF%81"


async def test_a_node_for_members_and_a_node_that_is_none() -> None:
    service = ScriptedService().on("GET /nodeinfo", says(403, "此节点为会员节点"))
    async with service.client() as client:
        with pytest.raises(RightsMissing):
            await client.nodes.get("m")
        service.on("GET /nodeinfo", says(404, "节点不存在"))
        with pytest.raises(NotFound):
            await client.nodes.get("m")


async def test_a_service_that_lost_its_backend_is_unreachable() -> None:
    service = ScriptedService().on("GET /node", sample("node_list_unreachable"))
    service.on("GET /node_stats", sample("node_stats_unreachable"))
    async with service.client() as client:
        with pytest.raises(ServiceUnreachable):
            await client.nodes.list()
        with pytest.raises(ServiceUnreachable):
            await client.nodes.stats()
