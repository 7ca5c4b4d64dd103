"""Pays by ctypes, with the header beside it and nothing generated: LIBRARY HOME PAYKEY. The order is saved in the guard's step."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, byref, c_bool, c_char_p, c_int, c_size_t, c_uint64, c_void_p

library, home, paykey = sys.argv[1:]
xpay = ctypes.CDLL(library)
STEP = ctypes.CFUNCTYPE(c_bool, c_void_p, c_void_p)
# What the header declares, of what is used here.
for name, result, parameters in [
    ("new", c_void_p, []),
    ("free", None, [c_void_p]),
    ("init", c_bool, [c_void_p, c_char_p, c_char_p]),
    ("timestamp_str", c_char_p, [c_void_p]),
    ("hash_data_str", c_char_p, [c_void_p, c_char_p, c_char_p, c_char_p, c_char_p]),
    ("timestamp", c_bool, [c_void_p, c_char_p]),
    ("recover_open", c_bool, [c_void_p, POINTER(c_size_t)]),
    ("pay_by_key", c_bool, [c_void_p, c_char_p, c_char_p, c_uint64, STEP, c_void_p]),
    ("response", c_char_p, [c_void_p, c_char_p, c_size_t]),
    ("response_detail", c_char_p, [c_void_p]),
    ("error", c_int, [c_void_p]),
    ("outcome", c_int, [c_void_p]),
]:
    function = getattr(xpay, f"xpay_{name}")
    function.restype, function.argtypes = result, parameters

saved: list[bytes] = []


def save(context: int, client: int) -> bool:
    saved.append(xpay.xpay_response(client, b"LGD_TID", 0))
    return True


# Kept until it is not called any more.
step = STEP(save)
client = xpay.xpay_new()
assert xpay.xpay_init(client, home.encode(), b"test"), xpay.xpay_response_detail(client)
time = ctypes.create_string_buffer(15)
assert xpay.xpay_timestamp(client, time) and len(time.value) == 14
assert len(xpay.xpay_hash_data_str(client, b"tlgdacomxpay", b"by-ctypes", b"23400", xpay.xpay_timestamp_str(client))) == 32
still_open = c_size_t(7)
assert xpay.xpay_recover_open(client, byref(still_open)) and still_open.value == 0
assert not xpay.xpay_recover_open(client, None) and xpay.xpay_error(client) == 90001
assert xpay.xpay_pay_by_key(client, b"tlgdacomxpay", paykey.encode(), 23400, step, None), xpay.xpay_response_detail(client)
assert xpay.xpay_error(client) == 0 and xpay.xpay_outcome(client) == 1
print(saved.pop().decode())
xpay.xpay_free(client)
