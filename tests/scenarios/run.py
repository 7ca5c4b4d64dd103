#!/usr/bin/env python3
"""Runs every scenario of tests/scenarios/*.json through every driver and compares the transcripts.

A scenario names the row of the protocol page it proves; README.md beside this file says how one is written. A driver
is a program in one language that reads a call a line and prints what came of it a line; driver.c is the model.
"""

import argparse
import shutil
import sys
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import drivers  # noqa: E402
import gateways  # noqa: E402
import homes  # noqa: E402
import leaks  # noqa: E402
import scenarios  # noqa: E402
from play import Play  # noqa: E402

from sandbox import ROOT  # noqa: E402

WORKSHOP = ROOT / "target/tests-scenarios"

# Features that do not exist yet. A scenario that `needs` one is skipped with a message until the name is removed here.
MISSING = set()


def main():
    options = arguments()
    chosen = [scenario for scenario in scenarios.load() if options.only in scenario.name]
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    programs = drivers.build(WORKSHOP)
    skipped = [scenario for scenario in chosen if waits(scenario, options)]
    run = [scenario for scenario in chosen if scenario not in skipped]
    with gateways.running(WORKSHOP) as pools, ThreadPoolExecutor(gateways.AT_ONCE) as workers:
        verdicts = list(workers.map(lambda scenario: verdict(scenario, programs, pools), run))
    show(run, verdicts, skipped)
    leaked = leaks.found(WORKSHOP)
    print(*leaked or [f"{leaks.searched(WORKSHOP)} hold none of {leaks.count()} secret and personal values"], sep="\n")
    failed = sum(bool(failures) for failures in verdicts) + bool(leaked)
    print(f"{len(run) + 1 - failed} passed, {failed} failed, {len(skipped)} skipped")
    return failed != 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="run the scenarios whose name contains this")
    parser.add_argument("--all", action="store_true", help="skip nothing, to see what has landed")
    return parser.parse_args()


def waits(scenario, options):
    """Whether a scenario needs a missing feature. `--all` skips nothing, to show which features have landed."""
    return not options.all and (scenario.needs in MISSING or scenario.needs.startswith("bug: "))


def verdict(scenario, programs, pools):
    """All failures of one scenario. It has a gateway to itself and plays once for each driver."""
    with pools.take(scenario.gateway) as gateway:
        try:
            played = {language: played_by(scenario, language, call, gateway) for language, call in programs.items()}
        except Exception:  # a broken scenario is a failed one, and the others still run
            return [traceback.format_exc()]
    failures = [f"{language}: {failure}" for language, play in played.items() for failure in play.failures]
    return failures + differences({language: play.transcript.lines for language, play in played.items()})


def played_by(scenario, language, call, gateway):
    directory = WORKSHOP / "homes" / language / scenario.slug
    home = homes.prepare(directory, scenario, gateway)
    with drivers.started(call, directory / "driver.stderr") as driver:
        play = Play(scenario, driver, gateway, home)
        play.run()
    play.transcript.write(WORKSHOP / "transcripts" / language / f"{scenario.slug}.txt")
    return play


def differences(transcripts):
    """The first line in which a language's transcript differs from the first language's."""
    (reference, expected), *others = transcripts.items()
    for language, lines in others:
        for number, (want, got) in enumerate(zip(expected, lines), 1):
            if want != got:
                return [f"line {number} of the transcripts differs\n    {reference}: {want}\n    {language}: {got}"]
        if len(expected) != len(lines):
            return [f"{reference} has {len(expected)} lines of transcript, {language} has {len(lines)}"]
    return []


def show(run, verdicts, skipped):
    for scenario, failures in zip(run, verdicts):
        if failures:
            print(f"FAILED {scenario.file}: {scenario.name}", *failures, sep="\n  ")
    for scenario in skipped:
        print(f"SKIPPED {scenario.file}: {scenario.name} (needs {scenario.needs})")
    families = Counter(scenario.file for scenario in run)
    print("; ".join(f"{file} {count}" for file, count in families.items()))


if __name__ == "__main__":
    sys.exit(main())
