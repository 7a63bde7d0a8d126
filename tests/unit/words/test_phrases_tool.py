import re

import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.local import visit
from chmlfrp.words.phrases import in_chinese

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("check", "given"),
    [
        (visit.check_host, "a b"),
        (visit.web_address, "ftp://a"),
        (visit.host_and_port, "a"),
    ],
)
def test_what_a_tool_refuses_is_told_in_chinese(check, given):
    with pytest.raises(InvalidInput) as refused:
        check(given)
    assert CHINESE.search(in_chinese(refused.value.message))
    assert not refused.value.hint or CHINESE.search(in_chinese(refused.value.hint))
