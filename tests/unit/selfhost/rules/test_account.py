from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.rules.account import (
    FREE,
    GROUPS,
    check_new_account,
    check_title,
    group_of,
    is_email,
    is_member,
    is_name_allowed,
    is_password_allowed,
    is_qq,
    new_token,
)


@pytest.mark.parametrize(
    ("password", "allowed"),
    [
        ("abc12", False),
        ("abc123", True),
        ("abcdef", False),
        ("123456", False),
        ("abc-def", True),
        ("123 456", True),
        ("密码abc1", True),
        ("a1" * 24, True),
        ("a1" * 24 + "x", False),
    ],
)
def test_a_password_has_six_to_48_characters_of_two_kinds(
    password: str, allowed: bool
) -> None:
    assert is_password_allowed(password) is allowed


def test_groups_may_have_4_8_12_and_16_tunnels() -> None:
    assert [group.tunnels for group in GROUPS.values()] == [4, 8, 12, 16]
    assert [group.is_free for group in GROUPS.values()] == [True, False, False, False]


def test_a_group_that_is_gone_counts_as_free() -> None:
    assert group_of("no such group") == GROUPS[FREE]


def test_tokens_are_what_frps_takes_for_a_user_and_differ() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(token.isalnum() and len(token) == 32 for token in tokens)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a"),
        ("name", "12345678"),
        ("name", "a@b.c"),
        ("name", "a b"),
        ("password", "short"),
        ("group", "VIP"),
        ("email", "nobody"),
        ("qq", "12a45"),
    ],
)
def test_a_wrong_field_of_a_new_account_is_named(field: str, value: str) -> None:
    values = {"name": "ada", "password": "secret-1", "group": FREE}
    with pytest.raises(InvalidInput) as caught:
        check_new_account(**{"email": None, "qq": None, **values, field: value})
    assert caught.value.field == field


def test_a_chinese_name_will_do() -> None:
    check_new_account(
        name="小明", password="secret-1", group=FREE, email="a@b.cn", qq="10001"
    )


def test_a_limit_of_the_account_changes_nothing_else_of_its_group() -> None:
    assert group_of(FREE, tunnel_limit=None) == GROUPS[FREE]
    assert group_of(FREE, tunnel_limit=50) == GROUPS[FREE]._replace(tunnels=50)


@given(st.text(max_size=30))
def test_a_name_never_looks_like_something_else_that_signs_in(name: str) -> None:
    if is_name_allowed(name):
        assert 2 <= len(name) <= 20
        assert not is_qq(name)
        assert not is_email(name)


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [
        *[("ada", True), ("a/b#c&d+e-f@", True), ("a" * 20, True), ("12345a", True)],
        *[("a", False), ("a" * 21, False), ("12345", False), ("a b", False)],
        *[("a@b.cn", False), ("艾达", False), ("", False)],
    ],
)
def test_names_on_the_wire_are_of_the_documented_letters(
    name: str, is_allowed: bool
) -> None:
    assert is_name_allowed(name) is is_allowed


def test_a_membership_holds_through_its_last_day() -> None:
    assert is_member("2027-01-15", date(2027, 1, 15))
    assert not is_member("2027-01-15", date(2027, 1, 16))
    assert is_member("9999-09-09", date(2027, 1, 16))


@pytest.mark.parametrize("title", ["", " ", "x" * 101, "a\nb", "a\0"])
def test_a_title_is_one_line(title: str) -> None:
    with pytest.raises(InvalidInput):
        check_title(title, field="title")
