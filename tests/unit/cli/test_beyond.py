import sys
import types

import pytest

from chmlfrp.cli import beyond


@pytest.fixture
def became(monkeypatch):
    seen = []

    def become(argv):
        seen.append(argv)
        raise SystemExit(5)

    monkeypatch.setattr(beyond, "replace_process", become)
    return seen


def test_selfhost_gets_everything_as_it_was_typed(cli, became):
    typed = ["serve", "--data", "a b", "--", "--help", "-x", "--json"]
    with pytest.raises(SystemExit) as ended:
        cli("selfhost", *typed)
    assert ended.value.code == 5
    assert became[0][-len(typed) :] == typed


def test_selfhost_without_its_extra_says_how_to_get_it(cli, became, monkeypatch):
    monkeypatch.setattr(beyond, "find_spec", lambda name: None)
    done = cli("selfhost", "serve")
    assert (done.code, done.out, became) == (1, "", [])
    assert "chmlfrp-ui[selfhost]" in done.err


def test_the_demo_is_run_when_it_is_asked_for(cli, monkeypatch):
    asked = []

    def run(*, check: bool, json: bool) -> int:
        asked.append((check, json))
        return 1

    module = types.SimpleNamespace(run=run)
    monkeypatch.setitem(sys.modules, "chmlfrp.cli.demo", module)
    assert cli("demo", "--check", "--json").code == 1
    assert asked == [(True, True)]
