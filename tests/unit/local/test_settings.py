"""Settings: read, changed, broken."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from chmlfrp.errors import HomeUnusable, InvalidInput, SettingsBroken
from chmlfrp.local.settings import DECLARED, SERVICE, Source, change, declared, load

SLOW_OR_SHARED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_all_is_default(path: Path) -> None:
    found = load(path, environ={})
    assert found.settings.service.url == SERVICE
    assert found.settings.core.tls == "prefer"
    assert set(found.sources.values()) == {Source.DEFAULT}
    assert not path.exists()


def test_every_default_obeys_its_own_rule() -> None:
    for setting in DECLARED.values():
        assert setting.read(setting.default) == setting.default


def test_the_file_overrides_defaults(path: Path) -> None:
    path.write_text('[core]\ntls = "require"\n', encoding="utf-8-sig")
    found = load(path, environ={})
    assert found.settings.core.tls == "require"
    assert found.sources["core.tls"] is Source.FILE
    assert found.value("core.tls") == "require"


def test_the_environment_overrides_the_service(path: Path) -> None:
    path.write_text('[service]\nurl = "https://a.cn"\n')
    found = load(path, environ={"CHMLFRP_API": "http://127.0.0.1:9/"})
    assert found.settings.service.url == "http://127.0.0.1:9"
    assert found.sources["service.url"] is Source.ENVIRONMENT


def test_a_bad_service_in_the_environment_names_the_variable(path: Path) -> None:
    with pytest.raises(InvalidInput, match="this machine only") as caught:
        load(path, environ={"CHMLFRP_API": "http://a.cn"})
    assert caught.value.field == "CHMLFRP_API"


def test_an_unknown_key_is_told_and_left_in_place(path: Path) -> None:
    path.write_text('later = 1\n[core]\nnew = 2\n[ui]\nlanguage = "zh"\n')
    found = load(path, environ={})
    assert found.unknown == ("later", "core.new")
    assert found.broken is None
    change(path, {"ui.language": "en"})
    assert "new = 2" in path.read_text()


def test_a_broken_file_is_copied_aside_and_not_changed(path: Path) -> None:
    path.write_text('[core]\ntls = "off"\nlog_level = \n')
    found = load(path, environ={})
    assert found.settings.core.tls == "prefer"
    assert isinstance(found.broken, SettingsBroken)
    assert found.broken.field == "line 3"
    assert str(path.with_name("settings.toml.broken-1")) in found.broken.hint
    assert path.read_text() == path.with_name("settings.toml.broken-1").read_text()


def test_reading_a_broken_file_again_makes_no_second_copy(path: Path) -> None:
    path.write_text("=")
    load(path, environ={})
    load(path, environ={})
    assert len(list(path.parent.glob("*.broken-*"))) == 1


def test_one_wrong_value_leaves_the_others_in_force(path: Path) -> None:
    path.write_text('[core]\ntls = "of"\nlog_level = "debug"\n[ui]\nlanguage = 3\n')
    found = load(path, environ={})
    assert found.settings.core.log_level == "debug"
    assert found.settings.core.tls == "prefer"
    assert found.broken
    assert found.broken.field in ("core.tls", "ui.language")
    assert "core.tls = 'of'" in found.broken.message
    assert "prefer, require, off" in found.broken.hint


def test_a_value_in_place_of_a_section_is_broken(path: Path) -> None:
    path.write_text("core = 1\n")
    found = load(path, environ={})
    assert found.broken
    assert found.broken.field == "core"


def test_text_that_is_not_utf8_is_broken(path: Path) -> None:
    path.write_bytes('[ui]\nlanguage = "中"\n'.encode("gbk"))
    assert load(path, environ={}).broken


def test_a_file_that_cannot_be_read_is_an_error_of_the_home(path: Path) -> None:
    path.mkdir()
    with pytest.raises(HomeUnusable):
        load(path, environ={})


def test_a_change_keeps_comments_and_order(path: Path) -> None:
    path.write_text('# mine\n[core]\ntls = "off" # for now\n\n[ui]\nlanguage = "zh"\n')
    change(path, {"core.tls": "require", "service.url": "https://a.cn/"})
    text = path.read_text()
    assert "# mine" in text
    assert 'tls = "require" # for now' in text
    assert load(path, environ={}).settings.service.url == "https://a.cn"
    assert path.with_name("settings.toml.bak").exists()


def test_a_change_makes_the_file_and_none_removes_a_value(path: Path) -> None:
    change(path, {"core.tls": "off"})
    assert load(path, environ={}).settings.core.tls == "off"
    change(path, {"core.tls": None, "ui.language": None})
    assert load(path, environ={}).settings.core.tls == "prefer"


def test_dotted_keys_can_be_changed(path: Path) -> None:
    path.write_text('core.tls = "off"\nui.language = "zh"\n')
    change(path, {"core.tls": "require", "core.path": "/x/frpc"})
    found = load(path, environ={})
    assert (found.settings.core.tls, found.settings.core.path) == ("require", "/x/frpc")


@pytest.mark.parametrize(
    ("key", "value"),
    [("core.tls", "maybe"), ("core.colour", "red"), ("service.url", "x")],
)
def test_a_change_that_is_not_allowed_writes_nothing(
    path: Path, key: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        change(path, {"core.path": "/x", key: value})
    assert caught.value.field == key
    assert not path.exists()


def test_a_broken_file_is_not_changed(path: Path) -> None:
    path.write_text("=")
    with pytest.raises(SettingsBroken):
        change(path, {"core.tls": "off"})
    assert path.read_text() == "="


def test_a_wrong_value_can_be_repaired_by_a_change(path: Path) -> None:
    path.write_text('[core]\ntls = "of"\n')
    change(path, {"core.tls": "off"})
    assert load(path, environ={}).broken is None


def test_an_unknown_setting_names_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as caught:
        declared("core.colour")
    assert "core.tls" in caught.value.hint


@settings(suppress_health_check=SLOW_OR_SHARED)
@given(strategies.one_of(strategies.binary(), strategies.text().map(str.encode)))
def test_any_bytes_give_settings_and_stay(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert load(path, environ={}).settings.service.url
    assert path.read_bytes() == data
    for item in path.parent.glob("*.broken-*"):
        item.unlink()
