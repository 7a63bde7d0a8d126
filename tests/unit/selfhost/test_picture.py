import pytest

from chmlfrp.selfhost.picture import PictureCheck
from chmlfrp.selfhost.settings import Pictures
from support.small_http import Asked, answering, reply

ANYWHERE = PictureCheck(Pictures(private_hosts=True))


async def test_a_link_that_answers_to_head_is_usable() -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> bytes:
        asked.append(one)
        return reply()

    async with answering(answer) as port:
        assert await ANYWHERE.is_usable(f"http://localhost:{port}/p.png?x=1")
    assert asked[0].line == "HEAD /p.png?x=1 HTTP/1.1"
    assert asked[0].headers["host"] == f"localhost:{port}"


async def test_a_link_that_says_no_is_not() -> None:
    async with answering(lambda _: reply("", "404 Not Found")) as port:
        assert not await ANYWHERE.is_usable(f"http://127.0.0.1:{port}/")
    assert not await ANYWHERE.is_usable("http://127.0.0.1:1/")


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def answer(one: Asked) -> bytes:
        asked.append(one.line)
        return reply("", "302 Found", "location: http://127.0.0.1:1/")

    async with answering(answer) as port:
        await ANYWHERE.is_usable(f"http://127.0.0.1:{port}/")
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1"])
async def test_addresses_of_this_network_are_never_asked(host: str) -> None:
    asked: list[str] = []

    def answer(one: Asked) -> bytes:
        asked.append(one.line)
        return reply()

    async with answering(answer) as port:
        assert not await PictureCheck(Pictures()).is_usable(f"http://{host}:{port}/")
    assert asked == []


@pytest.mark.parametrize(
    "link",
    [
        *(
            "",
            "x",
            "ftp://a.example/",
            "http://",
            "http://a:b@a.example/",
            "http://h:x/",
        ),
        *(
            "http://a.example/ b",
            "http://a.example/\n",
            "http://a.example/" + "x" * 250,
        ),
        *("javascript:alert(1)", "http://[::1/", "//a.example/"),
    ],
)
async def test_what_is_no_link_is_not_asked(link: str) -> None:
    assert not await ANYWHERE.is_usable(link)
    assert not await PictureCheck(Pictures(check=False)).is_usable(link)
