"""Errors on their way through the door and back."""

from chmlfrp.control.protocol import Problem
from chmlfrp.errors import ChmlFrpError, CommandRejected, RateLimited, ServiceRefused

_STATUS = {
    "input.invalid": 422,
    "service.sign_in": 401,
    "service.sign_in_denied": 401,
    "service.sign_in_expired": 401,
    "service.not_found": 404,
    "service.rate_limited": 429,
    "service.banned": 429,
    "control.version": 409,
    "control.not_found": 404,
}


def to_problem(error: ChmlFrpError) -> Problem:
    """Return the error as it travels."""
    refused = error if isinstance(error, ServiceRefused) else None
    return Problem(
        code=error.code,
        message=error.message,
        hint=error.hint,
        field=error.field,
        service_code=refused.service_code if refused else 0,
        service_message=refused.service_message if refused else "",
        retry_after_s=error.retry_after_s if isinstance(error, RateLimited) else None,
    )


def status_of(problem: Problem) -> int:
    """Return the HTTP status; the code in the body is what counts."""
    return _STATUS.get(problem.code, 400)


def to_error(problem: Problem) -> ChmlFrpError:
    """Return the error again, of the class that has its code."""
    kind = _KINDS.get(problem.code, CommandRejected)
    if not issubclass(kind, ServiceRefused):
        return kind(problem.message, hint=problem.hint, field=problem.field)
    error = kind(
        problem.message,
        hint=problem.hint,
        field=problem.field,
        service_code=problem.service_code,
        service_message=problem.service_message,
    )
    if isinstance(error, RateLimited):
        error.retry_after_s = problem.retry_after_s
    return error


def _family(kind: type[ChmlFrpError]) -> dict[str, type[ChmlFrpError]]:
    kinds = {kind.code: kind}
    for child in kind.__subclasses__():
        if child.__module__ == kind.__module__:  # a room's own kinds share their codes
            kinds |= _family(child)
    return kinds


_KINDS = _family(ChmlFrpError)
