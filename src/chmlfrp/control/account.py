"""What travels about the account: its daily visits, changes to it, and coming to one."""

import msgspec
from msgspec import UNSET, UnsetType

from chmlfrp.control.protocol import Message
from chmlfrp.model.account import Attendance
from chmlfrp.model.identity import CaptchaProof, MailPurpose
from chmlfrp.model.secret import Secret


class AttendanceView(Message, frozen=True, kw_only=True):
    """How the daily visits stand; a visit itself is made on the service's own page."""

    attendance: Attendance
    page: str = ""
    """Where a person makes it; empty where the service has no such page."""


class EditProfile(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Changes to the account; what is unset stays as it is."""

    name: str | UnsetType = UNSET
    qq: str | UnsetType = UNSET
    avatar_url: str | UnsetType = UNSET

    @property
    def given(self) -> dict[str, str]:
        """The fields that are set."""
        fields = msgspec.structs.asdict(self)
        return {name: value for name, value in fields.items() if value is not UNSET}


class ChangePassword(Message, frozen=True, kw_only=True):
    """Set another password; the token stays as it is."""

    old: Secret
    new: Secret


class RenewToken(Message, frozen=True, kw_only=True):
    """Give the account another token; see `TokenConsequences` first."""

    code: str = ""
    """Mailed for the purpose RETOKEN, where the service wants one."""


class TokenConsequences(Message, frozen=True, kw_only=True):
    """What another token would do.

    Always: whatever else uses the account has to sign in again, and saved
    configurations of it are dead (other machines, launchers, files with an ini).
    """

    running: tuple[int, ...] = ()
    """Tunnels kept up from here: they are opened anew with the new token."""


class TokenRenewed(Message, frozen=True, kw_only=True):
    """The account has another token."""

    is_sign_in_needed: bool
    """The service did not tell the new token; running tunnels go on until they break."""
    restarted: tuple[int, ...] = ()


class MailCode(Message, frozen=True, kw_only=True):
    """Have a code mailed."""

    purpose: MailPurpose
    email: str
    captcha: CaptchaProof | None = None
    """Solved by a person, where the service asks for one."""


class ResetPassword(Message, frozen=True, kw_only=True):
    """Set another password with a code that was mailed for it."""

    email: str
    password: Secret
    code: str
