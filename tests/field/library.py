"""libxpayclient.so from Python, by its C functions: what every binding stands on."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable

import sandbox

BYTES, BOOL, SIZE, AMOUNT, HANDLE = ctypes.c_char_p, ctypes.c_bool, ctypes.c_size_t, ctypes.c_uint64, ctypes.c_void_p

# What a call takes after the handle, and what it returns.
CALLS = {
    "init": ((BYTES, BYTES), BOOL),
    "init_tx": ((BYTES,), BOOL),
    "set": ((BYTES, BYTES), BOOL),
    "tx": ((BOOL,), BOOL),
    "rollback": ((BYTES,), BOOL),
    "response_code": ((), BYTES),
    "response_msg": ((), BYTES),
    "response_detail": ((), BYTES),
    "response_name_count": ((), SIZE),
    "response_name": ((SIZE,), BYTES),
    "response": ((BYTES, SIZE), BYTES),
    "window_begin": ((BYTES,), BOOL),
    "window_strict": ((BOOL,), BOOL),
    "window_set": ((BYTES, BYTES), BOOL),
    "window_sign": ((), BOOL),
    "window_warning_count": ((), SIZE),
    "window_warning": ((SIZE,), BYTES),
    "return_read": ((BYTES, SIZE), BOOL),
    "return_verify": ((BYTES, BYTES, AMOUNT), BOOL),
    "return_value": ((BYTES,), BYTES),
    "free": ((), None),
}


class Client:
    """A client of the C library with a merchant's configuration; texts are UTF-8."""

    def __init__(self, home: str) -> None:
        self._library = ctypes.CDLL(str(sandbox.LIBRARY))
        self._library.xpay_new.restype = HANDLE
        self._handle = HANDLE(self._library.xpay_new())
        assert self.call("init", home, "test"), self.said()

    def call(self, name: str, *arguments: str | bytes | int) -> str | int:
        """Calls xpay_`name`; what is returned as bytes is read as UTF-8."""
        takes, returns = CALLS[name]
        function = getattr(self._library, f"xpay_{name}")
        function.argtypes, function.restype = (HANDLE, *takes), returns
        given = [argument.encode() if isinstance(argument, str) else argument for argument in arguments]
        value = function(self._handle, *given)
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    def said(self) -> str:
        """Code and detail of the last call."""
        return f"{self.call('response_code')} {self.call('response_detail')}"

    def transact(self, mid: str, parameters: Iterable[tuple[str, str]]) -> str:
        """Sends a transaction in UTF-8, and returns LGD_RESPCODE."""
        assert self.call("init_tx", mid), self.said()
        for name, value in (("LGD_ENCODING", "UTF-8"), *parameters):
            assert self.call("set", name, value), self.said()
        assert self.call("tx", True), self.said()
        return str(self.call("response_code"))

    def row(self) -> dict[str, str]:
        """The first row of the answer."""
        names = [str(self.call("response_name", at)) for at in range(int(self.call("response_name_count")))]
        return {name: str(self.call("response", name, 0)) for name in names}

    def close(self) -> None:
        self.call("free")
