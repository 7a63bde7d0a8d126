import socket

import pytest

from chmlfrp.local import visit
from chmlfrp.model.latency import LatencyTrouble


def answering(monkeypatch, name, answer):
    async def answered(*_, **__):
        return answer

    monkeypatch.setattr(f"chmlfrp.local.visit.{name}", answered)


def test_a_port_is_connected_to(cli):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = cli("tool", "tcp", f"127.0.0.1:{port}", "--count", "2")
        assert (done.code, len(done.lines)) == (0, 2)
    gone = cli("tool", "tcp", f"127.0.0.1:{port}", "--count", "1", "--json")
    assert (gone.code, gone.json[0]["trouble"]) == (1, "refused")


@pytest.mark.parametrize("address", ["a", "a:0", "a:x", ":1", "-a:1"])
def test_what_is_no_address_is_refused(cli, address):
    assert cli("tool", "tcp", "--", address).code == 2


def test_lost_echoes_are_counted(cli, monkeypatch):
    answering(monkeypatch, "ping", visit.Pinged(host="x", sent=4, ms=(12.0,)))
    done = cli("tool", "ping", "x")
    assert (done.code, done.lines, done.err) == (0, ["12 ms"], "4 次，丢失 3\n")
    answering(monkeypatch, "ping", visit.Pinged(host="x", sent=4))
    assert cli("tool", "ping", "x", "--json").code == 1


def test_a_page_is_asked_for(cli, monkeypatch):
    good = visit.HttpAnswer(
        url="http://a", ms=12.0, status=301, version="HTTP/1.1", location="https://a"
    )
    answering(monkeypatch, "http", good)
    assert cli("tool", "http", "a").lines == ["HTTP/1.1 301  12 ms", "-> https://a"]
    bad = visit.HttpAnswer(url="http://a", ms=1.0, trouble=LatencyTrouble.TLS)
    answering(monkeypatch, "http", bad)
    done = cli("tool", "http", "a")
    assert (done.code, "证书" in done.err) == (1, True)
    assert cli("tool", "http", "a", "--json").json["trouble"] == "tls"


def test_a_game_server_is_shown(cli, monkeypatch):
    found = visit.GameAnswer(address="a", ms=3.0, version="1.21", text="家")
    answering(monkeypatch, "minecraft", found)
    assert cli("tool", "minecraft", "a").lines[0] == "介绍  家"
    assert cli("tool", "minecraft", "a", "--json").json["version"] == "1.21"
