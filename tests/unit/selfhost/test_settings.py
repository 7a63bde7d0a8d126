import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.settings import ServiceSettings, load, parse

CANARY = "canary-secret"


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path) == ServiceSettings()
    assert ServiceSettings().captcha.kind == "off"


def test_what_is_written_counts_and_secrets_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "service.toml").write_text(
        'name = "家"\ntime_zone = "Asia/Shanghai"\n'
        f'[mail]\nurl = "smtps://a:{CANARY}@mail.test"\n'
        f'[captcha]\nkind = "geetest"\nid = "i"\nkey = "{CANARY}"\n'
        '[[links]]\nname = "x"\nurl = "https://x.example"\n',
        "utf-8",
    )
    settings = load(tmp_path)
    assert settings.name == "家"
    assert settings.mail.url.reveal().endswith("@mail.test")
    assert settings.links[0].description is None
    assert CANARY not in repr(settings)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("nam = 1", "service.toml"),
        ("name = 1", "name"),
        ("[guard]\naccount_tries = 0", "guard.account_tries"),
        ("[mail]\nurl = 3", "mail.url"),
        ('[captcha]\nkind = "x"', "captcha.kind"),
        ('[captcha]\nkind = "geetest"', "captcha.id"),
        ('[accounts]\ngroup = "x"', "accounts.group"),
        ("[accounts]\ndaily_points_least = 30", "accounts.daily_points_least"),
        ('time_zone = "Moon/Sea"', "time_zone"),
        ('public_url = "ftp://x"', "public_url"),
        ('[[links]]\nname = "x"', "links[0]"),
        ("= nonsense", "service.toml"),
    ],
)
def test_what_cannot_be_names_its_field(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        parse(text)
    assert wrong.value.field == field


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "service.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput):
        load(tmp_path)


@given(st.text())
def test_any_text_is_settings_or_told(text: str) -> None:
    fields = []
    try:
        parse(text)
    except InvalidInput as exc:
        fields.append(exc.field)
    assert "" not in fields


@pytest.mark.parametrize("page", ["selfhost.md", "selfhost.zh.md"])
def test_the_documentation_shows_every_field_with_its_default(page: str) -> None:
    docs = Path(__file__).parents[3] / "docs" / page
    text = docs.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    shown = parse(text)
    assert msgspec.structs.replace(shown, links=()) == ServiceSettings()
    names = [field.name for field in msgspec.structs.fields(ServiceSettings)]
    raw = tomllib.loads(text)
    assert sorted(raw) == sorted(names)
    for name, table in raw.items():
        if isinstance(table, dict):
            fields = msgspec.structs.fields(getattr(shown, name))
            assert list(table) == [field.name for field in fields]
