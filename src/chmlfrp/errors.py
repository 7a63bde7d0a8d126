"""Every error that is raised on purpose.

    ChmlFrpError                code (stable), message, hint, field
      InvalidInput                a field was wrong before anything was sent
      ApiError                    the hosted service
        ServiceUnreachable          no answer: network, DNS, TLS, time-out
        ServiceGarbled              an answer that cannot be read
        ServiceRefused              an answer that says no; service_code, service_message
          SignInRequired              missing, expired or revoked token; wrong password
            SignInDenied  SignInExpired   how a sign-in with a code can end
          RateLimited                 retry_after_s
            BannedForNow                account or address, after wrong passwords
          NameTaken  PortTaken  DomainTaken  QuotaExceeded  NotFound
          RightsMissing               the account's group may not
            MembershipNeeded  RealNameNeeded  FilingNeeded
      FrpcError                   the frpc program
        FrpcMissing (FrpcVanished)  FrpcUntrusted (FrpcChanged)
        ConfigRejected  ReloadFailed
      LocalError                  this machine
        HomeUnusable  SettingsBroken  AutostartFailed
      ControlError                the local daemon
        DaemonNotRunning  DaemonBusy  VersionMismatch  CommandRejected
      SelfhostError               the service that people run themselves

A class exists only where somebody catches it apart, shows something else or retries.
`code` is the one key for exit status, wording, the control protocol and tests. What
happens to a tunnel is state (`chmlfrp.model.ladder`), never an exception.
"""

from typing import ClassVar


class ChmlFrpError(Exception):
    """Something a person can understand and act on; a bug is never one of these."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What happened, in English; never holds a secret."""
        self.hint = hint
        """What can be done about it."""
        self.field = field
        """The input at fault, by the name its owner knows; empty if none is."""


class InvalidInput(ChmlFrpError):
    """A value was refused before anything was sent."""

    code = "input.invalid"


class ApiError(ChmlFrpError):
    """The hosted service did not do what was asked."""

    code = "service.error"


class ServiceUnreachable(ApiError):
    """No answer arrived; says nothing about account or tunnels."""

    code = "service.unreachable"

    is_sent: bool = True
    """False where the request certainly never left this machine."""


class ServiceGarbled(ApiError):
    """The answer has another shape than expected."""

    code = "service.garbled"


class ServiceRefused(ApiError):
    """The service understood and said no."""

    code = "service.refused"

    def __init__(
        self,
        message: str,
        *,
        service_code: int = 0,
        service_message: str = "",
        hint: str = "",
        field: str = "",
    ) -> None:
        super().__init__(message, hint=hint, field=field)
        self.service_code = service_code
        """`code` of the service's envelope, or the HTTP status without one."""
        self.service_message = service_message
        """`msg` of the service's envelope, verbatim."""


class SignInRequired(ServiceRefused):
    """The token is missing, expired or revoked, or the password is wrong."""

    code = "service.sign_in"


class SignInDenied(SignInRequired):
    """Somebody said no on the approval page."""

    code = "service.sign_in_denied"


class SignInExpired(SignInRequired):
    """Nobody approved the code while it was good."""

    code = "service.sign_in_expired"


class RateLimited(ServiceRefused):
    """Too many requests."""

    code = "service.rate_limited"

    retry_after_s: float | None = None
    """Seconds to wait as the service asked, None if it did not say."""


class BannedForNow(RateLimited):
    """Account or address is shut out; `retry_after_s` is what is left, if it was said."""

    code = "service.banned"


class NameTaken(ServiceRefused):
    """The tunnel name is in use."""

    code = "service.name_taken"


class PortTaken(ServiceRefused):
    """The remote port is in use on that node."""

    code = "service.port_taken"


class DomainTaken(ServiceRefused):
    """The domain is bound on that node."""

    code = "service.domain_taken"


class QuotaExceeded(ServiceRefused):
    """The account has as many tunnels as its group may have."""

    code = "service.quota"


class RightsMissing(ServiceRefused):
    """The account's group may not do this."""

    code = "service.rights"


class MembershipNeeded(RightsMissing):
    """The node or the function is for members."""

    code = "service.rights.member"


class RealNameNeeded(RightsMissing):
    """The person has to prove their name first."""

    code = "service.rights.real_name"


class FilingNeeded(RightsMissing):
    """The domain must be filed (备案) or on the node's list."""

    code = "service.rights.filing"


class NotFound(ServiceRefused):
    """The tunnel or node does not exist, or is not this account's."""

    code = "service.not_found"


class FrpcError(ChmlFrpError):
    """The frpc program."""

    code = "frpc.error"


class FrpcMissing(FrpcError):
    """No frpc was found on this machine."""

    code = "frpc.missing"


class FrpcVanished(FrpcMissing):
    """The frpc that was installed is gone; most often a virus scanner took it."""

    code = "frpc.vanished"


class FrpcUntrusted(FrpcError):
    """The frpc found is not the one expected (hash or permissions)."""

    code = "frpc.untrusted"


class FrpcChanged(FrpcUntrusted):
    """The frpc that was installed is another file now."""

    code = "frpc.changed"


class ConfigRejected(FrpcError):
    """A value cannot be written into an ini, or frpc refused the file."""

    code = "frpc.config_rejected"


class ReloadFailed(FrpcError):
    """The core did not answer or refused to reload."""

    code = "frpc.reload_failed"


class LocalError(ChmlFrpError):
    """This machine: files, folders, rights."""

    code = "local.error"


class HomeUnusable(LocalError):
    """The private folder cannot be made, read or written."""

    code = "local.home_unusable"


class SettingsBroken(LocalError):
    """The settings file cannot be understood; it was kept aside, not reset."""

    code = "local.settings_broken"


class AutostartFailed(LocalError):
    """The system would not start the daemon by itself, or not stop doing so."""

    code = "local.autostart_failed"


class ControlError(ChmlFrpError):
    """The local daemon."""

    code = "control.error"


class DaemonNotRunning(ControlError):
    """Nobody answers at the daemon's door."""

    code = "control.not_running"


class DaemonBusy(ControlError):
    """Another daemon holds the lock of this home."""

    code = "control.lock_held"


class VersionMismatch(ControlError):
    """Daemon and caller speak different protocol versions."""

    code = "control.version"


class CommandRejected(ControlError):
    """The daemon understood the command and will not do it."""

    code = "control.rejected"


class SelfhostError(ChmlFrpError):
    """The service that people run themselves, or one of its nodes."""

    code = "selfhost.error"
