"""Runs the benchmarks that are named, or all."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks import chain, desktop, guard, service, supervision
from benchmarks.table import Table

BENCHMARKS: dict[str, Callable[..., Coroutine[Any, Any, list[Table]]]] = {
    "chain": chain.measure,
    "desktop": desktop.measure,
    "guard": guard.measure,
    "service": service.measure,
    "supervision": supervision.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], default=[])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--json", action="store_true", help="the tables as JSON")
    wanted = parser.parse_args()
    tables = []
    for name in wanted.names or BENCHMARKS:
        for table in asyncio.run(BENCHMARKS[name](quick=wanted.quick)):
            tables.append(table)
            if not wanted.json:
                print(table, end="\n\n", flush=True)
    if wanted.json:
        print(json.dumps([table.as_dict() for table in tables], ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
