"""Both stores: a test that asks for `store_url` runs on each."""

import pytest

from support.postgres import Postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty PostgreSQL database, or nothing for a file."""
    if request.param == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("database_server")
    return server.new()
