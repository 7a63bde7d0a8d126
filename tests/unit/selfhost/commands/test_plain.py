"""Help and errors in both languages."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chmlfrp.selfhost.cli import app
from chmlfrp.words.language import Language, speaking

COMMANDS = (
    "",
    "serve",
    "user",
    "user add",
    "user list",
    "node",
    "node add",
    "node edit",
    "node list",
)
# Help texts are worded when the program starts, so each language needs a process.
SCRIPT = """
import json, sys
from typer.testing import CliRunner
from chmlfrp.selfhost.cli import app
helps = [CliRunner().invoke(app, [*line.split(), "--help"]).stdout for line in sys.argv[1:]]
print(json.dumps(helps))
"""


@pytest.fixture(scope="module", params=["zh", "en"])
def helps(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *COMMANDS],
        env={**os.environ, "CHMLFRP_LANG": request.param},
        capture_output=True,
        check=True,
        text=True,
    )
    return request.param, dict(zip(COMMANDS, json.loads(done.stdout), strict=True))


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


NAMES = ("本机节点", "免费用户", "普通会员", "高级会员", "超级会员")


def test_the_help_of_every_command_is_in_one_language(
    helps: tuple[str, dict[str, str]],
) -> None:
    language, texts = helps
    for command, text in texts.items():
        for name in NAMES:
            text = text.replace(name, "")
        if language == "en":
            assert text.startswith("Usage: "), command
            assert "Options:\n" in text
            assert not is_chinese(text), command
        else:
            assert text.startswith("用法："), command
            assert "\n选项：\n" in text
            unworded = [
                line
                for line in text.splitlines()
                if "  " in line.strip() and not is_chinese(line)
            ]
            assert unworded == [], command
            for word in ("required", "default", "env var", "Show this"):
                assert word not in text, command


def test_help_has_no_boxes(helps: tuple[str, dict[str, str]]) -> None:
    assert not any(box in text for text, box in product(helps[1].values(), "╭─│"))


def call(*argv: str, language: Language) -> Result:
    with speaking(language):
        return CliRunner().invoke(app, list(argv))


@pytest.mark.parametrize(
    ("argv", "zh", "en"),
    [
        (("user", "list"), "缺少选项：--data", "Missing option '--data'"),
        (
            ("sreve",),
            "没有这个命令：sreve，是不是",
            "No such command 'sreve'",
        ),
        (("user", "list", "--jsn"), "没有这个选项：--jsn，是不是", "No such option"),
        (("node", "add", "--data", "x"), "缺少参数：name", "Missing argument"),
        (
            ("serve", "--port", "abc"),
            "--port 的值不对：应当是整数",
            "Invalid value",
        ),
        (("user", "list", "more", "--data", "x"), "多余的参数：more", "extra argument"),
        (("user", "add", "--qq"), "选项 --qq 后面要有值", "requires an argument"),
        (("serve", "--json=1"), "选项 --json 后面不带值", "does not take a value"),
    ],
)
def test_what_the_parser_finds_is_told_with_a_way_out(
    argv: tuple[str, ...], zh: str, en: str
) -> None:
    chinese = call(*argv, language=Language.ZH)
    assert chinese.stderr.startswith(f"错误：{zh}"), chinese.stderr
    assert "\n办法：" in chinese.stderr
    assert " --help" in chinese.stderr
    english = call(*argv, language=Language.EN)
    assert english.stderr.startswith("error: ")
    assert en in english.stderr
    assert "\ntry: " in english.stderr
    assert (chinese.exit_code, english.exit_code) == (2, 2)


def test_a_group_without_a_command_shows_its_help() -> None:
    result = call("user", language=Language.ZH)
    assert result.exit_code == 2
    assert result.stderr.startswith("用法：")


def test_an_error_of_the_service_is_told_in_both_languages(tmp_path: Path) -> None:
    argv = ("node", "edit", "nobody", "--data", str(tmp_path))
    assert call(*argv, language=Language.ZH).stderr == "错误：没有节点 'nobody'\n"
    assert call(*argv, language=Language.EN).stderr == (
        "error: there is no node 'nobody'\n"
    )


def test_answers_are_in_both_languages(tmp_path: Path) -> None:
    for language, said in ((Language.ZH, "还没有账户"), (Language.EN, "no accounts")):
        result = call("user", "list", "--data", str(tmp_path), language=language)
        assert said in result.stderr


def test_choosing_a_language_does_not_bring_the_nouns_of_the_client() -> None:
    code = (
        "import sys, chmlfrp.selfhost.cli;"
        "print([m for m in sys.modules if m.startswith('chmlfrp.model')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert done.stdout == "[]\n"
