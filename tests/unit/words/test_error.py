import re

import pytest

from chmlfrp import errors
from chmlfrp.errors import ChmlFrpError, HomeUnusable, InvalidInput, PortTaken
from chmlfrp.words.error import ERRORS, word_error
from chmlfrp.words.language import Language, speaking

CHINESE = re.compile("[\u4e00-\u9fff]")


def kinds(kind=ChmlFrpError):
    public = (c for c in kind.__subclasses__() if not c.__name__.startswith("_"))
    return [kind, *(k for child in public for k in kinds(child))]


CODES = sorted({kind.code for kind in kinds() if kind.__module__ == errors.__name__})


@pytest.mark.parametrize("code", CODES)
def test_every_error_is_worded_in_both_languages(code):
    what, do = ERRORS[code]
    assert CHINESE.search(what.zh)
    assert what.en
    assert bool(do.zh) == bool(do.en)
    assert not CHINESE.search(what.en + do.en)


def test_what_the_service_said_stands_beside_our_words():
    error = PortTaken("the port is in use on that node", service_message="端口已被占用")
    with speaking(Language.ZH):
        words = word_error(error)
    assert (words.what, words.said) == ("远程端口已被占用", "端口已被占用")
    assert words.do == "换一个端口，或不写端口，由程序挑选"


def test_a_known_fact_is_told_in_chinese():
    error = InvalidInput(
        "remote port 99 is outside of what node 日本 lends",
        hint="take a port of 10000-20000",
        field="remote_port",
    )
    with speaking(Language.ZH):
        words = word_error(error)
    assert words.what == "远程端口 99 不在节点 日本 开放的范围内"
    assert words.do == "用 10000-20000 之间的端口"


def test_an_unknown_fact_is_shown_as_it_is_and_never_lost():
    with speaking(Language.ZH):
        words = word_error(InvalidInput("moon is full", field="local_port"))
        assert words.what == "输入有误（本地端口）：moon is full"
        home = word_error(HomeUnusable("", hint="mend it"))
    assert home.what == "存放数据的文件夹无法使用"
    assert home.do == "让它归你所有并可写，或用 CHMLFRP_HOME 换一个位置"


def test_english_keeps_the_error_s_own_words():
    with speaking(Language.EN):
        words = word_error(PortTaken("port 1 is taken"))
        assert (words.what, words.do) == (
            "port 1 is taken",
            "take another, or leave it out to have one chosen",
        )
        assert (
            word_error(PortTaken("")).what == "the remote port is in use on that node"
        )
