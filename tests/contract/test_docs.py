"""The examples in docs/sdk do what they show, against the service's application."""

import ast
import re
import types
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chmlfrp.api import client as sdk
from chmlfrp.model.secret import Secret
from chmlfrp.selfhost.app import create_app
from chmlfrp.selfhost.store import domain, message
from chmlfrp.selfhost.store.nodemodels import FreeDomain
from support.people import Postman
from support.selfhost import PASSWORD, InMemory, in_memory

PAGES = Path(__file__).parents[2] / "docs" / "sdk"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
URL = "http://127.0.0.1"
WITHOUT_EXAMPLES = {"endpoints"}


def blocks(page: Path) -> list[str]:
    """Return the examples of a page, each at the line where the page has it."""
    text = page.read_text("utf-8")
    return [
        "\n" * text.count("\n", 0, match.start(1)) + match[1]
        for match in BLOCK.finditer(text)
    ]


async def furnished(service: InMemory) -> str:
    """Make what the pages speak of, and return the token of their person."""
    ada = await service.user("ada")
    await service.node("home")
    async with service.context.database.write() as session:
        await domain.offer(session, FreeDomain(domain="example.cn"))
        await message.add(
            session,
            user_id=None,
            title="Rest",
            content="Node home rests tonight.",
            priority=1,
            now_ms=service.context.now_ms,
        )
    return ada.token


async def run(source: str, page: Path, names: dict[str, Any]) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(source, str(page), "exec", flags=flags)
    result = types.FunctionType(code, names)()
    if result is not None:
        await result


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
async def test_the_examples_of_a_page_do_what_they_show(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Postman()
    async with in_memory(tmp_path / "data", mailer=post) as service:
        token = await furnished(service)
        transport = httpx2.ASGITransport(create_app(service.context))

        def connect(url: str, **options: Any) -> sdk.ServiceClient:
            return client_class(url, transport=transport, **options)

        client_class = sdk.ServiceClient
        monkeypatch.setattr(sdk, "ServiceClient", connect)
        async with connect(URL, token=Secret(token)) as client:
            names = {
                "client": client,
                "URL": URL,
                "NAME": "ada",
                "TOKEN": token,
                "PASSWORD": PASSWORD,
                "read_mail": post.code,
            }
            for source in blocks(page):
                await run(source, page, names)


def test_every_page_but_the_table_has_an_example() -> None:
    without = {page.stem for page in PAGES.glob("*.md") if not blocks(page)}
    assert without == WITHOUT_EXAMPLES


def test_the_index_names_every_page() -> None:
    index = (PAGES / "index.md").read_text("utf-8")
    pages = {page.name for page in PAGES.glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\]\((\w+\.md)\)", index)) == pages
