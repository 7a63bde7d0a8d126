from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chmlfrp.control.protocol import TokenSignIn
from chmlfrp.local.paths import Home
from chmlfrp.model.secret import Secret
from support.stage import Stage


@pytest.fixture
async def empty_stage(home: Path) -> AsyncIterator[Stage]:
    """A stage without an account."""
    place = Home.below(home)
    place.prepare()
    stage = Stage(place)
    async with stage.service:
        yield stage


@pytest.fixture
async def stage(empty_stage: Stage) -> Stage:
    """A stage with somebody signed in."""
    await empty_stage.account.sign_in(TokenSignIn(token=Secret("pastedtoken")))
    empty_stage.asked.clear()
    empty_stage.told.clear()
    return empty_stage
