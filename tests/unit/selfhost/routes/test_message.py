from chmlfrp.selfhost.store import message
from support.selfhost import InMemory


async def send(service: InMemory, title: str, user_id: int | None = None) -> None:
    async with service.context.database.write() as session:
        await message.add(
            session,
            user_id=user_id,
            title=title,
            content=f"text of {title} 100%",
            priority=2 if user_id else 1,
            now_ms=1_800_000_000_000,
        )


async def test_everyone_reads_what_is_for_everyone_and_their_own(
    service: InMemory,
) -> None:
    ada, bob = await service.user("ada"), await service.user("bob")
    await send(service, "hello")
    await send(service, "secret", ada.id)
    lines = (await service.call("/messages", token=ada.token))["data"]
    assert lines == [
        {
            "id": 2,
            "userid": ada.id,
            "content": "text of secret 100%",
            "quanti": "no",
            "time": "2027-01-15T08:00:00.000+00:00",
        },
        {**lines[1], "id": 1, "userid": 0, "quanti": "yes"},
    ]
    assert len((await service.call("/messages", token=bob.token))["data"]) == 1
    refused = await service.refused("/message/detail", token=bob.token, id=2)
    assert refused == (404, "消息不存在")
    detail = await service.call("/message/detail", token=ada.token, id="2")
    assert (detail["data"]["title"], detail["data"]["targetUsers"]) == ("secret", "[1]")


async def test_pages_are_counted_and_searched(service: InMemory) -> None:
    ada = await service.user("ada")
    for number in range(5):
        await send(service, f"number {number}", ada.id if number % 2 else None)
    ask = {"token": ada.token, "size": 2}
    data = (await service.call("/message/list", **ask, page=3))["data"]
    assert [one["title"] for one in data["messages"]] == ["number 0"]
    assert (data["total"], data["totalPages"], data["page"]) == (5, 3, 3)
    data = (await service.call("/message/list", **ask, priority=2))["data"]
    assert data["total"] == 2
    data = (await service.call("/message/search", **ask, keyword="NUMBER 3"))["data"]
    assert (data["total"], data["keyword"]) == (1, "NUMBER 3")
    data = (await service.call("/message/search", **ask, keyword="1%0"))["data"]
    assert data["messages"] == []


async def test_a_page_out_of_range_is_refused(service: InMemory) -> None:
    token = (await service.user("ada")).token
    for params in ({"page": 0}, {"size": 101}, {"size": 0}, {"page": "x"}):
        assert (await service.refused("/message/list", token=token, **params))[0] == 400
