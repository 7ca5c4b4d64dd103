"""A shop for tests/machines: pays with each PAYKEY that it reads, and says what it knows."""

import sys

from xpayclient import XPayClient

xpay = XPayClient(sys.argv[1], "test")
for paykey in sys.stdin:
    xpay.Init_TX("tlgdacomxpay")
    xpay.Set("LGD_TXNAME", "PaymentByKey")
    xpay.Set("LGD_PAYKEY", paykey.strip())
    if xpay.TX() and xpay.Response_Code() == "0000":
        print("paid", xpay.Response("LGD_TID", 0), flush=True)
    else:
        print("outcome", xpay.outcome.value, xpay.response_detail(), flush=True)
