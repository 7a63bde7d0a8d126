import time

from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.frpc.lines import LineSplitter, Masker, clean
from chmlfrp.model.secret import Secret

TOKEN = "tokencanary0123456789"


def split(*chunks: bytes, longest: int = 8192) -> list[str]:
    splitter = LineSplitter(longest)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + splitter.end()


def test_lines_come_whole_however_they_are_cut():
    assert split(b"on", b"e\ntw", b"o\n", b"three") == ["one", "two", "three"]


def test_letters_may_be_cut_in_the_middle():
    raw = "映射启动成功\n".encode()
    assert split(*(bytes([byte]) for byte in raw)) == ["映射启动成功"]


def test_a_colour_that_ends_on_the_next_line_leaves_no_trace():
    assert split(b"\x1b[1;34mone\n\x1b[0m\x1b[1;33mtwo\n\x1b[0m") == ["one", "two", ""]


def test_bytes_that_are_no_text_and_control_characters_do_no_harm():
    assert split(b"a\xff\x00b\r\n") == ["a\ufffdb"]
    assert clean("\x1b]0;title\x07 \u2028x") == "]0;title x"


def test_a_line_without_end_is_cut_before_its_last_word():
    lines = split(b"a b " + b"x" * 100 + b"\nnext\n", longest=20)
    assert lines == ["a b …", "next"]


def test_half_a_secret_never_survives_the_cut():
    for room in range(30):
        lines = split(f"said: {'.' * room}{TOKEN}".encode(), longest=40)
        assert TOKEN[:4] not in Masker([Secret(TOKEN)])(lines[0])


def test_memory_stays_bounded_under_a_line_of_megabytes():
    splitter = LineSplitter(100)
    for _ in range(1000):
        assert splitter.feed(b"x" * 10_000) == []
    assert len(splitter.feed(b"\n")[0]) <= 102


def test_secrets_are_masked_longest_first():
    mask = Masker([Secret("abcdefgh"), Secret("abcdefghij"), Secret("")])
    assert mask("[abcdefghij.web] abcdefgh") == "[***.web] ***"


def test_a_short_secret_is_masked_only_as_a_word():
    mask = Masker([Secret("to")])
    assert mask("login to server, token to.web") == "login *** server, token ***.web"


def test_without_secrets_nothing_changes():
    assert Masker()("as it was") == "as it was"


def test_a_masker_does_not_show_what_it_masks():
    assert TOKEN not in repr(Masker([Secret(TOKEN)]))


@given(st.lists(st.binary(max_size=60)))
def test_any_bytes_in_any_pieces_make_the_same_lines(chunks):
    assert split(*chunks) == split(b"".join(chunks))


def test_hostile_output_is_cleaned_in_linear_time():
    started = time.perf_counter()
    clean("\x1b[" + "1;" * 500_000)
    Masker([Secret("aaaaaaaab")])("a" * 1_000_000)
    assert time.perf_counter() - started < 3
