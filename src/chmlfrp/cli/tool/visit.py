"""`chmlfrp tool ping`, `tcp`, `http` and `minecraft`."""

import asyncio

import click

from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_fields, out_json
from chmlfrp.local import visit
from chmlfrp.local.latency import measure
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.words.language import say
from chmlfrp.words.node import TROUBLES, word_latency, word_point

_BETWEEN_S = 0.2
_with_count = click.option(
    "--count", type=click.IntRange(1, 100), default=4, metavar="N"
)


@verb()
@click.argument("host", metavar="HOST")
@_with_count
@with_json
def ping(host: str, count: int, is_json: bool) -> int:
    """Print how long echoes took; 1 if none came back."""
    found = asyncio.run(visit.ping(host, count=count))
    if is_json:
        out_json(found)
    else:
        for ms in found.ms:
            out(word_latency(ms))
        lost = found.sent - len(found.ms)
        err(say(f"{found.sent} 次，丢失 {lost}", f"{found.sent} sent, {lost} lost"))
    return 0 if found.ms else 1


@verb()
@click.argument("address", metavar="HOST:PORT")
@_with_count
@with_json
def tcp(address: str, count: int, is_json: bool) -> int:
    """Print how long connections took; 1 if none came about."""
    host, port = visit.host_and_port(address)

    async def work() -> list[LatencyPoint]:
        points = []
        for number in range(count):
            if number:
                await asyncio.sleep(_BETWEEN_S)
            points.append(await measure(host, port))
            if not is_json:
                out(word_point(points[-1]))
        return points

    points = asyncio.run(work())
    if is_json:
        out_json(points)
    return 0 if any(point.ms is not None for point in points) else 1


@verb()
@click.argument("url", metavar="URL")
@click.option(
    "--insecure",
    is_flag=True,
    help=say("不检查证书。", "Take any certificate."),
)
@with_json
def http(url: str, insecure: bool, is_json: bool) -> int:
    """Print what the page's address answers; 1 if it does not."""
    found = asyncio.run(visit.http(url, verify=not insecure))
    if is_json:
        out_json(found)
    elif found.trouble is not None:
        err(str(TROUBLES[found.trouble]), say("：", ": "), found.detail)
    else:
        out(f"{found.version} {found.status}  {word_latency(found.ms)}")
        if found.location:
            out("-> ", found.location)
    return 1 if found.trouble is not None else 0


@verb()
@click.argument("address", metavar="HOST[:PORT]")
@click.option("--bedrock", is_flag=True, help=say("基岩版。", "Bedrock edition."))
@with_json
def minecraft(address: str, bedrock: bool, is_json: bool) -> None:
    """Print what the server says of itself."""
    found = asyncio.run(visit.minecraft(address, is_bedrock=bedrock))
    if is_json:
        out_json(found)
        return
    out_fields(
        [
            (say("介绍", "text"), found.text),
            (say("版本", "version"), found.version),
            (say("玩家", "players"), f"{found.players}/{found.most_players}"),
            (say("延迟", "latency"), word_latency(found.ms)),
        ]
    )
