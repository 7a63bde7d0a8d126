"""Texts are complete in both languages, and stand in the tables only."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import chmlfrp.desktop
from chmlfrp.desktop.pages import PAGES
from chmlfrp.desktop.text import COMMAND, cut_commands, t
from chmlfrp.desktop.texts import TABLES, TEXTS
from chmlfrp.words.health import HEALTH
from chmlfrp.words.language import Language, speaking
from chmlfrp.words.reason import REASONS

ROOM = Path(chmlfrp.desktop.__file__).parent
FILES = [f for f in ROOM.rglob("*.py") if f.parent.name != "texts"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPEAKERS = {
    "label", "button", "Card", "Pill", "Elided", "setText", "setAccessibleName",
    "setToolTip", "setWindowTitle", "addAction", "addTab", "setPlaceholderText",
    "show_empty", "show_error", "show_loading",
}  # fmt: skip


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_code_stands_in_two_tables() -> None:
    assert sum(map(len, TABLES)) == len(TEXTS)


def test_each_text_is_there_in_both_languages_with_the_same_values() -> None:
    # One test: one for each text would take longer than all the rest of this file.
    for code, both in TEXTS.items():
        assert both.zh.strip(), code
        assert both.en.strip(), code
        assert not CHINESE.search(both.en), code
        assert fields(both.zh) == fields(both.en), code


def test_each_page_has_a_title() -> None:
    assert {f"page.{kind.name}" for kind in PAGES} <= TEXTS.keys()


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield name, node


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOM)))
def test_each_code_that_is_asked_for_is_in_a_table(file: Path) -> None:
    asked = {
        node.args[0].value
        for name, node in calls(file)
        if name == "t" and node.args and isinstance(node.args[0], ast.Constant)
    }
    assert asked <= TEXTS.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOM)))
def test_no_text_for_people_stands_outside_of_the_tables(file: Path) -> None:
    said = [
        node.args[0].value
        for name, node in calls(file)
        if name in SPEAKERS and node.args and isinstance(node.args[0], ast.Constant)
    ]
    assert [text for text in said if isinstance(text, str) and text.strip()] == []


@pytest.mark.parametrize("language", list(Language))
def test_no_reason_or_matter_names_a_command_in_the_window(language: Language) -> None:
    with speaking(language):
        said = [str(one.what) + str(one.do) for one in REASONS.values()]
        said += [str(one) for one in HEALTH.values()]
        assert any(COMMAND in text for text in said)
        left = [text for text in said if COMMAND in cut_commands(text)]
    assert left == []


def test_one_of_them_is_said_as_one() -> None:
    with speaking(Language.EN):
        assert t("tunnels.count", n=1, up=0) == "1 tunnel · 0 running"
        assert t("tunnels.count", n=21, up=0) == "21 tunnels · 0 running"
