"""`chmlfrp demo`: a service, a node, a daemon and three tunnels, with bytes in them.

Everything is a process as users start it, in a throw-away folder; afterwards nothing is
left. Only the `demo` command of the command line runs it.
"""

from chmlfrp.cli.demo.show import run

__all__ = ["run"]
