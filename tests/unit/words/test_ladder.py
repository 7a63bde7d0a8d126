import re
from typing import get_args, get_type_hints

import pytest

from chmlfrp.model.ladder import RUNGS, Core, Ladder, Record, Rung, Summary
from chmlfrp.model.reason import Code, Reason
from chmlfrp.words.ladder import RUNG_NAMES, STATES, SUMMARIES, explain, word_rung
from chmlfrp.words.language import Language, speaking
from support.scripted_daemon import CONNECTING, DOWN, UP, refused

CHINESE = re.compile("[\u4e00-\u9fff]")


def states_of(rung):
    (states,) = get_args(get_type_hints(Ladder)[rung])
    return states


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (SUMMARIES, Summary),
        (RUNG_NAMES, RUNGS),
        *((STATES[rung], states_of(rung)) for rung in RUNGS),
    ],
)
def test_every_word_is_there_in_both_languages(table, members):
    assert set(table) == set(members)
    for both in table.values():
        assert CHINESE.search(both.zh)
        assert both.en
        assert not CHINESE.search(both.en)


def test_states_of_equal_text_on_different_rungs_have_their_own_words():
    with speaking(Language.EN):
        assert word_rung("record", Record.UNKNOWN) == "not yet fetched from the service"
        assert word_rung("core", Core.WAITING) == "waiting to be started again"


def test_a_tunnel_that_is_up_needs_no_explanation():
    assert explain(UP, now=0) is None


def test_the_lowest_rung_that_is_not_well_is_explained():
    with speaking(Language.ZH):
        assert str(explain(CONNECTING, now=0)) == "节点连接：正在连接"
        assert str(explain(DOWN, now=0)) == "frpc 进程：没有运行"


def test_a_reason_comes_with_the_words_of_whoever_said_it_and_the_next_try():
    ladder = refused(Code.PORT_IN_USE, "port already used", until=130.2)
    with speaking(Language.ZH):
        found = explain(ladder, now=100)
        assert found is not None
        assert found.rung == "proxy"
        assert str(found) == (
            "远程端口被占用「port already used」；31 秒后重试；"
            "换一个端口：chmlfrp tunnel edit 隧道 --remote-port 端口"
        )
    with speaking(Language.EN):
        assert str(explain(ladder, now=100)) == (
            'the remote port is in use "port already used"; next try in 31 s; '
            "take another: chmlfrp tunnel edit TUNNEL --remote-port PORT"
        )


def test_a_try_that_is_due_is_not_in_the_past():
    waiting = Rung(Core.WAITING, Reason(Code.CORE_DIED), 50.0)
    found = explain(Ladder(record=Rung(Record.KNOWN), core=waiting), now=99)
    assert found is not None
    assert found.retry_in_s == 0
