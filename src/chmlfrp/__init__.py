"""ChmlFrp UI: log in, say what should be reachable, get an address, keep it reachable."""

__version__ = "0.1.0"
