import asyncio
import subprocess
import sys
import threading

import httpx2
import pytest

import chmlfrp
from chmlfrp.sdk.waiting import Loop
from support.replies import TOKEN, sample


def test_the_package_is_cheap_to_import_and_knows_its_names() -> None:
    code = "import sys, chmlfrp; print(len([m for m in sys.modules if 'httpx' in m]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert done.stdout.strip() == b"0"
    assert all(getattr(chmlfrp, name) for name in chmlfrp.__all__)
    with pytest.raises(AttributeError):
        _ = chmlfrp.nothing


def test_calls_wait_for_their_answers_on_one_thread_that_ends() -> None:
    body = sample("tunnel_list_ok")
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body))
    before = threading.active_count()
    with chmlfrp.BlockingClient(
        "https://x.example", token=TOKEN, transport=transport
    ) as client:
        assert client.tunnels.list()
        assert client.with_token(TOKEN).tunnels.list()
        assert threading.active_count() >= before + 1
    assert not [t for t in threading.enumerate() if t.name == "chmlfrp"]
    with pytest.raises(RuntimeError, match="with block"):
        _ = client.tunnels


def test_a_blocking_call_on_its_own_loop_is_refused() -> None:
    loop = Loop()
    loop.start()
    try:

        async def inner() -> None:
            loop.run(asyncio.sleep(0))

        with pytest.raises(RuntimeError, match="on the loop"):
            loop.run(inner())
    finally:
        loop.close()
