"""An application on a store of its own, asked in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.selfhost import InMemory, in_memory


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[InMemory]:
    async with in_memory(tmp_path / "data") as running:
        yield running
