"""A person approves a code in a browser, and the daemon goes on with access tokens."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from chmlfrp.control.protocol import SessionState
from chmlfrp.local.secrets import FileSecrets
from chmlfrp.model.ladder import Proxy
from support.oauth import PAGE, hidden
from support.service import PASSWORD, RunningService, running_service
from support.world import PATIENCE_S, Machine

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOGIN = (sys.executable, "-m", "chmlfrp", "login", "--device")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[RunningService]:
    """Yield a service whose access tokens last for seconds."""
    folder = tmp_path_factory.mktemp("service") / "data"
    folder.mkdir(mode=0o700)
    settings = "[oauth]\naccess_seconds = 4\ninterval = 1\n"
    (folder / "service.toml").write_text(settings, "utf-8")
    async with running_service(folder, users=["anna"]) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def token(service: RunningService) -> str:
    """Return anna's user token there."""
    return await service.token("anna")


async def approve(link: str) -> None:
    """Do what a person does on the page, in a browser."""
    origin = link.partition(PAGE)[0]
    async with httpx2.AsyncClient(
        base_url=origin, trust_env=False, timeout=30
    ) as browser:
        page = await browser.get(link)
        typed = {"step": "login", "username": "anna", "password": PASSWORD}
        page = await browser.post(PAGE, data={**hidden(page.text), **typed})
        done = await browser.post(PAGE, data={**hidden(page.text), "step": "approve"})
        assert done.status_code == 200


async def signed_in_by_code(machine: Machine) -> str:
    """Run the command to its end; return what it printed."""
    process = await asyncio.create_subprocess_exec(
        *LOGIN, stdout=PIPE, stderr=PIPE, env={**os.environ, **machine.environ}
    )
    assert process.stderr is not None
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        said = ""
        while (found := re.search(r"http\S+", said)) is None:
            line = await process.stderr.readline()
            assert line, said
            said += line.decode()
        await approve(found[0])
        printed = (await process.stdout.read()).decode()
        assert await process.wait() == 0, (await process.stderr.read()).decode()
    return printed


async def test_a_code_that_is_approved_signs_the_daemon_in_for_good(
    fresh: Machine, service: RunningService, token: str, echo: int
) -> None:
    client_id = (await service.command("client", "add", "Desk")).strip()
    fresh.wants(service={"client_id": client_id})
    await fresh.start()
    assert "signed in: anna" in await signed_in_by_code(fresh)
    snapshot = await fresh.client.snapshot()
    assert snapshot.session.state is SessionState.SIGNED_IN
    assert snapshot.session.account is not None
    number = snapshot.session.account.id

    url = service.api_url
    secrets = FileSecrets(fresh.home)
    kept = await secrets.get(url, f"{number} oauth")
    user = await secrets.get(url, str(number))
    assert kept is not None
    assert user is not None
    assert user.reveal() == token
    assert "refresh_token" in kept.reveal()

    async with asyncio.timeout(PATIENCE_S):
        while await secrets.get(url, f"{number} oauth") == kept:
            assert (await fresh.client.refresh()).trouble is None
            await asyncio.sleep(0.2)

    await fresh.stop()
    await fresh.start()
    session = await fresh.client.refresh()
    assert (session.state, session.trouble) == (SessionState.SIGNED_IN, None)
    tunnel = await fresh.create(local_port=echo)
    await fresh.until(
        lambda seen: seen.tunnels[tunnel.id].ladder.proxy.state is Proxy.OPEN,
        "the tunnel is open with the user token that came with the sign-in",
    )
    for line in fresh.log.splitlines():
        assert token not in line

    await fresh.client.sign_out()
    assert await secrets.get(url, f"{number} oauth") is None


async def test_without_a_client_id_the_way_out_is_told(fresh: Machine) -> None:
    done = await fresh.cli("login", "--device")
    assert done.code == 2
    assert "client_id" in done.err
    assert "settings.toml" in done.err
