import tomllib

from chmlfrp.selfhost.desk import Desk
from chmlfrp.selfhost.node import config
from chmlfrp.selfhost.store.models import Node
from support.selfhost import InMemory


async def rendered(service: InMemory, node: Node) -> str:
    given = await Desk(service.context.database, node.id).assignment()
    return config.render(given, door=7654)


async def test_frps_asks_the_door_before_everything(service: InMemory) -> None:
    node = await service.node(http_port=8080, https_port=8443)
    read = tomllib.loads(await rendered(service, node))
    assert read["bindPort"] == 7000
    assert (read["vhostHTTPPort"], read["vhostHTTPSPort"]) == (8080, 8443)
    assert read["allowPorts"] == [{"start": 20000, "end": 29999}]
    assert read["auth"]["token"] == node.node_token
    (plugin,) = read["httpPlugins"]
    assert plugin["addr"] == "127.0.0.1:7654"
    assert plugin["path"] == f"/plugin/{node.plugin_key}"
    assert plugin["ops"] == ["Login", "NewProxy", "CloseProxy", "Ping"]


async def test_the_dashboard_is_for_this_machine_and_has_a_password(
    service: InMemory,
) -> None:
    node = await service.node()
    web = tomllib.loads(await rendered(service, node))["webServer"]
    assert (web["addr"], web["password"]) == ("127.0.0.1", node.dashboard_password)


async def test_a_node_without_web_opens_no_web_ports(service: InMemory) -> None:
    node = await service.node(allows_web=False)
    assert "vhost" not in await rendered(service, node)
