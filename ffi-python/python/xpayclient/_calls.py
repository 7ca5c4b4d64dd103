"""The typed calls, one for each LGD_TXNAME: what a client, a guarded transaction and their async twins share."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

from . import results

if TYPE_CHECKING:
    from . import _native


@dataclass(frozen=True)
class RefundAccount:
    """The buyer's own account, to which the money of a virtual account goes back."""

    number: str = field(repr=False)
    """LGD_RFACCOUNTNUM."""
    bank_code: str
    """LGD_RFBANKCODE."""
    holder: str = field(repr=False)
    """LGD_RFCUSTOMERNAME: whose account it is."""
    phone: Optional[str] = field(default=None, repr=False)
    """LGD_RFPHONE."""


@dataclass(frozen=True)
class Card:
    """A card as its holder reads it out. Whether PIN and birth date are asked for is in the shop's contract."""

    number: str = field(repr=False)
    """LGD_PAN."""
    expiry_year: str = field(repr=False)
    """LGD_EXPYEAR."""
    expiry_month: str = field(repr=False)
    """LGD_EXPMON."""
    pin: Optional[str] = field(default=None, repr=False)
    """LGD_PIN: the first two digits of its password."""
    private_no: Optional[str] = field(default=None, repr=False)
    """LGD_PRIVATENO: the holder's birth date as yyMMdd, or a business number."""


class Calls:
    """Each call sends one request and gives its result, declines included; where there is no answer it raises.

    `mid` is the shop, where it is another than the client's own. An amount is in won.
    """

    def _client(self) -> _native.Client:
        raise NotImplementedError

    def _mid(self, mid: Optional[str]) -> str:
        raise NotImplementedError

    def _send(self, transaction: _native.Transaction) -> _native.Answer:
        raise NotImplementedError

    def pay_by_key(
        self,
        paykey: str,
        amount: Optional[int] = None,
        *,
        process_timeout: Optional[int] = None,
        mid: Optional[str] = None,
    ) -> results.PaymentResult:
        """PaymentByKey: the final payment, with the LGD_PAYKEY that the window returned.

        `amount` is what the shop expects, which the gateway compares with what the buyer agreed to; without it nothing is
        compared. `process_timeout`: how many seconds the key is good for.
        """
        request = self._client().payment_by_key(self._mid(mid), paykey, amount, process_timeout)
        return results.PaymentResult(self._send(request))

    def amount_check(self, paykey: str, amount: int, *, mid: Optional[str] = None) -> results.Result:
        """AmountCheck: whether the buyer agreed to this amount. No money moves."""
        return results.Result(self._send(self._client().amount_check(self._mid(mid), paykey, amount)))

    def adjust(self, tid: str, *, mid: Optional[str] = None) -> results.Result:
        """Adjust: asks for the settlement of a payment by card, bank transfer or virtual account."""
        return results.Result(self._send(self._client().adjust(self._mid(mid), tid)))

    def ping(self, rows: Optional[int] = None, *, mid: Optional[str] = None) -> results.Result:
        """Ping: whether the gateway answers this shop. Its answer has as many rows as are asked for."""
        return results.Result(self._send(self._client().ping(self._mid(mid), rows)))

    def cancel(
        self,
        tid: str,
        *,
        means: str = results.Means.CARD,
        reason: Optional[str] = None,
        requester: Optional[str] = None,
        requester_ip: Optional[str] = None,
        refund_account: Optional[RefundAccount] = None,
        mid: Optional[str] = None,
    ) -> results.CancelResult:
        """Cancel: everything that is left of a payment goes back.

        `means` is how it was paid: the codes mean different things for each, see `CancelResult.state`. `refund_account` is
        where the money of a virtual account goes.
        """
        account = _account(refund_account)
        request = self._client().cancel(self._mid(mid), tid, reason, requester, requester_ip, account)
        return results.CancelResult(self._send(request), means)

    def partial_cancel(
        self,
        tid: str,
        amount: int,
        *,
        means: str = results.Means.CARD,
        remaining: Optional[int] = None,
        tax_free: Optional[int] = None,
        reason: Optional[str] = None,
        refund_account: Optional[RefundAccount] = None,
        ask_remaining: bool = False,
        mid: Optional[str] = None,
    ) -> results.CancelResult:
        """PartialCancel: `amount` of a payment goes back, the rest stays.

        `remaining` is what is left before it; the gateway refuses when it has another number. So a cancel that is asked for
        twice counts once. `ask_remaining`: whether the answer is to say what is left afterwards.
        """
        account = _account(refund_account)
        request = self._client().partial_cancel(
            self._mid(mid), tid, amount, remaining, tax_free, reason, account, ask_remaining
        )
        return results.CancelResult(self._send(request), means)

    def cash_receipt(
        self,
        *,
        means: str,
        oid: str,
        amount: int,
        card_number: str,
        receipt_use: str,
        business_number: str,
        tid: Optional[str] = None,
        seqno: Optional[str] = None,
        product_info: Optional[str] = None,
        shop_name: Optional[str] = None,
        ceo_name: Optional[str] = None,
        shop_phone: Optional[str] = None,
        tax_free: Optional[int] = None,
        vat: Optional[int] = None,
        mid: Optional[str] = None,
    ) -> results.CashReceiptResult:
        """CashReceipt AUTH: issues a cash receipt (현금영수증).

        `means` and what belongs to it: BANK_TRANSFER with `tid`; VIRTUAL_ACCOUNT with `tid` and `seqno` of the deposit, the
        first is ``"001"``; DEPOSIT, money that reached the shop by itself, with `product_info`. `card_number` is the
        telephone, card or business number it goes to; `receipt_use` is ``"1"`` (소득공제) or ``"2"`` (지출증빙).
        """
        request = self._client().cash_receipt(
            self._mid(mid),
            means,
            tid,
            seqno,
            product_info,
            oid,
            amount,
            card_number,
            receipt_use,
            business_number,
            shop_name,
            ceo_name,
            shop_phone,
            tax_free,
            vat,
        )
        return results.CashReceiptResult(self._send(request))

    def cash_receipt_cancel(
        self,
        tid: str,
        *,
        means: str,
        seqno: Optional[str] = None,
        amount: Optional[int] = None,
        mid: Optional[str] = None,
    ) -> results.CashReceiptResult:
        """CashReceipt CANCEL: takes a cash receipt back, or `amount` of it.

        `tid` is the payment's, or the receipt's own where `means` is DEPOSIT.
        """
        request = self._client().cash_receipt_cancel(self._mid(mid), means, tid, seqno, amount)
        return results.CashReceiptResult(self._send(request))

    def cyber_account(
        self,
        oid: str,
        amount: int,
        *,
        close_date: Optional[datetime.datetime] = None,
        product_info: Optional[str] = None,
        buyer: Optional[str] = None,
        account_owner: Optional[str] = None,
        buyer_phone: Optional[str] = None,
        bank_code: Optional[str] = None,
        receipt_use: Optional[str] = None,
        cash_card_number: Optional[str] = None,
        note_url: Optional[str] = None,
        mid: Optional[str] = None,
    ) -> results.CyberAccountResult:
        """CyberAccount ASSIGN: gives out a virtual account for an order, without the window.

        `close_date`: until when it can be paid into; without a time zone it is Korean time. `note_url` is where the notices
        go, see `XPayClient.verify_notice`.
        """
        request = self._client().cyber_account(
            self._mid(mid),
            oid,
            amount,
            clock(close_date),
            product_info,
            buyer,
            account_owner,
            buyer_phone,
            bank_code,
            receipt_use,
            cash_card_number,
            note_url,
        )
        return results.CyberAccountResult(self._send(request))

    def cyber_account_change(
        self,
        oid: str,
        amount: int,
        *,
        close_date: Optional[datetime.datetime] = None,
        mid: Optional[str] = None,
    ) -> results.CyberAccountResult:
        """CyberAccount CHANGE: another amount or another last day."""
        request = self._client().cyber_account_change(self._mid(mid), oid, amount, clock(close_date))
        return results.CyberAccountResult(self._send(request))

    def auth_only(self, key: str, *, means: str, mid: Optional[str] = None) -> results.AuthOnlyResult:
        """AuthOnlyByKey: who it was that the window identified by `means`. `key` is LGD_AUTHONLYKEY."""
        return results.AuthOnlyResult(self._send(self._client().auth_only(self._mid(mid), key, means)))

    def card_auth(
        self,
        oid: str,
        amount: int,
        *,
        billing_key: Optional[str] = None,
        card: Optional[Card] = None,
        install_months: int = 0,
        buyer: Optional[str] = None,
        buyer_id: Optional[str] = None,
        buyer_phone: Optional[str] = None,
        buyer_email: Optional[str] = None,
        buyer_ip: Optional[str] = None,
        product_info: Optional[str] = None,
        mid: Optional[str] = None,
    ) -> results.PaymentResult:
        """CardAuth: a card without the window, by its number or by the billing key that stands for it."""
        request = self._client().card_auth(
            self._mid(mid),
            oid,
            amount,
            billing_key,
            _card(card, billing_key),
            install_months,
            buyer,
            buyer_id,
            buyer_phone,
            buyer_email,
            buyer_ip,
            product_info,
        )
        return results.PaymentResult(self._send(request))

    def make_billing_key(self, oid: str, card: Card, *, mid: Optional[str] = None) -> results.BillingKey:
        """CardAuth with the amount 0: a key that stands for the card, to be charged by `card_auth`. No money moves."""
        request = self._client().card_auth(
            self._mid(mid), oid, 0, None, _card(card, None), 0, None, None, None, None, None, None
        )
        return results.BillingKey(self._send(request))

    def gift_culture_auth(
        self,
        oid: str,
        amount: int,
        *,
        cult_id: str,
        cult_password: str,
        buyer_id: Optional[str] = None,
        buyer_ip: Optional[str] = None,
        product_info: Optional[str] = None,
        mid: Optional[str] = None,
    ) -> results.Result:
        """GiftCulture AUTH: who holds the culture voucher. LGD_TID of its answer names the payment to the other steps."""
        request = self._client().gift_culture_auth(
            self._mid(mid), oid, amount, cult_id, cult_password, buyer_id, buyer_ip, product_info
        )
        return results.Result(self._send(request))

    def gift_culture_sms(self, tid: str, *, cult_id: str, mid: Optional[str] = None) -> results.Result:
        """GiftCulture SMS: the holder is sent a number."""
        return results.Result(self._send(self._client().gift_culture_sms(self._mid(mid), tid, cult_id)))

    def gift_culture(
        self, tid: str, amount: int, *, cult_pin: str, mid: Optional[str] = None
    ) -> results.PaymentResult:
        """GiftCulture APP: the number came back, the voucher pays."""
        request = self._client().gift_culture_app(self._mid(mid), tid, amount, cult_pin)
        return results.PaymentResult(self._send(request))


def clock(at: Optional[datetime.datetime]) -> Optional[tuple[int, int, int, int, int, int]]:
    """A moment as the protocol has it: Korean time, to the second."""
    if at is None:
        return None
    there = at if at.tzinfo is None else at.astimezone(results.KST)
    return (there.year, there.month, there.day, there.hour, there.minute, there.second)


def _account(account: Optional[RefundAccount]) -> Optional[tuple[str, str, str, Optional[str]]]:
    return None if account is None else (account.number, account.bank_code, account.holder, account.phone)


def _card(
    card: Optional[Card], billing_key: Optional[str]
) -> Optional[tuple[str, str, str, Optional[str], Optional[str]]]:
    if (card is None) == (billing_key is None):
        raise TypeError("either card or billing_key")
    if card is None:
        return None
    return (card.number, card.expiry_year, card.expiry_month, card.pin, card.private_no)
