"""What becomes of a node whose frps will not run; scripts stand in for it."""

import asyncio
from pathlib import Path

import pytest

from chmlfrp.selfhost.desk import LocalDesk
from chmlfrp.selfhost.node import agent as module
from chmlfrp.selfhost.node.agent import Agent, AgentSettings
from chmlfrp.selfhost.node.ports import choose
from support.guards import LogWatch
from support.selfhost import InMemory

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_S", (0.01,))
    monkeypatch.setattr(module, "FIRST_ANSWER_S", 0.1)


async def tried(service: InMemory, folder: Path, script: str) -> Agent:
    """Run an agent with this frps until it is decided; return it."""
    program = folder / "frps"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    used: set[int] = set()
    for _ in range(4):
        used.add(choose("127.0.0.1", avoid=used))
    names = ("port", "http_port", "https_port", "dashboard_port")
    node = await service.node(is_online=False, **dict(zip(names, used, strict=True)))
    settings = AgentSettings(frps=program, folder=folder / "nodes")
    agent = Agent(node.name, LocalDesk(service.context.database, node.id), settings)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(30):
        running = tasks.create_task(agent.run())
        await agent.decided.wait()
        running.cancel()
    return agent


async def test_an_frps_that_ends_at_once_is_quoted_without_secrets(
    service: InMemory, tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("frps ended with code 1: token .* of a user is wrong")
    token = "Canary" * 6
    agent = await tried(
        service, tmp_path, f"echo token {token} of a user is wrong; exit 1"
    )
    assert agent.trouble is not None
    assert agent.trouble.message == (
        "frps ended with code 1: token *** of a user is wrong"
    )
    assert not agent.online.is_set()


async def test_an_frps_that_never_answers_is_given_up_and_ended(
    service: InMemory, tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("dashboard gave no answer")
    agent = await tried(service, tmp_path, "exec sleep 60")
    assert agent.trouble is not None
    assert "no answer" in agent.trouble.message


async def test_an_frps_that_floods_its_output_is_read_on(
    service: InMemory, tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("frps ended with code 3: last")
    script = "head -c 3000000 /dev/zero; echo; echo last; exit 3"
    agent = await tried(service, tmp_path, script)
    assert agent.trouble is not None


async def test_a_program_that_is_missing_is_trouble_not_a_crash(
    service: InMemory, tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("frps ended with code")
    agent = await tried(service, tmp_path, "exec /no/such/program")
    assert agent.trouble is not None
