import base64
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.inspect import InspectKeeper
from chmlfrp.guard.inspector import Inspector
from chmlfrp.model.tunnel import TunnelId

CANARY = "c4n4ry"
IMAGE = b"\x89PNG\xff\x00"
PARTS = b"--x\r\nContent-Disposition: form-data; name=f; filename=a.png\r\n"
PARTS += (
    b"Content-Type: image/png\r\n\r\n" + IMAGE + b"\r\n--x\r\nContent-Disposition: "
)
PARTS += b'form-data; name="password"\r\n\r\nc4n4ry\r\n--x--\r\n'
PACKED = b"\x0b\x02\x80c4n4ry\x03"
TUNNEL = TunnelId(1)


@pytest.fixture
def keeper() -> InspectKeeper:
    inspector = Inspector()
    watch = inspector.watch("203.0.113.7")
    watch.said(
        b"POST http://anna:c4n4ry@a.example/?sig=c4n4ry HTTP/1.1\r\nHost: a.example\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(PARTS), PARTS)
    )
    watch.answered(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: br\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(PACKED), PACKED)
    )
    watch.left()
    door = SimpleNamespace(inspector=inspector)
    return InspectKeeper(cast(Doors, SimpleNamespace(door=lambda _id: door)))


async def test_bodies_that_are_no_text_show_no_secret(keeper: InspectKeeper) -> None:
    found = await keeper.get(TUNNEL, 1)

    assert found.request.is_base64
    shown = base64.b64decode(found.request.body)
    assert shown == PARTS.replace(CANARY.encode(), b"***")
    assert found.view.target == "http://***@a.example/?sig=***"
    assert (found.answer.body, found.answer.is_base64) == ("***", False)


async def test_unmasked_they_are_whole(keeper: InspectKeeper) -> None:
    found = await keeper.get(TUNNEL, 1, is_masked=False)

    assert base64.b64decode(found.request.body) == PARTS
    assert base64.b64decode(found.answer.body) == PACKED


async def test_an_archive_shows_none_either(keeper: InspectKeeper) -> None:
    found: dict[str, Any] = await keeper.har(TUNNEL)

    assert CANARY not in json.dumps(found)
    assert base64.b64encode(CANARY.encode()).decode()[:6] not in json.dumps(found)
    (entry,) = found["log"]["entries"]
    assert entry["response"]["content"]["text"] == "***"
