"""Payments through php-fpm with the drop-in: none fails, none is orphaned, workers do not grow, and do not share connections.

For each PHP: FFI for preloaded code alone (the default of web servers) with long-lived workers; the same with workers that are
recycled and reloaded in between; no usable FFI, so that the command is spoken to, or the daemon, whose kept connections all
workers share; and, in each of the three ways, reloads that kill workers in the middle of payments, and a daemon that is killed
there, after which `xpay recover` leaves nothing in doubt.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path

import pytest

import daemon
import fpm
import phps
import sandbox
from tests import kit

from .till import Till

MANY, SOME = 1000, 200
PATIENT, IMPATIENT = 30, 0
# What a worker does before its memory is compared, and over how many payments the memory is averaged.
WARM = 50
# KiB that a worker may grow then. It makes at least a quarter of the payments, so that 2 KiB lost in each are found.
GROWTH = 256

pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)]


def all_paid(till: Till, backend: str) -> None:
    failed = [(oid, said) for oid, said in till.said if said is None or not said["paid"]]
    assert not failed, f"{len(failed)} of {till.count} failed"
    assert {said["backend"] for said in till.answers()} == {backend}
    assert till.standing() == {said["tid"] for said in till.answers()}, "only one side knows of some payments"


def connections(till: Till) -> int:
    """Each connection belonged to one worker. Returns their number."""
    workers = set().union(*till.seen.values())
    assert len(workers) >= fpm.WORKERS, "not every worker was seen at the gateway"
    shared = {number: workers for number, workers in till.seen.items() if len(workers) > 1}
    assert not shared, "workers share connections"
    return len(till.seen)


def grown(till: Till) -> dict[int, float]:
    """The growth in KiB of each worker that made enough payments, from its first ones, once it is warm, to its last."""
    sizes: dict[int, list[int]] = {}
    for said in till.answers():
        sizes.setdefault(said["worker"], []).append(said["memory"])
    return {
        worker: (sum(each[-WARM:]) - sum(each[WARM : 2 * WARM])) / WARM for worker, each in sizes.items() if len(each) >= 4 * WARM
    }


def fewer(name: str, count: int) -> int:
    """The payments of a run: the newest PHP is tried at length by test_preloaded alone, for time."""
    return 2 * count // 5 if name in phps.NEWEST else count


def test_preloaded(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = phps.preloading_settings(tmp_path, sandbox.LIBRARY)
    till = Till(fresh_gateway, MANY)
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, {"patience": PATIENT}) as server:
        till.run(server)
    all_paid(till, "ffi")
    used, growth = connections(till), grown(till)
    print(f"{used} connections, workers grew by KiB: {growth}")
    assert used < MANY / 10
    assert growth and max(growth.values()) <= GROWTH


def test_recycled_and_reloaded(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = phps.preloading_settings(tmp_path, sandbox.LIBRARY)
    # The class is preloaded and its declarations are not, the most common setup.
    del settings["ffi.preload"]
    pool = {"patience": PATIENT, "max_requests": 50}
    till = Till(fresh_gateway, fewer(name, MANY))
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, pool) as server:
        till.run(server, till.count // 5, server.reload)
    all_paid(till, "ffi")
    workers = {said["worker"] for said in till.answers()}
    print(f"{len(workers)} workers one after the other, {connections(till)} connections")
    assert len(workers) > 2 * fpm.WORKERS, "nobody was recycled"


def test_by_pipe(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = {"ffi.enable": "preload"}
    till = Till(fresh_gateway, fewer(name, SOME))
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, {"patience": PATIENT}) as server:
        till.run(server)
        dead = zombies({said["worker"] for said in till.answers()})
    all_paid(till, "pipe")
    assert all("ffi.enable" in said["why"][0] for said in till.answers()), "it does not say why"
    assert not dead, "commands that their workers have not waited for"


def zombies(workers: set[int]) -> list[str]:
    """Children that have ended, and whose parents do not care."""
    stats = [stat for stat in map(stat_of, Path("/proc").glob("[0-9]*")) if stat]
    return [f"{stat[1]} of {stat[3]}" for stat in stats if stat[2] == "Z" and int(stat[3]) in workers]


def stat_of(process: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return (process / "stat").read_text().split()
    return []


def test_by_socket(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    till = Till(fresh_gateway, fewer(name, SOME))
    program = kit.php(name, "php-fpm")
    with daemon.running() as bridge:
        settings, pool = {"ffi.enable": "preload"}, {"patience": PATIENT}
        with fpm.running(program, tmp_path / "fpm", fresh_gateway.home, settings, pool, bridge.socket) as server:
            till.run(server)
        assert bridge.stop() == 0
    all_paid(till, "socket")
    shared = [number for number, workers in till.seen.items() if len(workers) > 1]
    print(f"{len(till.seen)} connections, {len(shared)} of several workers")
    assert len(till.seen) < SOME / 10
    assert shared, "every worker had connections of its own"


def test_a_daemon_killed_in_the_middle(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    """It is started again, as systemd does; until then pages take the pipe."""
    till = Till(fresh_gateway, fewer(name, SOME))
    home, program = fresh_gateway.home, kit.php(name, "php-fpm")
    with daemon.running() as bridge:

        def replaced() -> None:
            bridge.kill()
            bridge.restart()

        log = tmp_path / "php.log"
        settings, pool = {"ffi.enable": "preload", "error_log": str(log)}, {"patience": PATIENT}
        with fpm.running(program, tmp_path / "fpm", home, settings, pool, bridge.socket) as server:
            till.run(server, SOME // 20, replaced)
    ways = {said["backend"] for said in till.answers()}
    lost = [said for said in till.answers() if said["code"] == "90099"]
    print(f"{len(lost)} pages lost the daemon, ways: {ways}")
    assert "socket" in ways
    assert lost, "no page lost the daemon"
    assert "xpay bridge --listen" in log.read_text("utf-8"), "the operator is not told"
    assert {said["outcome"] for said in lost} <= {"not_sent", "in_doubt"}
    no_orphans(till, server.booked())


@pytest.mark.parametrize("way", ["ffi", "socket", "pipe"])
def test_killed_in_the_middle(name: str, way: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    """Reloads without a grace period: workers die at any point. The journal knows what the shop was not told.

    By pipe and by socket, the bridge outlives its worker and nobody gets the result.
    """
    till = Till(fresh_gateway, fewer(name, SOME))
    settings = {"ffi.enable": "true" if way == "ffi" else "preload"}
    program, pool = kit.php(name, "php-fpm"), {"patience": IMPATIENT}
    with contextlib.ExitStack() as stack:
        socket = stack.enter_context(daemon.running()).socket if way == "socket" else None
        server = stack.enter_context(fpm.running(program, tmp_path / "fpm", fresh_gateway.home, settings, pool, socket))
        till.run(server, SOME // 20, server.reload)
    killed = [oid for oid, said in till.said if said is None]
    print(f"{len(killed)} pages killed")
    assert killed, "no page was killed"
    assert {said["backend"] for said in till.answers()} == {way}
    no_orphans(till, server.booked())


def no_orphans(till: Till, booked: set[str]) -> None:
    """After recovery, what stands at the gateway is in the shop's books, or shown to the merchant."""
    recover: list[str | Path] = [sandbox.XPAY, "recover", "--home", till.gateway.home]
    subprocess.run(recover, stdout=subprocess.DEVNULL)
    shown = json.loads(subprocess.run([*recover, "--list", "--json"], stdout=subprocess.PIPE).stdout)
    # A confirmed Rollback is requested once more later.
    assert {entry["state"] for entry in shown} <= {"unconfirmed", "rolled_back"}, "some are still in doubt"
    unconfirmed = {entry["tid"] for entry in shown if entry["state"] == "unconfirmed"}
    standing = till.standing()
    print(f"{len(standing - booked)} approvals shown as unconfirmed")
    assert not standing - booked - unconfirmed, "orphans"
    assert booked <= standing, "paid by the shop's books and not by the gateway's"
