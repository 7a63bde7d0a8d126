import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.api.lax import Row, flag, rows
from chmlfrp.errors import ServiceGarbled

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def row(**fields: object) -> Row:
    return Row(fields, "thing")


@pytest.mark.parametrize("value", [True, "true", "TRUE", "yes", " Yes ", 1, "1"])
def test_every_dialect_of_yes_is_true(value: object) -> None:
    assert row(web=value).flag("web") is True


@pytest.mark.parametrize("value", [False, "false", "no", "No", 0, "0", "null"])
def test_every_dialect_of_no_is_false(value: object) -> None:
    assert row(web=value).flag("web") is False


@pytest.mark.parametrize("value", ["maybe", 2, [], {}, 1.5])
def test_a_flag_that_is_neither_is_garbled(value: object) -> None:
    with pytest.raises(ServiceGarbled, match="thing, field web: expected a yes or no"):
        row(web=value).flag("web")


@pytest.mark.parametrize(
    ("value", "expected"), [(7, 7), ("7", 7), (" -7 ", -7), (7.9, 7), ("12.0", 12)]
)
def test_numbers_come_as_strings_too(value: object, expected: int) -> None:
    assert row(n=value).whole("n") == expected


@pytest.mark.parametrize(
    "value",
    ["seven", "0x7", "1_000", True, [], {}, math.inf, math.nan, 2**63, "9" * 30],
)
def test_what_is_no_number_is_garbled(value: object) -> None:
    with pytest.raises(ServiceGarbled, match="field n: expected a number"):
        row(n=value).whole("n")
    with pytest.raises(ServiceGarbled, match="field n: expected a number"):
        row(n=value).real("n")


@pytest.mark.parametrize("fields", [{}, {"n": None}, {"n": ""}])
def test_absent_null_and_empty_take_the_default(fields: dict[str, object]) -> None:
    thing = Row(fields, "thing")

    assert thing.whole("n", default=3) == 3
    assert thing.real("n", default=0.5) == 0.5
    assert thing.text("n", default="x") == "x"
    assert thing.flag("n", default=True) is True
    for read in (thing.whole, thing.real, thing.text, thing.flag):
        with pytest.raises(ServiceGarbled, match="got nothing"):
            read("n")


def test_zero_and_false_are_not_absent() -> None:
    assert row(n=0).whole("n", default=3) == 0
    assert row(n=False).flag("n", default=True) is False


def test_the_first_field_with_a_value_counts() -> None:
    assert row(old=None, new=5).whole("old", "new") == 5


def test_a_text_may_come_as_a_number_but_not_as_a_list() -> None:
    assert row(qq=242).text("qq") == "242"
    with pytest.raises(ServiceGarbled, match="expected a text, got a list"):
        row(qq=["CanaryToken"]).text("qq")


def test_the_error_names_the_type_and_never_the_value() -> None:
    with pytest.raises(ServiceGarbled) as caught:
        row(n="CanaryToken").whole("n")

    assert "Canary" not in caught.value.message


def test_a_null_list_is_empty_and_an_object_is_no_list() -> None:
    assert rows(None, "thing") == []
    with pytest.raises(ServiceGarbled, match="thing list: expected a list"):
        rows({}, "thing")
    with pytest.raises(ServiceGarbled, match="thing: expected an object"):
        rows([1], "thing")


@given(json_values)
def test_readers_return_their_type_or_are_garbled(value: Any) -> None:
    thing = row(n=value)
    flag(value)
    for read, kind in (
        (thing.whole, int),
        (thing.real, float),
        (thing.text, str),
        (thing.flag, bool),
    ):
        with contextlib.suppress(ServiceGarbled):
            assert isinstance(read("n"), kind)
