"""`log_dir = -`: lines on standard error, and a standard error that takes none. No payment waits for it or ends with it."""

import json
import os
import shutil
import sys
import textwrap

import pytest
from gateway import MID, PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE, and a pipe there cannot be asked")

PAYS = """
    import logging, logging.handlers
    kept = logging.handlers.MemoryHandler(1000, flushLevel=100)
    logging.getLogger("xpayclient").addHandler(kept)
    paid = client.pay_by_key(arguments[0], 23400)
    print(paid.tid, *(record.getMessage() for record in kept.buffer if "log_dir [-]" in record.getMessage()), sep="|")
"""

BROKEN = {
    # Of a process that does not ignore SIGPIPE, as a program in C does not.
    "its reader is gone": """
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.close(reading)
    """,
    "its reader hangs": """
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.set_blocking(writing, False)
        try:
            while os.write(writing, bytes(4096)):
                pass
        except BlockingIOError:
            os.set_blocking(writing, True)
    """,
    "it was closed": "os.close(2)\n",
}


@pytest.fixture
def home(gateway, tmp_path):
    shutil.copytree(os.path.join(gateway.home, "conf"), tmp_path / "conf")
    with (tmp_path / "conf/mall.conf").open("a") as settings:
        settings.write("\nlog_dir = -\nlog_format = json\nlog_level = 4\n")
    return tmp_path


def test_each_line_is_an_object_without_secrets(gateway, child, home):
    key = gateway.paykey(gateway.order())
    with child(PAYS, key, home=home) as process:
        said, lines = process.communicate(timeout=PATIENCE)
    assert "|" not in said, "every line was written"
    objects = [json.loads(line) for line in lines.splitlines()]
    assert all(list(one) == ["time", "level", "tx_id", "message", "fields"] for one in objects)
    (sent,) = (one for one in objects if one["fields"].get("LGD_TXNAME") == "PaymentByKey")
    assert (sent["level"], sent["fields"]["LGD_PAYKEY"]) == ("INFO", "***")
    assert key not in lines
    assert sorted(entry.name for entry in home.iterdir()) == ["conf", "journal"]


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_payment_does_not_need_it(gateway, child, home, broken):
    oid = gateway.order()
    begin = textwrap.dedent(broken) + f"client = XPayClient(home, 'test', mid={MID!r})\n"
    with child(begin + textwrap.dedent(PAYS), gateway.paykey(oid), home=home) as process:
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert gateway.balance(oid) == 23400
    tid, *told = said.split("|")
    assert tid and len(told) == 1, "it is told once"


def test_what_is_opened_in_its_place_gets_no_line(gateway, child, home):
    oid = gateway.order()
    # The number of the next file: the journal's.
    with child("os.close(2)\n" + textwrap.dedent(PAYS), gateway.paykey(oid), home=home) as process:
        _, lines = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert gateway.balance(oid) == 23400
    assert any(json.loads(line)["fields"].get("LGD_OID") == oid for line in lines.splitlines()), "it goes where it went"
    for file in (home / "journal").iterdir():
        assert b'"level"' not in file.read_bytes()
