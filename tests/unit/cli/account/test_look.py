import msgspec
import pytest

from chmlfrp.cli.account.look import size
from chmlfrp.control.account import AttendanceView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.account import Attendance
from chmlfrp.model.message import Message, MessagePage
from chmlfrp.model.traffic import DayTraffic, TunnelTraffic
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


def test_the_week_of_the_account_is_shown(cli, serve):
    days = [DayTraffic(day="11-22", in_bytes=2048), DayTraffic(day="11-23")]
    serve(ScriptedDaemon()).account.days = days
    assert cli("account", "traffic").lines[1].split() == [
        "11-22",
        "2.0",
        "KiB",
        "0",
        "B",
    ]
    assert cli("account", "traffic", "--json").json == msgspec.to_builtins(days)


def test_the_week_of_a_tunnel_is_asked_by_its_name(cli, serve):
    daemon = serve(ScriptedDaemon(TunnelView(id=3, name="web")))
    daemon.account.tunnel_days = TunnelTraffic(in_bytes=(1, 2), out_bytes=(3, 4))
    done = cli("account", "traffic", "web")
    assert [line.split() for line in done.lines[1:]] == [
        ["1", "1", "B", "3", "B"],
        ["0", "2", "B", "4", "B"],
    ]
    assert daemon.asked_for("account.tunnel_week") == [3]


def test_messages_are_shown_a_page_at_a_time(cli, serve):
    daemon = serve(ScriptedDaemon())
    daemon.account.message_page = MessagePage(
        messages=(Message(id=1, title="维护", text="周日\n停机"),), pages=3
    )
    done = cli("account", "messages", "--page", "2")
    assert done.lines[:3] == ["  维护".strip(), "  周日", "  停机"]
    assert "第 2/3 页" in done.err
    assert daemon.asked_for("account.messages") == [(2, 10)]
    assert cli("account", "messages", "--json").json["messages"][0]["title"] == "维护"


def test_a_visit_that_is_open_is_told_with_its_page(cli, serve):
    view = AttendanceView(attendance=Attendance(times=5), page="https://p.example")
    serve(ScriptedDaemon()).account.attendance_view = view
    done = cli("account", "attendance")
    assert "https://p.example" in done.err
    assert cli("account", "attendance", "--json").json["attendance"]["times"] == 5
