import re

import pytest

from chmlfrp.errors import InvalidInput
from chmlfrp.model import domain, identity
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.words.phrases import in_chinese

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("check", "given"),
    [
        (identity.check_name, "a b"),
        (identity.check_password, Secret("a")),
        (identity.check_email, "a"),
        (identity.check_qq, "a"),
        (identity.check_code, "a"),
        (identity.check_link, "a"),
        (domain.check_ttl, 1),
        (lambda given: domain.check_key(given, "a"), "a"),
        (lambda given: domain.check_key("a.cn", given), "a b"),
        (lambda given: domain.check_target(given, domain.RecordType.A), "a"),
        (lambda given: domain.check_target(given, domain.RecordType.SRV), "a"),
        (lambda given: TunnelOptions(group=given).check(), "a\nb"),
    ],
)
def test_every_rule_of_accounts_and_names_is_told_in_chinese(check, given):
    with pytest.raises(InvalidInput) as refused:
        check(given)
    error = refused.value
    assert CHINESE.search(in_chinese(error.message)), error.message
    assert not error.hint or CHINESE.search(in_chinese(error.hint)), error.hint
