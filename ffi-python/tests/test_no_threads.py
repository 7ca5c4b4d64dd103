"""A process that can start no thread any more: what was sent is ended all the same, on the thread that asked."""

import os
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from gateway import MID, still_open
from test_interrupt import AS_IT_COMES, PAYS, TELL
from xpayclient import XPayClient

resource = pytest.importorskip("resource")
if not sys.platform.startswith("linux"):
    pytest.skip("RLIMIT_NPROC counts threads on Linux", allow_module_level=True)

NOBODY = 65534

# The connection is there already: a new one is made with a thread's help.
LIMITED = f"""
    import asyncio, resource
    client.warm_up()
    if os.geteuid() == 0:
        os.setgroups([]), os.setresgid({NOBODY}, {NOBODY}, {NOBODY}), os.setresuid({NOBODY}, {NOBODY}, {NOBODY})

    def no_threads():
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        try:
            threading.Thread(target=int).start()
        except RuntimeError:
            return
        sys.exit("a thread could be started")
"""


@pytest.fixture
def limited(gateway, child):
    """Runs Python code in a process of a user whom the limit binds, at a home of its own."""
    # Not below pytest's directories, where that user may not come.
    place = tempfile.TemporaryDirectory(prefix="xpay-limited-")
    home = Path(place.name)
    shutil.copytree(os.path.join(gateway.home, "conf"), home / "conf")
    with (home / "conf/mall.conf").open("a") as settings:
        settings.write(f'\nlog_dir = "{home}/log"\n')
    if os.geteuid() == 0:
        for entry in (home, *home.rglob("*")):
            os.chown(entry, NOBODY, NOBODY)

    def run(code, *arguments):
        with child(textwrap.dedent(LIMITED) + textwrap.dedent(code), *arguments, home=home) as process:
            said, complaint = process.communicate()
        assert process.returncode == 0, complaint
        assert (home / "log").is_dir(), "there is no journal to look into"
        return said

    run.client = XPayClient(home, "test", mid=MID)
    with place:
        yield run


TYPED = """
    no_threads()
    try:
        client.pay_by_key(arguments[0], 23400)
    except XPayError as error:
        print(error.code, error.outcome, sep="|")
"""

LEGACY = f"""
    no_threads()
    client.Init_TX("{MID}"), client.Set("LGD_TXNAME", "PaymentByKey"), client.Set("LGD_PAYKEY", arguments[0])
    client.TX()
    print(client.Response_Code(), client.outcome, sep="|")
"""

ASYNC = f"""
    no_threads()
    async def main():
        try:
            await AsyncClient(home, "test", mid="{MID}").pay_by_key(arguments[0], 23400)
        except XPayError as error:
            print(error.code, error.outcome, sep="|")
    asyncio.run(main())
"""


@pytest.mark.parametrize("pays", [TYPED, LEGACY, ASYNC], ids=["typed", "legacy", "asyncio"])
def test_what_broke_after_sending_is_rolled_back(gateway, limited, pays):
    oid = gateway.order()
    gateway.fail("close")
    assert limited(pays, gateway.paykey(oid)) == "20008|rolled_back\n"
    assert gateway.payment(oid)["state"] == "rolled_back"
    assert still_open(limited.client) == []


GUARDED = """
    try:
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
            no_threads()
            raise ValueError
    except ValueError:
        print(tx.error.code, tx.outcome, sep="|")
"""

LEGACY_GUARDED = f"""
    client.Init_TX("{MID}"), client.Set("LGD_TXNAME", "PaymentByKey"), client.Set("LGD_PAYKEY", arguments[0])
    client.TX_Guarded(lambda client: no_threads())
    print(client.Response_Code(), client.outcome, sep="|")
"""

ASYNC_GUARDED = f"""
    async def main():
        try:
            async with AsyncClient(home, "test", mid="{MID}").transaction() as tx:
                await tx.pay_by_key(arguments[0], 23400)
                no_threads()
                raise ValueError
        except ValueError:
            print(tx.error.code, tx.outcome, sep="|")
    asyncio.run(main())
"""


@pytest.mark.parametrize("pays", [GUARDED, LEGACY_GUARDED, ASYNC_GUARDED], ids=["guard", "TX_Guarded", "asyncio"])
def test_a_step_that_fails_undoes_the_approval(gateway, limited, pays):
    oid = gateway.order()
    assert limited(pays, gateway.paykey(oid)) == "90007|rolled_back\n"
    assert gateway.payment(oid)["state"] == "rolled_back"
    assert still_open(limited.client) == []


def test_an_approval_that_nobody_took_is_rolled_back(gateway, limited):
    oid = gateway.order()
    code = f"""
        from xpayclient._requests import PaymentByKey
        request = PaymentByKey(paykey=arguments[0], amount=None, process_timeout=None)
        held = client._prepare(request, "{MID}").hold()
        no_threads()
        del held
    """
    assert limited(code, gateway.paykey(oid)) == ""
    assert gateway.payment(oid)["state"] == "rolled_back"
    assert still_open(limited.client) == []


def test_a_rollback_that_was_asked_for_is_sent(gateway, limited):
    oid = gateway.order()
    code = """
        paid = client.pay_by_key(arguments[0], 23400)
        no_threads()
        print(client.undo(paid.tx_id, "no stock").code)
    """
    assert limited(code, gateway.paykey(oid)) == "0000\n"
    assert gateway.payment(oid)["state"] == "rolled_back"


def test_a_host_is_looked_up_and_connected_to(gateway, limited):
    """Which has threads of its own where there are any."""
    oid = gateway.order()
    code = """
        no_threads()
        client.set_config("test_url", client.config["test_url"].replace("127.0.0.1", "localhost"))
        client.set_config("keep_alive", "0")
        print(client.pay_by_key(arguments[0], 23400).code)
    """
    assert limited(code, gateway.paykey(oid)) == "0000\n"
    assert gateway.balance(oid) == 23400


@PAYS
def test_an_approval_that_comes_with_a_signal_is_rolled_back(gateway, limited, pays):
    oid = gateway.order()
    code = "".join(map(textwrap.dedent, ("no_threads()\n", AS_IT_COMES, pays + TELL)))
    assert limited(code, gateway.paykey(oid)).startswith("TransportError|90008|rolled_back|")
    assert gateway.payment(oid)["state"] == "rolled_back"
    assert still_open(limited.client) == []
