"""Every sentence that can be raised has a Chinese one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chmlfrp.selfhost
from chmlfrp.selfhost.commands.phrases import PHRASES, in_chinese

ROOM = Path(chmlfrp.selfhost.__path__[0])
ERRORS = ("SelfhostError", "InvalidInput", "HomeUnusable")
FIELDS = ("name", "email", "qq")


def as_text(node: ast.expr) -> str:
    """Return the text that the expression makes, with 7 for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(as_text(part) for part in parts)
        case ast.FormattedValue(value=ast.Name(id="field")):
            return "name"
        case ast.BinOp(left=left, right=right):
            return as_text(left) + as_text(right)
        case _:
            return "7"


def raised() -> Iterator[str]:
    """Yield every message and hint of the room, with 7 for what is filled in."""
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ERRORS:
                yield as_text(node.args[0])
                yield from (
                    as_text(word.value) for word in node.keywords if word.arg == "hint"
                )


def test_every_message_and_hint_has_a_chinese_one() -> None:
    found = list(raised())
    assert len(found) > 40
    assert [text for text in found if in_chinese(text) == text] == []


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_that_can_be_taken_has_a_name(field: str) -> None:
    text = f"another account has this {field} already"
    assert in_chinese(text) != text


def test_every_chinese_sentence_uses_the_facts_of_its_pattern() -> None:
    for pattern, chinese in PHRASES:
        assert pattern.count("(?P<") == chinese.count("{"), pattern


def test_facts_stay_as_they_are() -> None:
    assert in_chinese("there is no node '{0}{x}'") == "没有节点 '{0}{x}'"


@given(st.text())
def test_any_text_can_be_asked_for(text: str) -> None:
    assert isinstance(in_chinese(text), str)


def test_what_is_not_listed_stays_as_it_is() -> None:
    assert in_chinese("the moon is full") == "the moon is full"
