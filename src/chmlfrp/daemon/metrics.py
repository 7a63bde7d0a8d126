"""What tunnels do, as Prometheus reads it: on request, or at a loopback port."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chmlfrp.control.protocol import SessionState, Snapshot
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.loopback import HOST, listen_at_last, serve
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.ladder import Summary

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.metrics_core import Metric

_FOREIGN = ("origin", "referer")


class Metrics:
    """Names and numbers of tunnels, never an address of a visitor.

    port: where they are served too; 0: nowhere.
    """

    def __init__(
        self, doors: Doors, *, snapshot: Callable[[], Snapshot], port: int
    ) -> None:
        self._doors = doors
        self._snapshot = snapshot
        self._port = port

    async def run(self) -> None:
        """Serve until cancelled, if there is a port to serve at."""
        if not self._port:
            await asyncio.Event().wait()
        listening = await listen_at_last(self._port, "the page of metrics")
        await serve(self._page(), listening)

    def text(self) -> str:
        """Return them as the text format has them; raises InvalidInput."""
        try:
            from prometheus_client import generate_latest
        except ImportError as error:
            raise InvalidInput(
                "metrics cannot be written here",
                hint='pip install "chmlfrp-ui[guard]"',
                field="metrics",
            ) from error
        return generate_latest(self).decode()

    def collect(self) -> "Iterator[Metric]":
        """Yield what a registry of Prometheus would."""
        yield from self._of_daemon()
        yield from self._of_doors()

    def _of_daemon(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        snapshot = self._snapshot()
        version = {"version": snapshot.daemon.version}
        yield InfoMetricFamily("chmlfrp", "The daemon.", version)
        signed_in = GaugeMetricFamily(
            "chmlfrp_signed_in", "Whether the service takes the account's token."
        )
        signed_in.add_metric([], snapshot.session.state is SessionState.SIGNED_IN)
        yield signed_in
        wanted = _family("chmlfrp_tunnel_wanted", "Whether it is to be reachable.")
        up = _family("chmlfrp_tunnel_up", "Whether it is.")
        restarts = _family("chmlfrp_tunnel_restarts", "Ends of its core since stable.")
        for view in snapshot.tunnels.values():
            labels = [str(view.id), view.name]
            wanted.add_metric(labels, view.wanted)
            up.add_metric(labels, view.summary is Summary.UP)
            restarts.add_metric(labels, view.restarts)
        yield from (wanted, up, restarts)

    def _of_doors(self) -> "Iterator[Metric]":
        from prometheus_client.core import CounterMetricFamily

        inside = _family("chmlfrp_connections_open", "Visitors' connections now.")
        came = CounterMetricFamily(
            "chmlfrp_connections", "Let in by the guard.", labels=_OF
        )
        carried = CounterMetricFamily(
            "chmlfrp_bytes", "Carried by the guard.", labels=[*_OF, "direction"]
        )
        refused = CounterMetricFamily(
            "chmlfrp_refused", "Turned away by the guard.", labels=[*_OF, "rule"]
        )
        for tunnel, door in self._doors.all().items():
            labels, meter = [str(tunnel), self._doors.name(tunnel)], door.meter
            inside.add_metric(labels, meter.open)
            came.add_metric(labels, meter.sums.connections)
            carried.add_metric([*labels, "in"], meter.sums.bytes_in)
            carried.add_metric([*labels, "out"], meter.sums.bytes_out)
            for rule, count in meter.sums.refused.items():
                refused.add_metric([*labels, str(rule)], count)
        yield from (inside, came, carried, refused)

    def _page(self) -> Starlette:
        hosts = {f"{host}:{self._port}" for host in (HOST, "localhost")}

        async def show(request: Request) -> Response:
            is_foreign = any(name in request.headers for name in _FOREIGN)
            if is_foreign or request.headers.get("host") not in hosts:
                return PlainTextResponse("forbidden", 403)
            try:
                return PlainTextResponse(self.text())
            except ChmlFrpError as error:
                return PlainTextResponse(f"{error.message}\n{error.hint}", 503)

        return Starlette(routes=[Route("/metrics", show, methods=["GET"])])


_OF = ["tunnel", "name"]


def _family(name: str, says: str) -> "GaugeMetricFamily":
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, says, labels=_OF)
