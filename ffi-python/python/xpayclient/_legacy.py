"""The vendor's call sequence, by the vendor's names and in snake_case: Init, Init_TX, Set, TX, Response, Rollback.

A call returns False where it fails and leaves a code and a message; none raises because of the network. Text is sent as
CP949, or as UTF-8 once LGD_ENCODING is set to ``UTF-8``; ``bytes`` go as they are.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Callable, Optional, TypeVar, Union

from . import _errors, _flow, _log, _native
from ._secret import hides
from ._settings import Settings

if TYPE_CHECKING:
    from .store import Store

Text = Union[str, bytes]
S = TypeVar("S", bound="Legacy")

LGD_LOG_FATAL = 0
LGD_LOG_ERROR = 1
LGD_LOG_WARN = 2
LGD_LOG_INFO = 3
LGD_LOG_DEBUG = 4

NO_FILES = "without files"


class _State:
    """What a client keeps for one flow of control."""

    def __init__(self, session: _native.Session, epoch: int, version: int) -> None:
        """`epoch`: of which Init it is; `version`: which configuration."""
        self.session = session
        self.epoch = epoch
        self.version = version
        self.begun = False


class Legacy:
    """One transaction at a time for each thread, task and greenlet that uses it."""

    def __init__(self, store: Optional[Store] = None) -> None:
        self._lock = threading.RLock()
        # What keeps the journal: what was given, or what the settings say, by what they say.
        self._store = store
        self._configured: tuple[tuple[str, ...], Optional[Store]] = (), None
        # Of which each flow of control gets a copy, and where its configuration is from.
        self._template, self._source = _native.Session(_log.write), NO_FILES
        self._epoch = self._version = 0
        self._begun = self._is_closed = False
        # The session of a flow that ended is freed.
        self._states: weakref.WeakKeyDictionary[_flow.Flow, _State] = weakref.WeakKeyDictionary()
        _alive.add(self)

    # Configuration

    def init(self, home_dir: Union[Text, os.PathLike[str]], mode: Text = "service") -> bool:
        """Reads ``conf/mall.conf`` and ``conf/lgdacom.conf`` below `home_dir`. The client starts anew.

        `mode` is as the vendor reads it: ``"test"`` in any case is the test gateway, anything else the service gateway, where
        money moves.
        """
        return self._start(lambda session: session.init(os.fsencode(home_dir), mode), os.fsdecode(home_dir))

    def init_mode(self, mode: Text) -> bool:
        """Starts anew without files: every setting comes by `set_config`."""
        return self._start(lambda session: session.init_mode(mode), NO_FILES)

    @hides("value")
    def set_config(self, name: Text, value: Text) -> bool:
        """Sets or replaces one setting. It wins over the files and holds from the next `init_tx` on."""
        with self._lock:
            own = self._state()
            is_current = own.version == self._version
            done = own.session.set_config(name, value) and self._template.set_config(name, value)
            if self._keep_journal(self._template):
                self._keep_journal(own.session)
            self._version += 1
            if is_current:
                own.version = self._version
            return done

    @property
    def config(self) -> Settings:
        """All settings as they are now, as a read-only mapping."""
        with self._lock:
            self._check_open()
            return Settings(self._template.settings())

    # A transaction

    def init_tx(self, mid: Text) -> bool:
        """Begins a transaction of the shop `mid`: a new LGD_TXID and LGD_AUTHCODE, no other parameter.

        It belongs to the thread, the asyncio task or the greenlet that calls this: a task that this one creates, or
        ``asyncio.to_thread``, begins its own.
        """
        return self._begin().init_tx(mid)

    @hides("value")
    def set(self, name: Text, value: Text) -> bool:
        """Sets a parameter, or replaces its value in place."""
        return self._own().set(name, value)

    def tx(self, rollback_on_error: bool = True) -> bool:
        """Sends the transaction and waits for the answer, with the GIL released.

        True: a well-formed answer came; `response_code` says ``"0000"`` for success. False: the code says
        why, `outcome` whether money may have moved. With `rollback_on_error` what may have arrived and got no well-formed
        answer is rolled back at once (망취소). Ctrl-C ends it like an answer that never came, and raises.
        """
        return self._own().tx(rollback_on_error, False)

    def tx_guarded(self: S, step: Callable[[S], bool], rollback_on_error: bool = True) -> bool:
        """As `tx`, and once it is approved does the shop's own `step` before the approval counts.

        `step` is given this client, to read the answer. Where it returns False or raises, the payment is rolled back: then
        this is False with code 90007, or raises what `step` raised.
        """
        session = self._own()
        try:
            answered = session.tx(rollback_on_error, True)
            if not session.is_held():
                return answered
            done = step(self)
        except BaseException:
            if session.is_held():
                session.undo(_native.STEP_FAILED)
            raise
        return session.confirm() if done else session.undo(_native.STEP_FAILED)

    @hides("reason")
    def rollback(self, reason: Text) -> bool:
        """망취소: undoes the transaction sent last, for when the shop's own step fails after an approval.

        True: the gateway answered 0000. Code, message, rows and LGD_TXID are the Rollback's from then on.
        """
        return self._own().rollback(reason)

    @property
    def outcome(self) -> _errors.Outcome:
        """What became of the last `tx` or `rollback`."""
        return _errors.Outcome(self._own().outcome())

    @property
    def tx_id(self) -> str:
        """LGD_TXID of the transaction begun or sent last."""
        return self._own().tx_id()

    @property
    def auth_code(self) -> str:
        """LGD_AUTHCODE that belongs to it. A secret."""
        return self._own().auth_code()

    # Its answer

    def response_code(self) -> str:
        """LGD_RESPCODE, or the code of what went wrong."""
        return self._own().response_code()

    def response_msg(self) -> str:
        """LGD_RESPMSG, or what a buyer may read of an error: what became of the money, and the vendor's words for the error."""
        return self._own().response_msg()

    def response_detail(self) -> str:
        """LGD_RESPMSG, or what went wrong and what the operator has to do about it. Do not show it to a buyer."""
        return self._own().response_detail()

    def response(self, name: Text, index: int = 0) -> str:
        """The value of `name` in a row; empty when there is no such row or name."""
        return "" if index < 0 else self._own().response(name, index)

    def response_count(self) -> int:
        """How many rows the answer has."""
        return self._own().response_count()

    def response_names(self) -> Optional[list[str]]:
        """The names of the first row; None when there is no row."""
        return self._own().response_names()

    def response_json(self) -> str:
        """The answer's body as text; empty without an answer."""
        return self._own().response_json()

    def response_body(self) -> bytes:
        """The answer's body exactly as it was received; empty without an answer."""
        return self._own().response_body()

    # Beside it

    @hides("msg")
    def report(self, status: Text, msg: Text) -> bool:
        """Reports an error to the gateway's operators, at aux_url."""
        return self._own().report(status, msg)

    def patch(self, filename: Text) -> bool:
        """Downloads a new mall.conf, lgdacom.conf or ca-bundle.crt from aux_url and replaces the file, whole or not at all."""
        return self._own().patch(filename)

    @hides("msg")
    def log(self, msg: Text, level: int = LGD_LOG_FATAL) -> None:
        """Writes a line into the log."""
        self._any().log(msg, level)

    def get_time_stamp(self) -> str:
        """Now in Korea as LGD_TIMESTAMP has it."""
        return _native.timestamp()

    def get_hash_data(self, mid: Text, oid: Text, amount: Text, timestamp: Text) -> Optional[str]:
        """LGD_HASHDATA of a payment request. None leaves a code that names what is wrong."""
        return self._any().hash_data(mid, oid, amount, timestamp)

    def get_hash_data_cas(self, mid: Text, oid: Text, amount: Text, respcode: Text, timestamp: Text) -> str:
        """LGD_HASHDATA of a payment result or notification; to verify one, use `verify_hash_data_cas`.

        With a malformed field it leaves a code, and returns a text that equals no LGD_HASHDATA that anybody can send.
        """
        return self._any().hash_data_cas(mid, oid, amount, respcode, timestamp)

    @hides("mer_uid", "token")
    def get_hash_data_openpay(self, venderno: Text, mid: Text, mer_uid: Text, token: Text, timestamp: Text) -> Optional[str]:
        """LGD_HASHDATA of OpenPay; `token` is empty where there is none."""
        return self._any().hash_data_openpay(venderno, mid, mer_uid, token, timestamp)

    def get_receipt_authdata(self, mid: Text, tid: Text) -> Optional[str]:
        """``authdata`` of a receipt link."""
        return self._any().receipt_authdata(mid, tid)

    @hides("hashdata")
    def verify_hash_data_cas(self, mid: Text, oid: Text, amount: Text, respcode: Text, timestamp: Text, hashdata: Text) -> bool:
        """Whether a result or notification is the gateway's. Give the order's own mid, oid and amount, not those that came in.

        `mid` has to be of the client's platform: a test id is never verified on service, nor the reverse.
        """
        return self._any().verify(mid, oid, amount, respcode, timestamp, hashdata)

    def _check_open(self) -> None:
        if self._is_closed:
            raise _native.closed()

    def _description(self) -> str:
        """For a repr: which gateway it is for, and where its configuration is."""
        return f"{self._template.platform() or 'before Init'} {self._source}"

    # Whose transaction it is

    def _own(self) -> _native.Session:
        """This flow's session, for calls about a transaction. One that another flow began raises."""
        known = self._known()
        if self._begun and not (known and known.begun):
            raise RuntimeError(
                "the transaction was begun by another thread, task or greenlet; "
                "call Init_TX in the one that calls TX and Response. / "
                "거래를 다른 스레드, 태스크 또는 그린렛에서 시작했습니다. "
                "Init_TX와 TX, Response를 같은 곳에서 호출하십시오."
            )
        return self._any()

    def _any(self) -> _native.Session:
        """This flow's session, whether or not it began a transaction."""
        return self._state().session

    def _begin(self) -> _native.Session:
        """This flow's session, for a new transaction. The flow begins anew: what was copied of its context begins its own."""
        flow = _flow.current(self)
        with self._lock:
            self._check_open()
            known = None if flow is None else self._states.pop(flow, None)
            if known is None or known.epoch != self._epoch:
                known = self._new(self._template.twin())
            elif known.version != self._version:
                known.session.configure_as(self._template)
                known.version = self._version
            self._states[_flow.begin(self)] = known
            self._begun = known.begun = True
        return known.session

    def _known(self) -> Optional[_State]:
        flow = _flow.current(self)
        return None if flow is None else self._states.get(flow)

    def _state(self) -> _State:
        known = self._known()
        if known is None:
            with self._lock:
                self._check_open()
                known = self._keep(self._template.twin())
        return known

    def _keep(self, session: _native.Session) -> _State:
        flow = _flow.current(self) or _flow.begin(self)
        state = self._states[flow] = self._new(session)
        return state

    def _new(self, session: _native.Session) -> _State:
        return _State(session, self._epoch, self._version)

    def _start(self, init: Callable[[_native.Session], bool], source: str) -> bool:
        with self._lock:
            self._check_open()
            self._source = source
            session = _native.Session(_log.write)
            done = init(session)
            self._keep_journal(session)
            self._template = session.twin()
            self._begun = False
            self._epoch += 1
            self._version += 1
            self._keep(session)
            return done

    def _keep_journal(self, session: _native.Session) -> bool:
        """Gives the session the store that keeps the journal. Returns whether there is one, or was."""
        settings = session.journal_settings()
        said = (settings.dsn, settings.user, settings.password_file)
        known, store = self._configured
        had_one = store is not None or self._store is not None
        if self._store is not None:
            store = self._store
        elif said != known:
            if store is not None:
                store.close()
            if settings.dsn:
                from ._configured import store_of

                store = store_of(settings)
            else:
                store = None
            self._configured = said, store
        if store is not None:
            session.set_store(store, store.database, store.placeholder)
        elif had_one:
            session.set_store(None, "", "")
        return had_one or store is not None

    # The vendor's names

    Init = init
    Init_Mode = init_mode
    InitMode = init_mode
    SetConfig = set_config
    Init_TX = init_tx
    Set = set
    TX = tx
    TX_Guarded = tx_guarded
    Rollback = rollback
    Response = response
    Response_Code = response_code
    Response_Msg = response_msg
    Response_Detail = response_detail
    Response_Count = response_count
    Response_Names = response_names
    Response_Json = response_json
    Report = report
    Patch = patch
    Log = log
    GetTimeStamp = get_time_stamp
    GetReceiptAuthdata = get_receipt_authdata
    VerifyHashDataCas = verify_hash_data_cas
    TX_ID = tx_id
    Auth_Code = auth_code

    def GetHashData(self, mid: Text, oid: Text, amount: Text, timestamp: Text) -> str:
        """As `get_hash_data`, but it signs malformed fields as they are, as the vendor's class does, with a warning in the log.

        It refuses what would be the signature of a payment result. Where a signature is refused, these calls return a text that
        equals no LGD_HASHDATA that anybody can send.
        """
        return self._any().vendor_hash_data(mid, oid, amount, timestamp)

    def GetHashDataCas(self, mid: Text, oid: Text, amount: Text, respcode: Text, timestamp: Text) -> str:
        """As `get_hash_data_cas`, for any order ID, with a MertKey that `verify_hash_data_cas` would use."""
        return self._any().vendor_hash_data_cas(mid, oid, amount, respcode, timestamp)

    @hides("mer_uid", "token")
    def GetHashDataOpenpay(self, venderno: Text, mid: Text, mer_uid: Text, token: Text, timestamp: Text) -> str:
        """As `get_hash_data_openpay`, but it signs malformed fields as they are, with a warning in the log."""
        return self._any().vendor_hash_data_openpay(venderno, mid, mer_uid, token, timestamp)

    def Recover(self) -> Optional[int]:
        """As `XPayClient.recover` in the manner of these calls: how many transactions are still open.

        None, with a code, where the journal cannot be read. Code and message are those of the first that could not be settled.
        """
        return self._any().recover()

    def Outcome(self) -> _errors.Outcome:
        """What became of the last `TX` or `Rollback`, as in the other languages."""
        return self.outcome


_alive: weakref.WeakSet[Legacy] = weakref.WeakSet()


def _after_fork() -> None:
    """A thread that does not exist in this child may have held the lock."""
    for client in list(_alive):
        client._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
