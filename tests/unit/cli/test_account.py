import msgspec
import pytest

from chmlfrp.cli.account import size
from support.scripted_daemon import ALICE, IN, OUT, ScriptedDaemon


def test_the_account_is_shown(cli, serve):
    account = msgspec.structs.replace(
        ALICE, member_until="9999-09-09", bandwidth_mbps=8, uploaded_bytes=3 << 30
    )
    serve(ScriptedDaemon(session=msgspec.structs.replace(IN, account=account)))
    done = cli("account", "show")
    assert (done.code, done.err) == (0, "")
    assert "用户名    alice" in done.lines
    assert "会员到期  永久" in done.lines
    assert "上传      3.0 GiB" in done.lines
    assert cli("account", "show", "--json").json == msgspec.to_builtins(account)


def test_nobody_signed_in_asks_for_it(cli, serve):
    serve(ScriptedDaemon(session=OUT))
    done = cli("account", "show", "--json")
    assert (done.code, done.out) == (4, "")
    assert done.err == "错误：尚未登录\n办法：chmlfrp login\n"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 40, "5.0 TiB")],
)
def test_sizes_are_for_people(count, text):
    assert size(count) == text
