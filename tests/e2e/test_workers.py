"""Several processes answer for one service."""

import asyncio
import signal
from pathlib import Path

import httpx2
import psutil
import pytest

from support.service import running_service

pytestmark = pytest.mark.e2e


def workers_of(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [one for one in children if "spawn_main" in " ".join(one.cmdline())]


def is_replaced(one: psutil.Process, workers: list[psutil.Process]) -> bool:
    return one not in workers and len(workers) == 2


async def test_a_worker_that_dies_is_started_again_and_all_end_together(
    tmp_path: Path,
) -> None:
    options = ("--workers", "2", "--no-node")
    async with running_service(tmp_path / "s", *options, users=["anna"]) as service:
        before = workers_of(service.pid)
        assert len(before) == 2
        before[0].send_signal(signal.SIGKILL)
        async with asyncio.timeout(60):
            while not is_replaced(before[0], workers_of(service.pid)):  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(0.05)
        async with httpx2.AsyncClient(trust_env=False) as http:
            for _ in range(8):
                reply = await http.get(f"{service.api_url}/node")
                assert reply.status_code == 200
        after = workers_of(service.pid)
        assert await service.stop() == 0
    assert not any(one.is_running() for one in after)
