"""Points a tunnel's names at the node that it moved to."""

import logging
from collections.abc import Collection

from chmlfrp.api.domain import Domains
from chmlfrp.errors import ApiError, InvalidInput
from chmlfrp.model.domain import RecordType, Subdomain
from chmlfrp.model.tunnel import Tunnel

log = logging.getLogger(__name__)


async def move_names(domains: Domains, names: Collection[str], after: Tunnel) -> None:
    """Point these free sub-domains at the tunnel's node; what cannot be is logged.

    A name that stays behind is a smaller evil than a tunnel that does.
    """
    try:
        found = await domains.list() if names else []
    except ApiError as error:
        log.warning("the names of tunnel %s could not be read: %s", after.id, error)
        return
    for name in found:
        if name.name not in names:
            continue
        try:
            await domains.update(name, target=target_on(name, after))
        except (ApiError, InvalidInput) as error:
            log.warning(
                "%s could not be pointed at %s: %s", name.name, after.node, error
            )
        else:
            log.info("%s points at %s now", name.name, after.node)
    for missing in set(names) - {name.name for name in found}:
        log.warning("the account has no name %s", missing)


def target_on(name: Subdomain, tunnel: Tunnel) -> str:
    """Return what the name must point at for visitors to reach the tunnel.

    A service record keeps priority, weight, and a host that is a name of its own account.
    """
    if name.type is not RecordType.SRV:
        return tunnel.node_host
    priority, weight, port, host = name.target.split(" ", 3)
    is_own = host.rstrip(".").endswith(f".{name.domain}")
    port = str(tunnel.remote_port or port)
    return " ".join((priority, weight, port, host if is_own else tunnel.node_host))
