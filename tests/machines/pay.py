"""A shop for tests/machines: pays with the PAYKEY that it reads, and says what it knows."""

import sys

from xpayclient import XPayClient

xpay = XPayClient(sys.argv[1], "test")
xpay.Init_TX("tlgdacomxpay")
xpay.Set("LGD_TXNAME", "PaymentByKey")
xpay.Set("LGD_PAYKEY", sys.stdin.readline().strip())
if xpay.TX() and xpay.Response_Code() == "0000":
    print("paid", xpay.tx_id, xpay.Response("LGD_TID", 0), flush=True)
else:
    print("outcome", xpay.outcome, xpay.tx_id, xpay.Response_Msg(), flush=True)
