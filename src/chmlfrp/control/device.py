"""What travels about a sign-in by code: what to show, and how it ended."""

from chmlfrp.control.protocol import Message, Problem, SessionView


class CodeShown(Message, frozen=True, kw_only=True, tag="code"):
    """What a person opens and types on any screen."""

    url: str
    user_code: str
    full_url: str = ""
    """The page with the code filled in; empty if the server gives none."""
    expires_in_s: float


class CodeApproved(Message, frozen=True, kw_only=True, tag="approved"):
    """Somebody said yes, and the account is signed in."""

    session: SessionView


class CodeFailed(Message, frozen=True, kw_only=True, tag="failed"):
    """How it ended badly; who was signed in before still is."""

    problem: Problem


CodeFrame = CodeShown | CodeApproved | CodeFailed
