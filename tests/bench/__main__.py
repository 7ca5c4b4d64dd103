"""The cost of a payment, ours and others in turns against the same nginx over TLS, as ratios with their spread.

Programs run one after the other, round after round, so that what else the machine does hits all alike; each round gives one
ratio, and the median of these is printed with the lowest and the highest. Nothing is compared with what was measured yesterday.
`make bench` runs it; test_bench.py tries that it still runs.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from sandbox import ROOT

from . import server
from .parts import PARTS
from .peers import Bench
from .server import Missing

WORKSHOP = ROOT / "target/bench"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=str(__doc__).partition("\n")[0])
    parser.add_argument("only", nargs="*", choices=[[], *(part.__name__ for part in PARTS)], help="the parts; all without one")
    only = parser.parse_args().only
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    with server.running(WORKSHOP / "nginx") as gateway:
        bench = Bench(gateway, WORKSHOP, quick=False, alone=bool(only))
        for part in PARTS:
            if not only or part.__name__ in only:
                try:
                    part(bench)
                except Missing as missing:
                    bench.lacking.append(missing)
                sys.stdout.flush()
    for lacking in bench.lacking:
        print("NOT COMPARED:", *lacking.args, sep="\n  ")


main()
