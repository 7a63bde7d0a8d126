"""What is promised for each fault, and the record of what was measured."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

RECORD = "CHMLFRP_PROMISE_RECORD"
"""Names a file that gets one JSON line for each measurement; `make promise` sets it."""


OURS = "ours"
ALONE, FORK_ALONE, LOOP = "alone", "fork", "loop"
RUNNERS = {
    OURS: "ChmlFrp UI, s",
    ALONE: "frpc 0.65 alone, s",
    FORK_ALONE: "the fork alone, s",
    LOOP: "restarted every 3 s, s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A row of docs/promise.md."""

    fault: str
    promise: str
    aim_s: float | None = None
    """Seconds from the fault (or its end) until bytes pass again; None: never away."""


PROMISES = {
    "core-killed": Promise(
        fault="frpc is killed (`kill -9`)", promise="reachable within 2 s", aim_s=2
    ),
    "core-frozen": Promise(
        fault="frpc lives and does nothing (SIGSTOP)",
        promise="noticed, replaced once, reachable within 60 s",
        aim_s=60,
    ),
    "core-hangs": Promise(
        fault="the fork's frpc lives, says and carries nothing",
        promise="noticed, replaced once, reachable within 60 s",
        aim_s=60,
    ),
    "core-deaf": Promise(
        fault="frpc ignores SIGTERM when its tunnel is stopped",
        promise="gone within the grace of 3 s; other tunnels carry on",
        aim_s=5,
    ),
    "core-crash-loop": Promise(
        fault="frpc dies at each start; then it is mended",
        promise="no storm of starts, the reason shown, up by itself",
        aim_s=60,
    ),
    "core-deleted": Promise(
        fault="frpc's file vanishes while it runs, then frpc is killed",
        promise="carried on until then; named; up when the file is back and asked",
        aim_s=5,
    ),
    "port-held": Promise(
        fault="another program on the node held the port, and lets go",
        promise="tried again with the reason shown; reachable within 60 s",
        aim_s=60,
    ),
    "daemon-killed": Promise(
        fault="the daemon is killed (`kill -9`) under a service manager",
        promise="no orphan; reachable within 5 s",
        aim_s=5,
    ),
    "daemon-frozen": Promise(
        fault="the daemon stands still for some seconds (sleep, swap)",
        promise="tunnels without a guard carry on; guarded ones wait and go on",
    ),
    "node-restarted": Promise(
        fault="frps is killed and started again at once",
        promise="reachable within 5 s",
        aim_s=5,
    ),
    "node-hung": Promise(
        fault="frps hangs for 3 s (SIGSTOP) and goes on",
        promise="live connections survive; reachable within 5 s of its going on",
        aim_s=5,
    ),
    "node-away": Promise(
        fault="frps is away for 40 s (connections refused)",
        promise="reachable within 10 s of its being back",
        aim_s=10,
    ),
    "service-restarted": Promise(
        fault="the whole service is killed and started again",
        promise="reachable within 10 s of its start",
        aim_s=10,
    ),
    "service-down-running": Promise(
        fault="the API is down while tunnels run", promise="tunnels carry on"
    ),
    "service-down-boot": Promise(
        fault="the API is down when the daemon starts",
        promise="tunnels start from the last good config within 5 s",
        aim_s=5,
    ),
    "token-revoked": Promise(
        fault="the token is revoked while tunnels run",
        promise="told once; tunnels carry on",
    ),
    "disk-full": Promise(
        fault="the disk is full and frpc is killed; then there is room again",
        promise="nothing lost; reachable within 60 s",
        aim_s=60,
    ),
    "slept": Promise(
        fault="daemon and frpc stand still for 4 s (a nap) and wake",
        promise="live connections survive; reachable within 2 s",
        aim_s=2,
    ),
    "outage-5": Promise(
        fault="the network is gone for 5 s", promise="reachable within 10 s", aim_s=10
    ),
    "outage-40": Promise(
        fault="the network is gone for 40 s", promise="reachable within 10 s", aim_s=10
    ),
    "outage-600": Promise(
        fault="the network is gone for 10 min",
        promise="reachable within 10 s",
        aim_s=10,
    ),
    "half-open": Promise(
        fault="packets vanish without a word for 30 s (half-open connection)",
        promise="reachable within 10 s of their passing again",
        aim_s=10,
    ),
    "address-changed": Promise(
        fault="the machine gets another address",
        promise="reachable within 60 s",
        aim_s=60,
    ),
    "dns-gone": Promise(
        fault="names cannot be looked up, and frpc is killed meanwhile",
        promise="DNS is named; reachable within 10 s of its being back",
        aim_s=10,
    ),
    "ipv6-only": Promise(
        fault="the machine has no IPv4", promise="starts as usual", aim_s=10
    ),
}


def record(fault: str, runner: str, seconds: float | None) -> None:
    """Keep a measurement if somebody asked for them; None: it never came back.

    Raises:
        KeyError: nothing is promised for that fault.
    """
    PROMISES[fault]
    if path := os.environ.get(RECORD):
        took = None if seconds is None else round(seconds, 3)
        line = json.dumps({"fault": fault, "runner": runner, "s": took})
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
