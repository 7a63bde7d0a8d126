import pytest

from chmlfrp.control.problem import status_of, to_error, to_problem
from chmlfrp.control.protocol import Problem, decode, encode
from chmlfrp.errors import (
    ChmlFrpError,
    CommandRejected,
    RateLimited,
    ServiceRefused,
)


def kinds(kind: type[ChmlFrpError] = ChmlFrpError) -> list[type[ChmlFrpError]]:
    public = (c for c in kind.__subclasses__() if c.__module__ == "chmlfrp.errors")
    return [kind, *(k for child in public for k in kinds(child))]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_comes_back_as_what_it_was(kind):
    said = {"service_code": 403, "service_message": "没有权限"}
    error = kind(
        "message",
        hint="hint",
        field="field",
        **(said if issubclass(kind, ServiceRefused) else {}),
    )
    if isinstance(error, RateLimited):
        error.retry_after_s = 3.5
    problem = to_problem(error)
    back = to_error(decode(Problem, encode(problem)))
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert 400 <= status_of(problem) < 500


def test_no_two_errors_share_a_code():
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes))


def test_an_error_of_a_newer_daemon_is_a_refusal_with_its_words():
    error = to_error(Problem(code="moon.full", message="later", hint="wait"))
    assert isinstance(error, CommandRejected)
    assert (error.message, error.hint) == ("later", "wait")
