import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.private import unusable
from chmlfrp.model.node import NodeDetail, PortRange
from chmlfrp.model.rules import check_on_node
from chmlfrp.model.tunnel import SPEC_FIELDS, TunnelType
from chmlfrp.words.field import FIELDS
from chmlfrp.words.phrases import in_chinese
from support import tmodel

CHINESE = re.compile("[\u4e00-\u9fff]")
HTTP = {"type": TunnelType.HTTP, "remote_port": None, "domain": "a.example"}

BAD_FIELDS = [
    {"name": "a b"},
    {"node": ""},
    {"local_host": "a b"},
    {"local_port": 0},
    {"remote_port": 70000},
    {"remote_port": None},
    {"domain": "a.example"},
    HTTP | {"remote_port": 5},
    HTTP | {"domain": None},
    HTTP | {"domain": "a b"},
]
NODE = NodeDetail(id=1, name="北京", ports=PortRange(10000, 20000))


@pytest.mark.parametrize("fields", BAD_FIELDS)
def test_every_rule_of_a_tunnel_is_told_in_chinese(fields):
    with pytest.raises(InvalidInput) as caught:
        tmodel.spec(**fields).check()
    assert_chinese(caught.value)


@pytest.mark.parametrize("fields", [HTTP, {"type": TunnelType.UDP}, {"remote_port": 9}])
def test_every_rule_of_a_node_is_told_in_chinese(fields):
    with pytest.raises(InvalidInput) as caught:
        check_on_node(tmodel.spec(**fields), NODE)
    assert_chinese(caught.value)


def test_an_unusable_folder_is_told_in_chinese(tmp_path):
    assert in_chinese(unusable(tmp_path, "no room").message) == (
        f"无法使用 {tmp_path}：no room"
    )


def assert_chinese(error: ChmlFrpError):
    assert CHINESE.search(in_chinese(error.message)), error.message
    if error.hint:
        assert CHINESE.search(in_chinese(error.hint)), error.hint


def test_every_field_of_a_tunnel_has_a_name():
    assert set(SPEC_FIELDS) <= set(FIELDS)


@given(st.text())
def test_any_text_is_either_known_or_left_alone(text):
    assert isinstance(in_chinese(text), str)


def test_braces_in_a_fact_stay_as_they_are():
    assert in_chinese("the account has no tunnel {0}{x}") == "账户里没有隧道 {0}{x}"
