"""Why something is as it is: a stable code, and the words of whoever said it."""

from enum import StrEnum

import msgspec


class Code(StrEnum):
    """Reasons that the engine acts on and the faces word.

    The part before the dot names the matter, not the rung: the same code may stand on
    several rungs.
    """

    CORE_MISSING = "core.missing"
    CORE_UNTRUSTED = "core.untrusted"
    CORE_VANISHED = "core.vanished"
    """It was installed by us and is gone."""
    CORE_CHANGED = "core.changed"
    """It was installed by us and is another file now."""
    CORE_WOULD_NOT_START = "core.would_not_start"
    CORE_DIED = "core.died"
    CORE_WEDGED = "core.wedged"
    """It ran and did nothing, and was replaced."""
    CONFIG_REFUSED = "config.refused"
    CONFIG_MISMATCH = "config.mismatch"
    """The node's ini is not what the record says."""

    SERVICE_UNREACHABLE = "service.unreachable"
    SERVICE_GARBLED = "service.garbled"
    SERVICE_REFUSED = "service.refused"
    SERVICE_RATE_LIMITED = "service.rate_limited"
    SIGNED_OUT = "service.signed_out"

    LOGIN_REFUSED = "login.refused"
    """The node does not know this account, or refuses it for now."""
    NODE_TOKEN_WRONG = "login.node_token"  # noqa: S105 - a code, not a token

    NETWORK_DOWN = "network.down"
    """This machine has no way out; nothing is tried until it has one."""

    LINK_REFUSED = "link.refused"
    LINK_TIMEOUT = "link.timeout"
    LINK_DNS = "link.dns"
    LINK_NO_ROUTE = "link.no_route"
    LINK_CLOSED = "link.closed"
    """The other side hung up at once: not an frps, TLS forced or TLS not taken."""
    LINK_LOST = "link.lost"

    NAME_IN_USE = "proxy.name_in_use"
    PORT_IN_USE = "proxy.port_in_use"
    PORT_NOT_ALLOWED = "proxy.port_not_allowed"
    DOMAIN_IN_USE = "proxy.domain_in_use"
    HELD_ELSEWHERE = "proxy.held_elsewhere"
    """Still held when any session of ours must be over: another client runs it."""
    TYPE_NOT_SUPPORTED = "proxy.type_not_supported"
    TOO_MANY = "proxy.too_many"
    PROXY_REFUSED = "proxy.refused"
    ADDRESS_MISMATCH = "proxy.address_mismatch"
    """The node opened another address than the record says."""
    LOCAL_SERVICE_DOWN = "local.service_down"

    REACH_REFUSED = "reach.refused"
    """The node takes no connection at the public address."""
    REACH_TIMEOUT = "reach.timeout"
    REACH_DNS = "reach.dns"
    """The node's name does not resolve here."""
    REACH_CUT = "reach.cut"
    """The connection was taken and then cut before any answer."""
    REACH_NO_ONE = "reach.no_one"
    """The node itself answers for the domain: nobody is behind it."""

    NODE_OFFLINE = "node.offline"
    RECORD_GONE = "record.gone"
    UNKNOWN = "unknown"


class Reason(msgspec.Struct, frozen=True):
    """A code and, where there is one, the verbatim text behind it, masked."""

    code: Code
    detail: str = ""
