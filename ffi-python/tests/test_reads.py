"""No call that reads changes anything, whatever was called before: random sequences of calls, from a seed that a failure prints."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway import MID
from xpayclient import UsageError, XPayClient, XPayError, claimed_oid

# What can be read again and is the same then.
STATE = [
    lambda client: client.Response_Code(),
    lambda client: client.Response_Msg(),
    lambda client: client.Response_Detail(),
    lambda client: client.Response_Json(),
    lambda client: client.Response_Count(),
    lambda client: client.Response_Names(),
    lambda client: client.Response("LGD_TID", 0),
    lambda client: client.response_body(),
    lambda client: client.Outcome(),
    lambda client: client.TX_ID,
    lambda client: client.Auth_Code,
    lambda client: dict(client.config),
    lambda client: client.config.raw(),
    repr,
    lambda client: told(lambda: client.platform),
]

# What reads as well. get_hash_data is none of it: a signature that cannot be made leaves a code, as Set does.
READS = [
    *STATE,
    lambda client: client.GetTimeStamp(),
    lambda client: client.Response("LGD_RESPCODE", -1),
    lambda client: client.Response(b"\xff\0", 10**9),
    lambda client: client.config.get("nothing"),
    lambda client: repr(client.config),
    lambda client: told(client.open_transactions),
    lambda client: told(client.check_journal),
    lambda client: told(lambda: client.verify_notice(b"LGD_OID=order-1", 1000)),
    lambda client: told(lambda: claimed_oid(b"%")),
]


def told(read):
    """What it gives, or what it raises."""
    try:
        return read()
    except XPayError as error:
        return error.code


def state(client):
    return [read(client) for read in STATE]


def elsewhere(pool):
    """Another thread's settings, among them ones that take this one's shop away."""
    return [
        lambda client, _: pool.submit(client.SetConfig, MID, "").result(),
        lambda client, _: pool.submit(client.SetConfig, "timeout", "5").result(),
        lambda client, _: pool.submit(client.Init_TX, MID).result(),
    ]


CHANGES = [
    lambda client, gateway: client.Init(gateway.home, "test"),
    lambda client, gateway: client.Init("nowhere", "test"),
    lambda client, gateway: client.Init_Mode("test"),
    lambda client, gateway: client.Init_TX("nobody"),
    lambda client, gateway: client.Set("LGD_BUYER", "a\0b"),
    lambda client, gateway: client.Set("LGD_TXNAME", "Ping"),
    lambda client, gateway: client.SetConfig("auto_rollback", "0"),
    lambda client, gateway: client.SetConfig("", "value"),
    lambda client, gateway: client.get_hash_data("nobody", "order-1", "1000", "20261123120000"),
    lambda client, gateway: client.Rollback("no stock"),
    lambda client, gateway: client.TX_Guarded(lambda client: bool(client.Response_Count())),
    lambda client, gateway: client.TX(),
]


def payment(*more):
    """The calls of a payment."""

    def pay(client, gateway):
        done = [client.Init_TX(MID), client.Set("LGD_TXNAME", "PaymentByKey")]
        done += [client.Set("LGD_PAYKEY", gateway.paykey(gateway.order()))]
        done += [client.Set(name, value) for name, value in more]
        return [*done, client.TX()]

    return pay


PAYMENTS = [payment(), payment(("XPAY_SANDBOX_FAULT", "close")), payment(("LGD_AMOUNT", "1"))]


@pytest.mark.parametrize("seed", range(25))
def test_reading_changes_nothing(gateway, seed):
    chance = random.Random(seed)
    with ThreadPoolExecutor(1) as others, ThreadPoolExecutor(1) as others_of_quiet:
        asked, quiet = XPayClient(mid=MID), XPayClient(mid=MID)
        changes = [CHANGES + PAYMENTS * 2 + elsewhere(pool) for pool in (others, others_of_quiet)]
        steps = [0, *(chance.randrange(len(changes[0])) for _ in range(20))]
        for step in steps:
            done = unless_refused(changes[0][step], asked, gateway)
            before = unless_refused(state, asked)
            for read in chance.choices(READS, k=8):
                unless_refused(read, asked)
                assert unless_refused(state, asked) == before, (steps, step)
            # The client of which nothing was read goes the same way.
            assert unless_refused(changes[1][step], quiet, gateway) == done, (steps, step)
            assert comparable(before) == comparable(unless_refused(state, quiet)), (steps, step)
    XPayClient(gateway.home, "test", mid=MID).recover()


def unless_refused(call, *arguments):
    """Where another thread began a transaction and this one none, this one's calls are refused; that is no change, either."""
    try:
        return call(*arguments)
    except RuntimeError as error:
        return str(error)


def comparable(seen):
    """Without what no two transactions share: code, how much there is, and outcome are left."""
    return seen if isinstance(seen, str) else [seen[0], *seen[4:6], seen[8], seen[11:]]


def test_a_failure_of_a_typed_call_leaves_the_vendors_answer_alone(client):
    client.Init_TX(MID), client.Set("LGD_TXNAME", "Ping"), client.TX()
    before = state(client)
    with pytest.raises(UsageError):
        client.cancel("x" * 100)
    assert state(client) == before
