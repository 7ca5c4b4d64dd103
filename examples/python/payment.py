"""A payment from PAYKEY to cancel: the shop's payres page, in Python.

Usage: ``payment.py HOME_DIR PAYKEY [MID]``. HOME_DIR holds conf/mall.conf and conf/lgdacom.conf; PAYKEY is what the payment
window returned. MID is the public demo shop unless given.
"""

from __future__ import annotations

import sys

from xpayclient import Outcome, XPayClient, XPayError

AMOUNT = 23400


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3):
        print("usage: payment.py HOME_DIR PAYKEY [MID]", file=sys.stderr)
        return 2
    home, paykey, *mid = arguments
    client = XPayClient(home, "test", mid=mid[0] if mid else "tlgdacomxpay")
    try:
        return pay_and_cancel(client, paykey)
    except XPayError as error:
        # Only IN_DOUBT may have charged the buyer, until `client.recover()` or `xpay recover` has run.
        print("in_doubt" if error.outcome is Outcome.IN_DOUBT else "not charged", error, file=sys.stderr)
        return 1


def pay_and_cancel(client: XPayClient, paykey: str) -> int:
    with client.transaction() as tx:
        paid = tx.pay_by_key(paykey, AMOUNT)
        if not paid.is_success:
            # S007 and XC01: an earlier request may have paid.
            print("repeated" if paid.is_repeated else "declined", paid.code, paid.message)
            return 1
        # Save the order in the shop's database here: if this raises, the payment is rolled back.
        print("paid", paid.amount, "LGD_TID", paid.tid, paid.institution)

    cancelled = client.cancel(paid.tid, reason="changed their mind")
    print(cancelled.state.value, cancelled.code, cancelled.message)
    return 0 if cancelled.counts_as_done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
