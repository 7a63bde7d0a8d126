import msgspec
import pytest

from chmlfrp.control.protocol import (
    Change,
    EditTunnel,
    Frame,
    PasswordSignIn,
    SignIn,
    Snapshot,
    TokenSignIn,
    TunnelView,
    apply,
    decode,
    differences,
    encode,
)
from chmlfrp.model.ladder import Summary
from chmlfrp.model.secret import Secret
from support import tmodel
from support.scripted_daemon import IN, OUT, UP, ScriptedDaemon

START = ScriptedDaemon(TunnelView(id=1), TunnelView(id=2), session=OUT).snapshot()


def test_a_change_replaces_adds_and_removes():
    change = Change(seq=1, now=5.0, tunnels={1: None, 3: TunnelView(id=3)}, session=IN)
    after = apply(START, change)
    assert set(after.tunnels) == {2, 3}
    assert (after.seq, after.now, after.session) == (1, 5.0, IN)
    assert set(START.tunnels) == {1, 2}


def test_a_change_without_a_session_leaves_it():
    after = apply(START, Change(seq=1, now=1.0))
    assert after.session == OUT


@pytest.mark.parametrize(
    "frame",
    [
        START,
        Change(seq=3, now=1.0, tunnels={1: None, 2: TunnelView(id=2, ladder=UP)}),
        Change(seq=3, now=1.0, session=IN),
    ],
)
def test_a_frame_travels_unharmed(frame):
    assert decode(Frame, encode(frame)) == frame


def test_fields_of_a_newer_side_are_ignored():
    raw = msgspec.json.decode(encode(START)) | {"moon": "full"}
    assert decode(Snapshot, msgspec.json.encode(raw)) == START


@pytest.mark.parametrize(
    "command",
    [
        PasswordSignIn(name="bob", password=Secret("c4nary")),
        TokenSignIn(token=Secret("c4nary")),
    ],
)
def test_a_secret_travels_in_its_command_and_shows_nowhere_else(command):
    assert decode(SignIn, encode(command)) == command
    assert "c4nary" not in repr(command)
    with pytest.raises(TypeError):
        msgspec.json.encode(command)


def test_an_edit_sends_only_what_is_set():
    assert encode(EditTunnel(local_port=5, domain=None)) == (
        b'{"local_port":5,"domain":null}'
    )
    assert decode(EditTunnel, b'{"domain":null}').domain is None
    assert decode(EditTunnel, b"{}").domain is msgspec.UNSET


def test_differences_come_in_the_order_of_the_fields():
    before = tmodel.spec(name="a", local_port=1)
    after = tmodel.spec(name="b", local_port=2)
    found = [(d.field, d.before, d.after) for d in differences(before, after)]
    assert found == [("name", "a", "b"), ("local_port", 1, 2)]
    assert differences(before, before) == ()


def test_a_view_sums_up_its_ladder():
    assert TunnelView(id=1).summary is Summary.STOPPED
    assert TunnelView(id=1, wanted=True, ladder=UP).summary is Summary.UP
