"""A tunnel without a daemon: frpc is a child of this process."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from chmlfrp.api.client import ServiceClient
from chmlfrp.errors import (
    ConfigRejected,
    FrpcError,
    ServiceUnreachable,
    SignInRequired,
)
from chmlfrp.frpc import binary, events
from chmlfrp.frpc import config as frpc_config
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.log import parse_line
from chmlfrp.frpc.process import CoreProcess
from chmlfrp.local.files import read_private, write_private
from chmlfrp.local.paths import Home
from chmlfrp.local.secrets import open_secrets
from chmlfrp.local.settings import Settings, load
from chmlfrp.model.account import Account
from chmlfrp.model.node import NodeDetail
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.sdk.tunnel import OpenTunnel
from chmlfrp.sdk.want import Want, pick

ENV_TOKEN = "CHMLFRP_TOKEN"  # noqa: S105 - the name of a variable
STOP_GRACE_S = 3.0


@asynccontextmanager
async def opened(
    home: Home,
    wanted: Want,
    *,
    token: Secret | None,
    service: str | None,
    ready_s: float,
) -> AsyncIterator[OpenTunnel]:
    """Run frpc for a tunnel; delete the tunnel only if it was created here."""
    settings = (await asyncio.to_thread(load, home.settings_file)).settings
    url = service or settings.service.url
    token = token or await _token(home, url)
    program = await _program(home, settings)
    async with ServiceClient(url, token=token) as client:
        listed = await client.tunnels.list()
        found = next((t for t in listed if wanted.fits(t)), None)
        tunnel = found or await _create(client, wanted)
        try:
            node = await client.nodes.get(tunnel.node)
            config = await _config(client, tunnel)
            async with _running(program, config, tunnel, settings, ready_s):
                yield OpenTunnel(
                    address=address_of(tunnel, node),
                    tunnel=tunnel,
                    is_ours=found is None,
                )
        finally:
            if found is None:
                await client.tunnels.delete(tunnel.id, missing_ok=True)


async def _program(home: Home, settings: Settings) -> binary.FrpcBinary:
    path = settings.core.path
    return await binary.find(
        configured=Path(path) if path else None, managed_dir=home.cores_dir
    )


async def _token(home: Home, url: str) -> Secret:
    if given := os.environ.get(ENV_TOKEN):
        return Secret(given)
    raw = await asyncio.to_thread(read_private, home.session_file)
    if raw is not None:
        account = msgspec.json.decode(raw, type=Account)
        kept = await (await open_secrets(home)).get(url, str(account.id))
        if kept is not None:
            return kept
    raise SignInRequired(
        "there is no account to use",
        hint=f"chmlfrp login, or a token in {ENV_TOKEN}",
    )


async def _create(client: ServiceClient, wanted: Want) -> Tunnel:
    name = wanted.node or pick(await client.nodes.list()).name
    spec = wanted.spec(await client.nodes.get(name))
    return await client.tunnels.create(spec)


async def _config(client: ServiceClient, tunnel: Tunnel) -> FrpcConfig:
    text = await client.tunnels.config(tunnel.node, [tunnel.name])
    config = frpc_config.parse(text.reveal())
    if wrong := frpc_config.mismatches(config, tunnel.spec):
        raise ConfigRejected(
            f"the service's config differs from the tunnel in {', '.join(wrong)}",
            field=wrong[0],
        )
    return config


@asynccontextmanager
async def _running(
    program: binary.FrpcBinary,
    config: FrpcConfig,
    tunnel: Tunnel,
    settings: Settings,
    ready_s: float,
) -> AsyncIterator[None]:
    opening: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(line: str) -> None:
        event = parse_line(line)
        if opening.done():
            return
        if (error := _trouble(event)) is not None:
            opening.set_exception(error)
        elif isinstance(event, events.ProxyStarted) and event.name == tunnel.name:
            opening.set_result(None)

    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="chmlfrp-")
    try:
        path = Path(folder.name) / "frpc.ini"
        text = frpc_config.render(config, tls=settings.core.tls != "off")
        await asyncio.to_thread(write_private, path, text.encode())
        process = await CoreProcess.start(
            program, path, on_line=hear, secrets=(config.user, config.token)
        )
        try:
            await _opened_in_time(process, opening, ready_s)
            yield
        finally:
            if not opening.cancel() and not opening.cancelled():
                opening.exception()
            await process.stop(STOP_GRACE_S)
    finally:
        await asyncio.to_thread(folder.cleanup)


async def _opened_in_time(
    process: CoreProcess, opening: asyncio.Future[None], ready_s: float
) -> None:
    try:
        async with asyncio.timeout(ready_s), asyncio.TaskGroup() as group:
            end = group.create_task(process.wait())
            either: list[asyncio.Future[Any]] = [end, opening]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            is_over = end.done()
            end.cancel()
    except TimeoutError:
        raise FrpcError("frpc did not open the tunnel in time") from None
    if opening.done():
        opening.result()
    elif is_over:
        raise FrpcError(f"frpc ended with {process.returncode}")


def _trouble(event: events.LogEvent) -> Exception | None:
    match event:
        case events.LoginFailed() | events.ProxyFailed():
            return FrpcError(
                f"the node did not take the tunnel: {event.reason.code}",
                hint=event.text,
            )
        case events.GaveUp():
            return ServiceUnreachable("frpc could not sign in at the node")
    return None


def address_of(tunnel: Tunnel, node: NodeDetail) -> str:
    """Return what a visitor types."""
    if tunnel.type.is_web:
        is_http = tunnel.type.value == "http"
        port, usual = (node.http_port, 80) if is_http else (node.https_port, 443)
        return f"{tunnel.type}://{tunnel.domain}" + (
            "" if port == usual else f":{port}"
        )
    host = tunnel.node_host or node.host
    return f"{f'[{host}]' if ':' in host else host}:{tunnel.remote_port}"
