"""Turning what a dashboard shows into what the service is told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import structs

from chmlfrp.selfhost.node.dashboard import ProxyInfo, Reading
from chmlfrp.selfhost.node.machine import Machine
from chmlfrp.selfhost.node.meter import Meter
from chmlfrp.selfhost.talk import Look, TunnelSeen

ONLINE = "online"


@dataclass(slots=True)
class Observer:
    """Follows one frps from its start; its counters begin at zero with it."""

    meter: Meter = field(default_factory=Meter)
    kept: Look | None = None
    """What could not be told; its traffic goes into the next look."""

    def look(
        self,
        reading: Reading,
        machine: Machine,
        tunnels: Mapping[str, int],
        *,
        fresh: bool,
    ) -> Look:
        """Return the dashboard as a report carries it.

        Args:
            reading: the dashboard.
            machine: where the node runs.
            tunnels: the number of every tunnel by its proxy's full name.
            fresh: nothing was opened or closed since the reading began.
        """
        server = reading.server
        kept, self.kept = self.kept, None
        return Look(
            version=server.version,
            clients=server.client_counts,
            connections=server.cur_conns,
            came=self.meter.advance("in", server.total_traffic_in)
            + (kept.came if kept else 0),
            left=self.meter.advance("out", server.total_traffic_out)
            + (kept.left if kept else 0),
            open_by_type=_open_by_type(reading),
            machine=structs.asdict(machine),
            tunnels=self._tunnels(reading, tunnels, kept),
            fresh=fresh,
        )

    def keep(self, look: Look) -> None:
        """Remember a look that could not be told."""
        self.kept = look

    def _tunnels(
        self, reading: Reading, tunnels: Mapping[str, int], kept: Look | None
    ) -> tuple[TunnelSeen, ...]:
        # A tunnel has several proxies once its owner's token changed.
        seen = {
            one.tunnel_id: structs.replace(one, is_open=False, connections=0)
            for one in (kept.tunnels if kept else ())
        }
        for name, proxy in reading.proxies.items():
            if name in tunnels:
                one = self._seen(proxy, tunnels[name])
                before = seen.get(one.tunnel_id)
                seen[one.tunnel_id] = _together(before, one) if before else one
        return tuple(seen.values())

    def _seen(self, proxy: ProxyInfo, tunnel_id: int) -> TunnelSeen:
        name = proxy.name
        return TunnelSeen(
            tunnel_id=tunnel_id,
            is_open=proxy.status == ONLINE,
            connections=proxy.cur_conns,
            version=proxy.client_version,
            came=self.meter.advance(f"in {name}", proxy.today_traffic_in),
            left=self.meter.advance(f"out {name}", proxy.today_traffic_out),
        )


def _together(one: TunnelSeen, other: TunnelSeen) -> TunnelSeen:
    return TunnelSeen(
        tunnel_id=one.tunnel_id,
        is_open=one.is_open or other.is_open,
        connections=one.connections + other.connections,
        version=other.version or one.version,
        came=one.came + other.came,
        left=one.left + other.left,
    )


def _open_by_type(reading: Reading) -> dict[str, int]:
    return Counter(
        reading.types[name]
        for name, proxy in reading.proxies.items()
        if proxy.status == ONLINE
    )
