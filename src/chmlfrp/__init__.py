"""ChmlFrp UI: log in, say what should be reachable, get an address, keep it reachable.

For programs: `ServiceClient`, `BlockingClient`, `Credentials`, `Secret` and `tunnel`, each
read in when it is first used; their types are in `__init__.pyi`.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "BlockingClient": "chmlfrp.sdk.blocking",
    "Credentials": "chmlfrp.api.credentials",
    "Secret": "chmlfrp.model.secret",
    "ServiceClient": "chmlfrp.api.client",
    "tunnel": "chmlfrp.sdk.tunnel",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
