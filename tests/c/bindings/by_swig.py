"""Pays by the module that SWIG made: HOME PAYKEY."""

from __future__ import annotations

import sys

import xpay  # type: ignore[import-not-found]

home, paykey = sys.argv[1:]
assert xpay.xpay_version() == xpay.XPAY_VERSION and xpay.xpay_version_number() == xpay.XPAY_VERSION_NUMBER
client = xpay.xpay_new()
assert xpay.xpay_init(client, home, xpay.XPAY_MODE_TEST), xpay.xpay_response_detail(client)
time = xpay.xpay_timestamp_str(client)
signature = xpay.xpay_hash_data_str(client, "tlgdacomxpay", "by-swig", "23400", time)
assert len(time) == xpay.XPAY_TIMESTAMP_SIZE - 1 and len(signature) == xpay.XPAY_HASH_SIZE - 1
assert xpay.xpay_hash_data_str(client, "nobody", "by-swig", "23400", time).startswith("refused:")
assert xpay.xpay_error(client) == xpay.XPAY_ERR_NO_MID
assert xpay.xpay_recover_open(client) == [True, 0]
assert xpay.xpay_pay_by_key(client, "tlgdacomxpay", paykey, 23400, None, None), xpay.xpay_response_detail(client)
assert xpay.xpay_error(client) == xpay.XPAY_ERR_NONE and xpay.xpay_outcome(client) == xpay.XPAY_OUTCOME_ANSWERED
print(xpay.xpay_response(client, "LGD_TID", 0))
xpay.xpay_free(client)
