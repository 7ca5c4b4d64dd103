"""One exception for each kind of errors, with code, message, LGD_TXID and outcome; and none that tells a secret."""

import pickle
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway import MID
from xpayclient import (
    AsyncClient,
    ConfigError,
    Outcome,
    ProtocolError,
    TransportError,
    UsageError,
    XPayClient,
    XPayError,
    _native,
)
from xpayclient._requests import Ping


def raised(kind, call, *arguments, **named):
    with pytest.raises(XPayError) as caught:
        call(*arguments, **named)
    assert type(caught.value) is kind, caught.value
    return caught.value


def test_a_value_without_its_form(client):
    error = raised(UsageError, client.cancel, "x" * 100)
    assert (error.code, error.outcome, error.tx_id) == ("90003", Outcome.NOT_SENT, "")
    assert "LGD_TID" in error.message


@pytest.mark.parametrize("mode", ["TEST", "Test", "real", "", "service ", "SERVICE", "live"])
def test_a_mode_that_is_none(gateway, mode):
    """A slip must not move money; what is written anew says test or service."""
    for made in (XPayClient, AsyncClient):
        error = raised(UsageError, made, gateway.home, mode)
        assert (error.code, error.outcome) == ("90003", Outcome.NOT_SENT) and "mode" in error.message
    assert raised(UsageError, XPayClient, mode=mode).code == "90003"


@pytest.mark.parametrize("mode", [b"test", None, 1])
def test_a_mode_is_a_str(gateway, mode):
    with pytest.raises(TypeError):
        XPayClient(gateway.home, mode)


@pytest.mark.parametrize(
    ("mode", "platform"),
    [("test", "test"), ("TEST", "test"), ("Test", "test"), (b"tESt", "test"), ("real", "service"), ("", "service")],
)
def test_the_vendors_init_reads_a_mode_as_the_vendor_does(gateway, mode, platform):
    client = XPayClient()
    assert client.Init(gateway.home, mode) and client.platform == platform
    assert client.Init_Mode(mode) and client.platform == platform


def test_a_repr_shows_the_platform(gateway):
    assert repr(XPayClient(gateway.home, "test")) == f"<XPayClient test {gateway.home}>"
    assert repr(AsyncClient(gateway.home, "service")) == f"<AsyncClient service {gateway.home}>"
    client = XPayClient()
    assert repr(client) == "<XPayClient before Init without files>"
    client.Init(gateway.home, "TEST")
    assert repr(client) == f"<XPayClient test {gateway.home}>"
    client.Init_Mode("service")
    assert repr(client) == "<XPayClient service without files>"


def test_a_cancel_that_broke_says_nothing_of_charges(gateway, client):
    """Its Rollback undoes the cancel, so that the payment stands: that nothing was charged would be untrue."""
    paid = client.pay_by_key(gateway.paykey(gateway.order()), 23400)
    calls = (
        lambda: client.cancel(paid.tid),
        lambda: client.partial_cancel(paid.tid, 400, remaining=23400),
        lambda: client.cash_receipt_cancel(paid.tid, means="SC0030"),
        client.ping,
        lambda: client.amount_check("key", 23400),
    )
    # The Rollback does not arrive, or its answer does not. At once: each waits between its Rollbacks.
    for script in ("Rollback before:close\n* close", "* close"):
        gateway.ask("/faults", {"script": script})
        with ThreadPoolExecutor(len(calls)) as pool:
            errors = list(pool.map(lambda call: raised(TransportError, call), calls))
        gateway.forget_faults()
        for error in errors:
            assert "charg" not in error.message and "결제되지 않았습니다" not in error.message
    gateway.fail("close")
    error = raised(TransportError, client.pay_by_key, gateway.paykey(gateway.order()), 23400)
    assert "nothing was charged" in error.message and "결제되지 않았습니다" in error.message
    for waits in client.recover().open:
        client.close_transaction(waits.tx_id, "end of the test")


def test_something_on_this_machine(gateway, tmp_path):
    assert raised(ConfigError, XPayClient, tmp_path / "nowhere").code == "10001"
    assert raised(ConfigError, XPayClient, tmp_path).code == "10002"
    client = XPayClient(gateway.home, "test", mid="nobody")
    assert raised(ConfigError, client.ping).code == "10004"
    client = XPayClient(gateway.home, "test", mid=MID)
    client.set_config("test_url", "http://127.0.0.1/")
    assert raised(ConfigError, client.ping).code == "20001"


def test_a_journal_that_cannot_be_written(gateway, tmp_path):
    """That nothing is open would not be known."""
    client = XPayClient(gateway.home, "test", mid=MID)
    client.check_journal()
    (tmp_path / "file").touch()
    client.set_config("journal_dir", str(tmp_path / "file/journal"))
    for call in (client.check_journal, client.recover):
        error = raised(ConfigError, call)
        assert error.code == "90006" and str(tmp_path) in error.message


def test_no_answer(gateway, client):
    oid = gateway.order()
    gateway.fail("close")
    error = raised(TransportError, client.pay_by_key, gateway.paykey(oid), 23400)
    assert (error.code, error.outcome) == ("20008", Outcome.ROLLED_BACK)
    assert error.tx_id.startswith(MID) and error.tx_id in error.message
    assert gateway.balance(oid) == 0


def test_in_doubt(gateway, client):
    oid = gateway.order()
    client.set_config("auto_rollback", "0")
    gateway.fail("close")
    error = raised(TransportError, client.pay_by_key, gateway.paykey(oid), 23400)
    assert error.outcome is Outcome.IN_DOUBT and gateway.balance(oid) == 23400
    recovery = client.recover()
    assert [open.tx_id for open in recovery.rolled_back] == [error.tx_id]
    assert gateway.balance(oid) == 0


def test_not_sent(client):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client.set_config("test_url", f"https://127.0.0.1:{closed.getsockname()[1]}/")
        error = raised(TransportError, client.ping)
    assert (error.code, error.outcome) == ("20004", Outcome.NOT_SENT)


@pytest.mark.parametrize(("fault", "code"), [("body=<html>", "40001"), ("status=503", "30503")])
def test_no_answer_in_form(gateway, client, fault, code):
    oid = gateway.order()
    gateway.fail(fault)
    error = raised(ProtocolError, client.pay_by_key, gateway.paykey(oid), 23400)
    assert (error.code, error.outcome) == (code, Outcome.ROLLED_BACK)
    assert gateway.balance(oid) == 0


def test_a_transaction_is_sent_once(gateway, client):
    transaction = client._client().prepare(MID, Ping(rows=None))
    transaction.send()
    assert raised(UsageError, transaction.send).code == "90002"


def test_every_kind_has_its_test():
    """A new class needs a test above. XPayError itself is for internal errors, which no test can provoke."""
    assert set(XPayError.__subclasses__()) == {UsageError, ConfigError, TransportError, ProtocolError}
    assert {name for _, name, _, _ in _native.codes()} >= {"INTERRUPTED", "INTERNAL", "SHOP_STEP"}


def test_it_speaks_both_languages_and_can_be_pickled(client):
    error = raised(UsageError, client.cancel, "x" * 100)
    assert "Correct the named field" in str(error) and "값을 고치십시오" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is UsageError
    assert (again.code, again.message, again.tx_id, again.outcome) == (
        error.code,
        error.message,
        error.tx_id,
        error.outcome,
    )
