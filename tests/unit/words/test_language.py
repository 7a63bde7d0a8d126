import pytest

from chmlfrp.words.language import Both, Language, chosen_by, language, say, speaking


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Language.ZH),
        ({"LANG": "C.UTF-8"}, Language.ZH),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, Language.EN),
        ({"LANG": "de_DE.UTF-8"}, Language.ZH),
        ({"LANG": "en_US", "CHMLFRP_LANG": "zh"}, Language.ZH),
        ({"LANG": "zh_CN", "CHMLFRP_LANG": " EN "}, Language.EN),
        ({"LANG": "en_US", "CHMLFRP_LANG": "klingon"}, Language.EN),
        ({"LC_ALL": "", "LANG": "en_US"}, Language.EN),
    ],
)
def test_the_environment_chooses_and_chinese_comes_first(environ, expected):
    assert chosen_by(environ) is expected


def test_a_text_is_said_in_the_language_spoken():
    with speaking(Language.EN):
        assert say("是", "yes") == str(Both("是", "yes")) == "yes"
        with speaking(Language.ZH):
            assert say("是", "yes") == "是"
        assert language() is Language.EN
