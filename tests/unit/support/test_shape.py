"""What counts as another shape, and what does not."""

import pytest

from support.shape import differences, order

SAMPLE = {"code": 1, "data": [{"id": 1, "ip": None}, {"id": "2", "ip": "x", "n": 1}]}


@pytest.mark.parametrize(
    ("mine", "found"),
    [
        ({"code": 2, "data": [{"id": 5, "ip": None}]}, set()),
        ({"code": 2, "data": [{"id": "5", "ip": "y", "n": 2}]}, set()),
        ({"code": True, "data": [{"id": 5, "ip": None}]}, {"code: bool for int"}),
        ({"code": 1.5, "data": [{"id": 5, "ip": None}]}, {"code: float for int"}),
        ({"code": 1, "data": []}, {"data[]: missing"}),
        ({"code": 1, "data": None}, {"data: null for list"}),
        ({"code": 1}, {"data: missing"}),
        ({"code": 1, "data": [{"id": 5}]}, {"data[].ip: missing"}),
        (
            {"code": 1, "data": [{"id": 5, "ip": 1}]},
            {"data[].ip: int for null and text"},
        ),
        (
            {"code": 1, "data": [{"id": 5, "ip": None, "z": {}}], "y": 1},
            {"data[].z: added", "y: added"},
        ),
    ],
)
def test_differences_are_named_by_their_path(mine: object, found: set[str]) -> None:
    assert differences(mine, SAMPLE) == found


def test_an_empty_list_must_stay_empty() -> None:
    assert differences({"data": [1]}, {"data": []}) == {"data[]: added"}


def test_names_as_keys_are_values() -> None:
    def reply(name: str) -> object:
        return {"data": {"results": {name: "done"}}}

    assert differences(reply("east"), reply("west")) == set()


def test_order_is_told_of_every_object() -> None:
    assert order({"a": [{"c": 1, "b": 2}]}) == {"": ["a"], ".a[]": ["c", "b"]}
