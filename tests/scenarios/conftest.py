"""The drivers and the gateways of a lane, made once and lent to one scenario after another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leavings import Leavings

from . import drivers, gateways


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drivers", default=",".join(drivers.ALL), help="the scenarios' drivers, as C,Rust; all if not given")


@pytest.fixture(scope="session")
def wanted(request: pytest.FixtureRequest) -> list[str]:
    """The names of the drivers that are to be tried."""
    names: list[str] = request.config.getoption("--drivers").split(",")
    assert set(names) <= set(drivers.ALL), f"the drivers are {', '.join(drivers.ALL)}"
    return names


@pytest.fixture(scope="session")
def programs(wanted: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, drivers.Command]:
    """The commands of the drivers that this machine can run."""
    directory = tmp_path_factory.mktemp("drivers")
    made = {name: drivers.ALL[name](directory) for name in wanted}
    return {name: command for name, command in made.items() if command is not None}


@pytest.fixture(scope="session")
def everything() -> Leavings:
    """The secrets of all scenarios of this lane."""
    return Leavings()


@pytest.fixture(scope="session")
def pools(
    tmp_path_factory: pytest.TempPathFactory, closed_port: int, mute_port: int, everything: Leavings
) -> Iterator[gateways.Pools]:
    """The gateways of this lane. What they leave is searched at the end, for the secrets of all scenarios."""
    directory: Path = tmp_path_factory.mktemp("gateways")
    with contextlib.ExitStack() as stack:
        proxy_port = stack.enter_context(gateways.proxy())
        ports = {"closed_port": closed_port, "mute_port": mute_port, "proxy_port": proxy_port}
        yield gateways.Pools(stack, directory, {name: str(port) for name, port in ports.items()})
    everything.search(directory)
