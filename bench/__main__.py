"""`python -m bench [name ...] [--quick]`: run these benchmarks, or all."""

from __future__ import annotations

import argparse
import asyncio
from importlib import import_module

from bench.options import Options
from bench.report import publish

NAMES = ("execute", "read", "write", "screening", "backtest", "settle", "import", "growth")


def main() -> None:
    """Run what the arguments name; each benchmark is a module `bench.NAME.benchmark` with `async def run(options)`."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Ratios against a floor measured in the same run.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(NAMES)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and less data: a minute each")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    options = Options(quick=given.quick)
    for name in given.names or NAMES:
        benchmark = import_module(f"bench.{name}.benchmark")
        publish(asyncio.run(benchmark.run(options)), options)


if __name__ == "__main__":
    main()
