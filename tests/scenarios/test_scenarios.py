"""Plays every scenario of the *.json beside this file through every driver, and compares the transcripts.

A scenario names the row of the protocol page that it proves; README.md says how one is written. A driver is a program in one
language that reads a call a line and prints what came of it a line; driver.c is the model.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests import kit
from tests.leavings import Leavings

from . import drivers, gateways, homes, scenarios
from .play import Play
from .scenarios import Scenario

TRANSCRIPTS = "transcripts"
# How many drivers play at once. Where they wait, all of them; elsewhere more would only wait for the processor.
AT_ONCE = 2


def items() -> list[ParameterSet]:
    return [pytest.param(s, id=s.id, marks=[pytest.mark.slow] if s.waits else []) for s in scenarios.load()]


@pytest.mark.slow
@pytest.mark.parametrize("name", drivers.ALL)
def test_driver_is_here(name: str, wanted: list[str], programs: dict[str, drivers.Command]) -> None:
    if name not in wanted:
        pytest.skip(f"not one of --drivers={','.join(wanted)}")
    if name not in programs:
        kit.missing(f"the scenarios' driver {name}: make setup", f"시나리오 드라이버 {name}가 없습니다: make setup")


@pytest.mark.parametrize("scenario", items())
def test_scenario(
    scenario: Scenario,
    programs: dict[str, drivers.Command],
    pools: gateways.Pools,
    everything: Leavings,
    tmp_path: Path,
) -> None:
    secrets = Leavings()

    def played(language: str) -> Play:
        """On a gateway that it has to itself."""
        directory = tmp_path / language
        with pools.take(scenario.gateway) as gateway:
            home = homes.prepare(directory, scenario, gateway)
            with drivers.started(programs[language], directory / "driver.stderr") as driver:
                play = Play(scenario, driver, gateway, home, secrets)
                play.run()
        play.transcript.write(tmp_path / TRANSCRIPTS / f"{language}.txt")
        return play

    languages = [name for name in programs if not (scenario.bytes and name in drivers.OF_TEXT)]
    with ThreadPoolExecutor(len(languages) if scenario.waits else AT_ONCE) as workers:
        plays = dict(zip(languages, workers.map(played, languages)))
    everything.add(secrets)
    failures = [f"{language}: {failure}" for language, play in plays.items() for failure in play.failures]
    failures += differences({language: play.transcript.lines for language, play in plays.items()})
    assert not failures, "\n".join([f"{scenario.file}: {scenario.name}", *failures])
    # A configuration has its MertKeys, and a transcript the rows that the caller asked for.
    secrets.search(tmp_path, allowed=("conf", TRANSCRIPTS))


def differences(transcripts: dict[str, list[str]]) -> list[str]:
    """The first line in which a language's transcript differs from the first language's."""
    (reference, expected), *others = transcripts.items()
    for language, lines in others:
        for number, (want, got) in enumerate(zip(expected, lines), 1):
            if want != got:
                return [f"line {number} of the transcripts differs\n    {reference}: {want}\n    {language}: {got}"]
        if len(expected) != len(lines):
            return [f"{reference} has {len(expected)} lines of transcript, {language} has {len(lines)}"]
    return []
