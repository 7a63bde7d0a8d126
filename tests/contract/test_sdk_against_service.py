"""The SDK against the self-hosted service as a process, over real sockets."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import (
    ApiError,
    DomainTaken,
    InvalidInput,
    NameTaken,
    NotFound,
    PortTaken,
    QuotaExceeded,
    RightsMissing,
    ServiceRefused,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import TunnelId, TunnelSpec, TunnelType
from support.postgres import Postgres
from support.service import PASSWORD, RunningService, running_service
from support.visitor import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

RIGHT = Secret(PASSWORD)
MEMBERS = "会员节点"
"""A node for members, without web and udp."""
FREE = "免费用户"
_numbers = itertools.count()


@pytest_asyncio.fixture(
    loop_scope="module", scope="module", params=["sqlite", "postgresql"]
)
async def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningService]:
    """One process on a file, or two workers on PostgreSQL; two nodes on both."""
    folder = tmp_path_factory.mktemp("service")
    options, database = [], ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("database_server")
        options, database = ["--workers", "2"], server.new()
    async with running_service(
        folder, *options, users=["anna", "bert", "full"], database=database
    ) as running:
        await running.add_user("poor", group=FREE)
        await running.command(
            *("node", "add", MEMBERS, "--vip", "--no-web", "--no-udp"),
            *("--ports", "21000-21010"),
        )
        await both_nodes_are_online(running)
        yield running


async def both_nodes_are_online(service: RunningService) -> None:
    """Wait until the list of nodes, which holds those online, is whole."""
    async with ServiceClient(service.api_url) as client:

        async def listed() -> set[str]:
            return {each.name for each in await client.nodes.list(max_age_s=0)}

        await eventually(listed, {service.node["name"], MEMBERS})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def client(service: RunningService) -> AsyncIterator[ServiceClient]:
    async with ServiceClient(service.api_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def anna(client: ServiceClient) -> ServiceClient:
    return await signed_in(client, "anna")


async def signed_in(client: ServiceClient, name: str) -> ServiceClient:
    return client.with_token((await client.account.sign_in(name, RIGHT)).token)


def new(service: RunningService, **changes: Any) -> TunnelSpec:
    """Return a tcp tunnel of the first node, with a name and a port of its own."""
    number = next(_numbers)
    first_port = int(service.node["ports"].partition("-")[0])
    spec = TunnelSpec(
        name=f"t_{number}",
        node=service.node["name"],
        type=TunnelType.TCP,
        local_port=8080,
        remote_port=first_port + number,
    )
    return msgspec.structs.replace(spec, **changes)


def new_web(service: RunningService, **changes: Any) -> TunnelSpec:
    number = next(_numbers)
    web = {"type": TunnelType.HTTP, "remote_port": None}
    return new(service, **{**web, "domain": f"d{number}.example.com", **changes})


async def test_a_sign_in_is_an_account_and_a_token_that_works(
    client: ServiceClient,
) -> None:
    signed = await client.account.sign_in("anna", RIGHT)
    mine = client.with_token(signed.token)

    assert (signed.account.name, signed.account.tunnel_limit) == ("anna", 16)
    assert (await mine.account.get()).id == signed.account.id
    assert (await mine.account.identify()).token == signed.token


@pytest.mark.parametrize(
    ("name", "password", "kind", "field", "said"),
    [
        ("anna", "Wrong-password-1", SignInRequired, "password", "密码错误"),
        ("nobody", PASSWORD, SignInRequired, "name", "用户不存在"),
        ("anna", "short", ServiceRefused, "password", "密码不符合要求"),
    ],
)
async def test_a_sign_in_that_fails_says_why(
    client: ServiceClient,
    name: str,
    password: str,
    kind: type[ServiceRefused],
    field: str,
    said: str,
) -> None:
    with pytest.raises(kind) as caught:
        await client.account.sign_in(name, Secret(password))

    assert type(caught.value) is kind
    assert caught.value.field == field
    assert caught.value.service_message.startswith(said)


SIGNED: dict[str, Callable[[ServiceClient, TunnelSpec], Awaitable[object]]] = {
    "account.get": lambda client, _: client.account.get(),
    "account.identify": lambda client, _: client.account.identify(),
    "tunnels.list": lambda client, _: client.tunnels.list(),
    "tunnels.create": lambda client, spec: client.tunnels.create(spec),
    "tunnels.update": lambda client, spec: client.tunnels.update(TunnelId(1), spec),
    "tunnels.delete": lambda client, _: client.tunnels.delete(TunnelId(1)),
    "tunnels.config": lambda client, spec: client.tunnels.config(spec.node),
    "nodes.get": lambda client, spec: client.nodes.get(spec.node),
}


@pytest.mark.parametrize("name", SIGNED)
async def test_a_bad_token_asks_for_a_sign_in(
    service: RunningService, client: ServiceClient, name: str
) -> None:
    stranger = client.with_token(Secret("NoSuchToken"))
    with pytest.raises(SignInRequired) as caught:
        await SIGNED[name](stranger, new(service))
    assert caught.value.service_code == 401


async def test_the_public_lists_need_no_token(
    service: RunningService, client: ServiceClient
) -> None:
    (node,) = [n for n in await client.nodes.list() if n.name == service.node["name"]]
    stats = {each.name: each for each in await client.nodes.stats()}

    assert (node.allows_web, node.allows_udp, node.is_vip) == (True, True, False)
    assert stats[node.name].is_online
    assert stats[MEMBERS].is_vip


async def test_a_node_tells_where_and_on_which_ports_it_serves(
    service: RunningService, anna: ServiceClient
) -> None:
    node = await anna.nodes.get(service.node["name"])

    said = service.node
    assert (node.host, node.port) == (said["host"], said["port"])
    assert (node.http_port, node.https_port) == (said["http_port"], said["https_port"])
    assert str(node.ports) == said["ports"]
    members = await anna.nodes.get(MEMBERS)
    assert (members.is_vip, members.allows_web, members.allows_udp) == (
        True,
        False,
        False,
    )
    assert (members.http_port, members.https_port) == (80, 443)


async def test_a_node_that_is_none_is_not_found(anna: ServiceClient) -> None:
    with pytest.raises(NotFound) as caught:
        await anna.nodes.get("月球CN2")
    assert (caught.value.field, caught.value.service_code) == ("node", 404)


async def test_a_node_for_members_is_closed_to_others(
    service: RunningService, client: ServiceClient
) -> None:
    poor = await signed_in(client, "poor")
    spec = new(service, node=MEMBERS, remote_port=21000)
    for doing in (
        poor.nodes.get(MEMBERS),
        poor.tunnels.create(spec, check=False),
    ):
        with pytest.raises(RightsMissing) as caught:
            await doing
        assert "会员节点" in caught.value.service_message
    with pytest.raises(InvalidInput, match="for members"):
        await poor.tunnels.create(spec)


@pytest.mark.parametrize("kind", list(TunnelType))
async def test_a_tunnel_is_created_listed_changed_and_deleted(
    service: RunningService, anna: ServiceClient, kind: TunnelType
) -> None:
    make = new_web if kind.is_web else new
    spec = make(service, type=kind, encryption=True)
    made = await anna.tunnels.create(spec)
    assert made.spec == spec
    assert made in await anna.tunnels.list()

    change = {"local_port": 9090, "encryption": False, "compression": True}
    changed = msgspec.structs.replace(
        make(service, type=kind), extra="bandwidth_limit = 1MB", **change
    )
    updated = await anna.tunnels.update(made.id, changed)
    assert (updated.id, updated.spec) == (made.id, changed)
    (listed,) = [each for each in await anna.tunnels.list() if each.id == made.id]
    assert (listed.spec, listed.is_node_online) == (changed, True)
    assert listed.node_host == service.node["host"]

    await anna.tunnels.delete(made.id)
    assert made.id not in {each.id for each in await anna.tunnels.list()}
    with pytest.raises(NotFound):
        await anna.tunnels.delete(made.id)
    with pytest.raises(NotFound):
        await anna.tunnels.update(made.id, changed)


async def test_a_config_holds_what_was_asked_for(
    service: RunningService, anna: ServiceClient
) -> None:
    first = await anna.tunnels.create(new(service))
    second = await anna.tunnels.create(new_web(service))
    node = service.node["name"]

    one = (await anna.tunnels.config(node, [first.name])).reveal()
    both = (await anna.tunnels.config(node, [first.name, second.name])).reveal()
    everything = (await anna.tunnels.config(node)).reveal()
    assert f"[{first.name}]" in one
    assert f"[{second.name}]" not in one
    assert f"remote_port = {first.remote_port}" in both
    assert f"custom_domains = {second.domain}" in both
    assert both.startswith("[common]\n")
    assert everything.count("type = ") >= 2


async def test_a_config_without_tunnels_is_not_found(
    service: RunningService, client: ServiceClient, anna: ServiceClient
) -> None:
    with pytest.raises(NotFound):
        await anna.tunnels.config("月球CN2")
    with pytest.raises(NotFound):
        await anna.tunnels.config(MEMBERS)
    with pytest.raises(NotFound):
        await anna.tunnels.config(service.node["name"], ["no_such_tunnel"])


async def test_somebody_elses_tunnel_is_not_found(
    service: RunningService, client: ServiceClient, anna: ServiceClient
) -> None:
    mine = await anna.tunnels.create(new(service))
    bert = await signed_in(client, "bert")
    for doing in (
        bert.tunnels.delete(mine.id),
        bert.tunnels.update(mine.id, new(service)),
    ):
        with pytest.raises(NotFound):
            await doing
    assert mine in await anna.tunnels.list()


async def test_what_is_taken_is_named(
    service: RunningService, client: ServiceClient, anna: ServiceClient
) -> None:
    port, web = new(service), new_web(service)
    await anna.tunnels.create(port)
    await anna.tunnels.create(web)
    bert = await signed_in(client, "bert")
    taken: list[tuple[TunnelSpec, type[ServiceRefused], str]] = [
        (new(service, name=port.name), NameTaken, "name"),
        (new(service, remote_port=port.remote_port), PortTaken, "remote_port"),
        (new_web(service, domain=web.domain), DomainTaken, "domain"),
    ]
    for spec, kind, field in taken:
        with pytest.raises(kind) as caught:
            await bert.tunnels.create(spec)
        assert caught.value.field == field
        assert "占用" in caught.value.service_message
    assert await bert.tunnels.list() == []


async def test_what_a_node_does_not_carry_is_refused(
    service: RunningService, anna: ServiceClient
) -> None:
    refused = [
        (new(service, node="月球CN2"), NotFound, "node"),
        (new(service, remote_port=1), ServiceRefused, "remote_port"),
        (new(service, node=MEMBERS, remote_port=21011), ServiceRefused, "remote_port"),
        (new_web(service, node=MEMBERS), ServiceRefused, "node"),
        (
            new(service, node=MEMBERS, remote_port=21001, type=TunnelType.UDP),
            ServiceRefused,
            "node",
        ),
        (new(service, extra="[common]"), ServiceRefused, "extra"),
    ]
    for spec, kind, field in refused:
        with pytest.raises(kind) as caught:
            await anna.tunnels.create(spec, check=False)
        assert isinstance(caught.value, ServiceRefused)
        assert (type(caught.value), caught.value.field) == (kind, field)
        assert caught.value.service_message
        if kind is ServiceRefused and field != "extra":
            with pytest.raises(InvalidInput) as before:
                await anna.tunnels.create(spec)
            assert before.value.field == field


async def test_a_web_tunnel_without_a_domain_is_refused_before_it_is_sent(
    service: RunningService, anna: ServiceClient
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await anna.tunnels.create(new_web(service, domain=None))
    assert caught.value.field == "domain"


async def test_of_21_tunnels_an_account_for_16_gets_16(
    service: RunningService, client: ServiceClient
) -> None:
    full = await signed_in(client, "full")
    refusals: list[ApiError] = []
    for _ in range(21):
        try:
            await full.tunnels.create(new(service))
        except QuotaExceeded as refusal:
            refusals.append(refusal)
    assert len(refusals) == 5
    assert len(await full.tunnels.list()) == 16
    assert (await full.account.get()).tunnels_used == 16


async def test_the_services_log_holds_no_secret(
    service: RunningService, client: ServiceClient
) -> None:
    signed = await client.account.sign_in("anna", RIGHT)

    assert PASSWORD not in service.log
    assert signed.token.reveal() not in service.log


async def test_a_service_that_is_down_is_unreachable_and_comes_back(
    tmp_path: Path,
) -> None:
    async with (
        running_service(tmp_path, "--no-node") as service,
        ServiceClient(service.api_url) as client,
    ):
        assert await client.nodes.list(max_age_s=0) == []
        await service.stop()
        with pytest.raises(ServiceUnreachable):
            await client.nodes.list(max_age_s=0)
        await service.start()
        assert await client.nodes.list(max_age_s=0) == []
