import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.cli.output import Paint, clean, out, out_json, out_table, table

STEERING = [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066)]


@given(st.text(st.sampled_from([*STEERING, "a", "隧"])))
def test_nothing_that_steers_a_terminal_passes(text):
    assert not set(clean(text)) & set(STEERING)


def test_what_was_hidden_is_shown():
    assert clean("a\x1b[31mb\n\tc\x9b\u202e") == "a\\x1b[31mb  c\\x9b\\u202e"


def test_a_line_from_outside_stays_one_line(capsys):
    out("name: ", "a\r\nb\x1b]0;evil\x07")
    assert capsys.readouterr().out == "name: a b\\x1b]0;evil\\x07\n"


def test_columns_line_up_with_chinese_in_them(capsys):
    rows = [["1", "网页", "x"], ["22", "web", Paint("y", "red")]]
    out_table(("ID", "名称", "S"), rows)
    assert capsys.readouterr().out.splitlines() == [
        "ID  名称  S",
        "1   网页  x",
        "22  web   y",
    ]


def test_letters_that_take_no_room_are_not_counted():
    assert table([["e\u0301", "x"], ["ab", "y"]])[0][1] == "   "


def test_no_rows_are_no_lines():
    assert table([]) == []


@pytest.mark.parametrize(
    ("environ", "painted"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    environ, painted, capsys, monkeypatch
):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    out(Paint("up", "green"))
    assert ("\x1b[" in capsys.readouterr().out) is painted


def test_colours_do_not_reach_a_pipe(capsys):
    out(Paint("up", "green"))
    assert capsys.readouterr().out == "up\n"


def test_json_says_the_same_and_steers_nothing(capsysbinary):
    out_json({"a": "\x1b\x9b\u202e\x7f隧"})
    raw = capsysbinary.readouterr().out
    assert raw == b'{"a":"\\u001b\\u009b\\u202e\\u007f\xe9\x9a\xa7"}\n'
