"""A load of HTTP requests from a process of its own: `python -m benchmarks.load`.

Keep-alive connections over plain sockets, one request at a time on each: a client
library would cost more than the service that is measured.
"""

import asyncio
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked, by how many at once and for how long."""

    port: int
    requests: list[str]
    """Whole requests; each connection sends them in turn."""
    clients: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back; times in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int


async def put(load: Load) -> Outcome:
    """Put that load on the service, from another process, and return the outcome."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(asdict(load)).encode())
    return Outcome(**json.loads(out))


async def _run(load: Load) -> Outcome:
    times: list[float] = []
    failures = 0
    end = time.perf_counter() + load.seconds

    async def client(number: int) -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
        turn = number
        while (began := time.perf_counter()) < end:
            writer.write(load.requests[turn % len(load.requests)].encode())
            is_good = await _answered(reader)
            times.append((time.perf_counter() - began) * 1000)
            failures += not is_good
            turn += 1
        writer.close()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(load.clients):
            tasks.create_task(client(number))
    took = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    return Outcome(len(times) / took, cuts[49], cuts[98], failures)


async def _answered(reader: asyncio.StreamReader) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    return head.startswith(b"http/1.1 200") and b'"code":200' in body


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(Load(**json.load(sys.stdin)))))))
