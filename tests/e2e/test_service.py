"""The service as a person starts it."""

from pathlib import Path

import pytest

from support.service import running_service

pytestmark = pytest.mark.e2e


async def test_a_folder_named_from_here_is_found_by_the_node_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running_service(Path("service")) as service:
        reply = await service.call("/node_stats")
    assert [node["state"] for node in reply["data"]] == ["online"]
    assert (tmp_path / "service" / "service.db").exists()
