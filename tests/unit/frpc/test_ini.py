import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import ConfigRejected
from chmlfrp.frpc import ini


def test_sections_and_keys_come_in_their_order_with_their_lines():
    sections = ini.read("\ufeff[b]\r\n; note\r\nx = 1\r\ny=a=b\r\n\r\n[中文]\r\nz : 2")
    assert [s.name for s in sections] == ["b", "中文"]
    assert sections[0].entries == {"x": ini.Entry("1", 3), "y": ini.Entry("a=b", 4)}
    assert sections[1].entries == {"z": ini.Entry("2", 7)}


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        ("a = 1", "common", 1),
        ("[a]\n[a]", "name", 2),
        ("[a]\nx = 1\nx = 2", "x", 3),
        ("[a\nx = 1", "name", 1),
        ("[]", "name", 1),
        ("[a]\nword", "key", 2),
        ("[a]\n= 1", "key", 2),
        ("[a]\nwörd = 1", "key", 2),
        ("[a]\nx = {{ .Envs.HOME }}", "x", 2),
        ("[a]\nx = a\x00b", "x", 2),
        ("[a]\nx = a\rb", "x", 2),
        ("[a]\nx = [b]", "x", 2),
        ("[a]\nx = %(y)s", "x", 2),
        ("[a]\nx = `b", "x", 2),
        ('[a]\nx = """b', "x", 2),
        ("[a]\nx = b\\", "x", 2),
    ],
)
def test_what_frpc_would_read_in_another_way_is_refused(text, field, line):
    with pytest.raises(ConfigRejected) as refused:
        ini.read(text)
    assert refused.value.field == field
    assert f"line {line}:" in refused.value.message


def test_a_refusal_never_shows_the_value():
    with pytest.raises(ConfigRejected) as refused:
        ini.read("[common]\nuser = canary{{")
    assert "canary" not in repr(refused.value) + refused.value.message
    assert "canary" not in repr(ini.read("[common]\nuser = canary"))


@pytest.mark.parametrize("value", ["a\nb = c", "a\r", "\x00", " a", "a ", "{{", "a]"])
def test_a_value_that_would_break_out_is_not_written(value):
    with pytest.raises(ConfigRejected) as refused:
        ini.write([("a", [("key_x", value)])])
    assert refused.value.field == "key_x"


@given(st.text())
def test_reading_raises_nothing_but_its_own_error(text):
    try:
        ini.read(text)
    except ConfigRejected:
        return


_KEYS = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)


@given(st.dictionaries(st.text(min_size=1), st.dictionaries(_KEYS, st.text())))
def test_what_was_written_reads_back_as_it_was(wanted):
    try:
        text = ini.write((name, keys.items()) for name, keys in wanted.items())
    except ConfigRejected:
        return
    found = {s.name: {k: e.value for k, e in s.entries.items()} for s in ini.read(text)}
    assert found == wanted
