"""Ending a session, against a real frps and a real frpc that sends no heartbeats."""

import asyncio
from pathlib import Path

import pytest

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.node.kick import Place, kick
from support import by_hand
from support.frps import NODE_TOKEN, free_port, runnable, running_frps

pytestmark = pytest.mark.e2e


async def test_a_session_ends_with_its_connections_and_its_client_comes_back(
    tmp_path: Path,
) -> None:
    program, port = runnable("frps", tmp_path), free_port()
    async with running_frps(program, tmp_path) as node, by_hand.tcp_echo() as echo:
        text = (
            f"[common]\nserver_addr = 127.0.0.1\nserver_port = {node.port}\n"
            f"token = {NODE_TOKEN}\nuser = ada\n\n[web]\ntype = tcp\n"
            f"local_ip = 127.0.0.1\nlocal_port = {echo}\nremote_port = {port}\n"
        )
        async with by_hand.frpc_by_hand(text, tmp_path) as client:
            said = await client.says(r"get run id \[\w+\]")
            run_id = said.rpartition("[")[2].rstrip("]")
            await client.says(r"start proxy success")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
            place = Place(host="127.0.0.1", port=node.port, token=NODE_TOKEN)
            await kick(place, run_id=run_id, user="kick-1")
            async with asyncio.timeout(20):
                assert await reader.read() == b""
            writer.close()
            await client.says(r"start proxy success", times=2)
            assert await by_hand.through_tcp(port, b"again") == b"again"


async def test_a_wrong_token_or_a_closed_port_is_an_error(tmp_path: Path) -> None:
    program = runnable("frps", tmp_path)
    async with running_frps(program, tmp_path) as node:
        place = Place(host="127.0.0.1", port=node.port, token="wrong")
        with pytest.raises(SelfhostError, match="token in login doesn't match"):
            await kick(place, run_id="r", user="kick-1")
    with pytest.raises(SelfhostError, match="did not end a session"):
        await kick(place, run_id="r", user="kick-1")
