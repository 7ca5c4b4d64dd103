"""A gateway for all tests of a run, a client for each."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import contextmanager, suppress

import pytest
from gateway import MID, Gateway
from xpayclient import XPayClient

# They have a runner of their own.
collect_ignore = ["django"]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sandbox")
    process = subprocess.Popen([os.environ["XPAY"], "sandbox", "--dir", directory], stdout=subprocess.PIPE, encoding="utf-8")
    yield Gateway(json.loads(process.stdout.readline()))
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def gateway(sandbox):
    sandbox.forget_faults()
    return sandbox


@pytest.fixture
def client(gateway):
    return XPayClient(gateway.home, "test", mid=MID)


@pytest.fixture
def child(gateway):
    """Runs Python code in a process of its own, which has a `client` and an `arguments` list."""
    started = []

    @contextmanager
    def run(code, *arguments, home=gateway.home):
        begin = f"""
            import os, signal, sys, threading
            from xpayclient import *
            home, *arguments = sys.argv[1:]
            # Whoever runs the tests in the background of a shell has it ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            client = XPayClient(home, "test", mid={MID!r})
        """
        program = textwrap.dedent(begin) + textwrap.dedent(code)
        process = subprocess.Popen(
            [sys.executable, "-c", program, home, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            # What it forks ends with it, and would keep its pipes open.
            start_new_session=True,
        )
        started.append(process)
        yield process

    yield run
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
