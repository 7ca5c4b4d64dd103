"""Ctrl-C: a payment that was on its way ends at once, and nothing of it is left at the gateway."""

import signal
import socket

import pytest
from gateway import MID, still_open, until

# What a child says of the KeyboardInterrupt that it got.
TELL = """
    except KeyboardInterrupt as error:
        cause = error.__cause__
        print(type(cause).__name__, cause.code, cause.outcome, cause.tx_id, sep="|", flush=True)
"""

TYPED = """
    try:
        client.pay_by_key(arguments[0], 23400)
"""

LEGACY = f"""
    try:
        client.Init_TX("{MID}")
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", arguments[0])
        client.TX()
"""

GUARDED = """
    try:
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
"""

LEGACY_GUARDED = f"""
    try:
        client.Init_TX("{MID}")
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", arguments[0])
        client.TX_Guarded(lambda client: True)
"""


PAYS = pytest.mark.parametrize("pays", [TYPED, LEGACY, GUARDED, LEGACY_GUARDED], ids=["typed", "legacy", "guarded", "TX_Guarded"])


@PAYS
def test_a_payment_that_hangs_is_rolled_back_at_once(gateway, client, child, pays):
    oid = gateway.order()
    gateway.fail("hang")
    with child(pays + TELL, gateway.paykey(oid)) as process:
        until(lambda: gateway.balance(oid), lambda: process.poll() is None)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate()
    kind, code, outcome, tx_id = said.strip().split("|")
    assert (kind, code, outcome) == ("TransportError", "90008", "rolled_back"), complaint
    assert gateway.balance(oid) == 0
    rollbacks = [r["parameters"]["LGD_RB_REASON"] for r in gateway.requests(tx_id) if r["txname"] == "Rollback"]
    assert rollbacks == ["Interrupted"]
    assert still_open(client) == []


AS_IT_COMES = """
    import logging
    class Interrupting(logging.Handler):
        def emit(self, record):
            if "] 0000 " in record.getMessage():
                logging.getLogger("xpayclient").removeHandler(self)
                os.kill(os.getpid(), signal.SIGINT)
    logging.getLogger("xpayclient").addHandler(Interrupting())
    logging.getLogger("xpayclient").setLevel(logging.INFO)
"""


@PAYS
def test_an_approval_that_comes_with_the_signal_is_rolled_back(gateway, client, child, pays):
    """The signal comes where the answer was just read: it is there, and nobody has it yet. And it is raised in a log's handler."""
    oid = gateway.order()
    with child(AS_IT_COMES + pays + TELL, gateway.paykey(oid)) as process:
        said, complaint = process.communicate()
    assert said.startswith("TransportError|90008|rolled_back|"), complaint
    assert gateway.payment(oid)["state"] == "rolled_back"
    assert still_open(client) == []


def test_a_second_ctrl_c_leaves_at_once_and_the_exit_waits_for_the_rollback(gateway, client, child):
    code = """
        client.set_config("timeout", "4")
        try:
            client.pay_by_key(arguments[0], 23400)
        except KeyboardInterrupt as error:
            cause = error.__cause__
            print(cause.code, cause.outcome, sep="|", flush=True)
    """
    oid = gateway.order()
    gateway.fail("hang", "before:hang")
    with child(code, gateway.paykey(oid)) as process:
        until(lambda: gateway.balance(oid), lambda: process.poll() is None)
        txid = next(r["txid"] for r in reversed(gateway.ask("/requests")) if r["txname"] == "PaymentByKey")
        process.send_signal(signal.SIGINT)
        until(lambda: len(gateway.requests(txid)) > 1, lambda: process.poll() is None)
        assert gateway.balance(oid) == 23400
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate()
    assert said.strip() == "90008|in_doubt", complaint
    assert gateway.balance(oid) == 0
    assert still_open(client) == []


def test_what_did_not_leave_never_leaves(child):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        code = 'client.set_config("test_url", f"https://127.0.0.1:{arguments[1]}/")\n' + "try:\n"
        code += "    client.pay_by_key(arguments[0], 23400)\n"
        code += "except KeyboardInterrupt as error:\n    print(error.__cause__.code, error.__cause__.outcome, sep='|')\n"
        with child(code, "paykey", str(mute.getsockname()[1])) as process:
            connection, _ = mute.accept()
            # The handshake's first bytes: it is waiting for ours.
            assert connection.recv(1)
            process.send_signal(signal.SIGINT)
            said, complaint = process.communicate()
            connection.close()
    assert said.strip() == "90008|not_sent", complaint


def test_the_shops_step_is_interrupted(gateway, child):
    code = """
        try:
            with client.transaction() as tx:
                tx.pay_by_key(arguments[0], 23400)
                print("approved", flush=True)
                signal.pause()
        except KeyboardInterrupt:
            print(tx.outcome, tx.error.code, flush=True)
    """
    oid = gateway.order()
    with child(code, gateway.paykey(oid)) as process:
        assert process.stdout.readline() == "approved\n"
        assert gateway.balance(oid) == 23400
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate()
    assert said == "rolled_back 90007\n", complaint
    assert gateway.balance(oid) == 0


def test_any_signal_whose_handler_raises(gateway, child):
    code = """
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        client.pay_by_key(arguments[0], 23400)
    """
    oid = gateway.order()
    gateway.fail("hang")
    with child(code, gateway.paykey(oid)) as process:
        until(lambda: gateway.balance(oid), lambda: process.poll() is None)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 7
    assert gateway.balance(oid) == 0


def test_a_handler_that_does_not_raise_stops_nothing(gateway, child):
    code = """
        signal.signal(signal.SIGUSR1, lambda *_: print("heard", flush=True))
        client.set_config("timeout", "2")
        try:
            client.pay_by_key(arguments[0], 23400)
        except TransportError as error:
            print(error.code, error.outcome)
    """
    oid = gateway.order()
    gateway.fail("hang")
    with child(code, gateway.paykey(oid)) as process:
        until(lambda: gateway.balance(oid), lambda: process.poll() is None)
        process.send_signal(signal.SIGUSR1)
        said, complaint = process.communicate()
    assert said == "heard\n20009 rolled_back\n", complaint
