"""The typed calls, one for each LGD_TXNAME: what a client, a guarded transaction and those for asyncio share."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional

from . import _requests as requests
from . import results
from ._requests import Card, Isp, RefundAccount, ThreeDSecure, Won
from ._secret import hides

if TYPE_CHECKING:
    from . import _native


class Calls:
    """Each call sends one request and returns its result, declines included; without an answer it raises.

    `mid` is the merchant ID, where it is not the client's own. Amounts are whole won: an int, or a Decimal without a fraction.
    What is wrong raises `UsageError` before anything is written down or sent.
    """

    def _send(self, request: requests.Request, mid: Optional[str]) -> _native.Answer:
        raise NotImplementedError

    @hides("paykey")
    def pay_by_key(
        self,
        paykey: str,
        amount: Optional[Won] = None,
        *,
        process_timeout: Optional[int] = None,
        mid: Optional[str] = None,
    ) -> results.PaymentResult:
        """PaymentByKey: the final payment, with the LGD_PAYKEY that the window returned.

        The gateway compares `amount` with the amount that the buyer agreed to; without it nothing is compared.
        `process_timeout`: for how many seconds the key is valid.
        """
        request = requests.PaymentByKey(paykey=paykey, amount=amount, process_timeout=process_timeout)
        return results.PaymentResult(self._send(request, mid))

    @hides("paykey")
    def amount_check(self, paykey: str, amount: Won, *, mid: Optional[str] = None) -> results.Result:
        """AmountCheck: whether the buyer agreed to this amount. No money moves."""
        request = requests.AmountCheck(paykey=paykey, amount=amount)
        return results.Result(self._send(request, mid))

    def adjust(self, tid: str, *, mid: Optional[str] = None) -> results.Result:
        """Adjust: asks for the settlement of a payment by card, bank transfer or virtual account."""
        request = requests.Adjust(tid=tid)
        return results.Result(self._send(request, mid))

    def ping(self, rows: Optional[int] = None, *, mid: Optional[str] = None) -> results.Result:
        """Ping: whether the gateway answers this shop. Its answer has `rows` rows."""
        request = requests.Ping(rows=rows)
        return results.Result(self._send(request, mid))

    @hides("reason", "requester_ip")
    def cancel(
        self,
        tid: str,
        *,
        means: Optional[str] = results.Means.CARD,
        reason: Optional[str] = None,
        requester: Optional[str] = None,
        requester_ip: Optional[str] = None,
        refund_account: Optional[RefundAccount] = None,
        mid: Optional[str] = None,
    ) -> results.CancelResult:
        """Cancel: all that is left of a payment is given back.

        `means` is the payment method: each has codes of its own, see `CancelResult.state`; None where it is unknown, for which
        only ``0000`` counts. `refund_account` is where the money of a virtual account goes.
        """
        request = requests.Cancel(
            tid=tid,
            means=means or None,
            reason=reason,
            requester=requester,
            requester_ip=requester_ip,
            refund_account=refund_account,
        )
        return results.CancelResult(self._send(request, mid), means or "")

    @hides("reason")
    def partial_cancel(
        self,
        tid: str,
        amount: Won,
        *,
        means: Optional[str] = results.Means.CARD,
        remaining: Optional[Won] = None,
        tax_free: Optional[Won] = None,
        reason: Optional[str] = None,
        refund_account: Optional[RefundAccount] = None,
        ask_remaining: bool = False,
        mid: Optional[str] = None,
    ) -> results.CancelResult:
        """PartialCancel: `amount` of a payment is given back, the rest stays.

        `remaining` is what is left before it; the gateway refuses any other number, so that a cancellation that is sent twice
        counts once. `ask_remaining`: whether the answer says what is left afterwards.
        """
        request = requests.PartialCancel(
            tid=tid,
            means=means or None,
            amount=amount,
            remaining=remaining,
            tax_free=tax_free,
            reason=reason,
            refund_account=refund_account,
            ask_remaining=ask_remaining,
        )
        return results.CancelResult(self._send(request, mid), means or "")

    @hides("card_number")
    def cash_receipt(
        self,
        *,
        means: str,
        oid: str,
        amount: Won,
        card_number: str,
        receipt_use: str,
        business_number: str,
        tid: Optional[str] = None,
        seqno: Optional[str] = None,
        product_info: Optional[str] = None,
        shop_name: Optional[str] = None,
        ceo_name: Optional[str] = None,
        shop_phone: Optional[str] = None,
        tax_free: Optional[Won] = None,
        vat: Optional[Won] = None,
        mid: Optional[str] = None,
    ) -> results.CashReceiptResult:
        """CashReceipt AUTH: issues a cash receipt (현금영수증).

        `means` and what belongs to it: BANK_TRANSFER with `tid`; VIRTUAL_ACCOUNT with `tid` and `seqno` of the deposit, the
        first is ``"001"``; DEPOSIT, money that was paid to the shop's own account, with `product_info`. `card_number` is the
        telephone, card or business number of the receipt; `receipt_use` is ``"1"`` (소득공제) or ``"2"`` (지출증빙).
        """
        request = requests.CashReceiptAuth(
            receipt_for=requests.ReceiptFor(means=means, tid=tid, seqno=seqno, product_info=product_info),
            oid=oid,
            amount=amount,
            card_number=card_number,
            receipt_use=receipt_use,
            business_number=business_number,
            shop_name=shop_name,
            ceo_name=ceo_name,
            shop_phone=shop_phone,
            tax_free=tax_free,
            vat=vat,
        )
        return results.CashReceiptResult(self._send(request, mid))

    def cash_receipt_cancel(
        self,
        tid: str,
        *,
        means: str,
        seqno: Optional[str] = None,
        amount: Optional[Won] = None,
        mid: Optional[str] = None,
    ) -> results.CashReceiptResult:
        """CashReceipt CANCEL: cancels a cash receipt, or `amount` of it.

        `tid` is the payment's, or the receipt's own where `means` is DEPOSIT.
        """
        request = requests.CashReceiptCancel(means=means, tid=tid, seqno=seqno, amount=amount)
        return results.CashReceiptResult(self._send(request, mid))

    @hides("buyer", "account_owner", "buyer_phone", "cash_card_number")
    def cyber_account(
        self,
        oid: str,
        amount: Won,
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
        """CyberAccount ASSIGN: issues a virtual account for an order, without the window.

        `close_date`: until when a deposit is accepted; without a time zone it is Korean time. Notifications are sent to
        `note_url`, see `XPayClient.verify_notice`.
        """
        request = requests.CyberAccountAssign(
            oid=oid,
            amount=amount,
            close_date=korean_time(close_date),
            product_info=product_info,
            buyer=buyer,
            account_owner=account_owner,
            buyer_phone=buyer_phone,
            bank_code=bank_code,
            receipt_use=receipt_use,
            cash_card_number=cash_card_number,
            note_url=note_url,
        )
        return results.CyberAccountResult(self._send(request, mid))

    def cyber_account_change(
        self,
        oid: str,
        amount: Won,
        *,
        close_date: Optional[datetime.datetime] = None,
        mid: Optional[str] = None,
    ) -> results.CyberAccountResult:
        """CyberAccount CHANGE: another amount or another last day."""
        request = requests.CyberAccountChange(oid=oid, amount=amount, close_date=korean_time(close_date))
        return results.CyberAccountResult(self._send(request, mid))

    @hides("key")
    def auth_only(self, key: str, *, means: str, mid: Optional[str] = None) -> results.AuthOnlyResult:
        """AuthOnlyByKey: the person whom the window identified by `means`. `key` is LGD_AUTHONLYKEY."""
        request = requests.AuthOnlyByKey(key=key, means=means)
        return results.AuthOnlyResult(self._send(request, mid))

    @hides("billing_key", "buyer", "buyer_id", "buyer_phone", "buyer_email", "buyer_ip")
    def card_auth(
        self,
        oid: str,
        amount: Won,
        *,
        billing_key: Optional[str] = None,
        card: Optional[Card] = None,
        three_d_secure: Optional[ThreeDSecure] = None,
        isp: Optional[Isp] = None,
        install_months: int = 0,
        buyer: Optional[str] = None,
        buyer_id: Optional[str] = None,
        buyer_phone: Optional[str] = None,
        buyer_email: Optional[str] = None,
        buyer_ip: Optional[str] = None,
        product_info: Optional[str] = None,
        mid: Optional[str] = None,
    ) -> results.PaymentResult:
        """CardAuth: a card without the window. Give one of `billing_key`, `card`, `three_d_secure` and `isp`.

        With `isp` the months are its `quota`.
        """
        request = requests.CardAuth(
            oid=oid,
            amount=amount,
            credential=requests.Credential(card=card, billing_key=billing_key, three_d_secure=three_d_secure, isp=isp),
            install_months=install_months,
            buyer=buyer,
            buyer_id=buyer_id,
            buyer_phone=buyer_phone,
            buyer_email=buyer_email,
            buyer_ip=buyer_ip,
            product_info=product_info,
        )
        return results.PaymentResult(self._send(request, mid))

    def make_billing_key(self, oid: str, card: Card, *, mid: Optional[str] = None) -> results.BillingKey:
        """CardAuth with the amount 0: a key that stands for the card, to be charged by `card_auth`. No money moves."""
        request = requests.CardAuth(
            oid=oid,
            amount=0,
            credential=requests.Credential(card=card, billing_key=None, three_d_secure=None, isp=None),
            install_months=0,
            buyer=None,
            buyer_id=None,
            buyer_phone=None,
            buyer_email=None,
            buyer_ip=None,
            product_info=None,
        )
        return results.BillingKey(self._send(request, mid))

    @hides("cult_id", "cult_password", "buyer_id", "buyer_ip")
    def gift_culture_auth(
        self,
        oid: str,
        amount: Won,
        *,
        cult_id: str,
        cult_password: str,
        buyer_id: Optional[str] = None,
        buyer_ip: Optional[str] = None,
        product_info: Optional[str] = None,
        mid: Optional[str] = None,
    ) -> results.Result:
        """GiftCulture AUTH: identifies the holder of a culture voucher. The other steps take LGD_TID of its answer."""
        request = requests.GiftCultureAuth(
            oid=oid,
            amount=amount,
            cult_id=cult_id,
            cult_password=cult_password,
            buyer_id=buyer_id,
            buyer_ip=buyer_ip,
            product_info=product_info,
        )
        return results.Result(self._send(request, mid))

    @hides("cult_id")
    def gift_culture_sms(self, tid: str, *, cult_id: str, mid: Optional[str] = None) -> results.Result:
        """GiftCulture SMS: sends the holder a number."""
        request = requests.GiftCultureSms(tid=tid, cult_id=cult_id)
        return results.Result(self._send(request, mid))

    @hides("cult_pin")
    def gift_culture(self, tid: str, amount: Won, *, cult_pin: str, mid: Optional[str] = None) -> results.PaymentResult:
        """GiftCulture APP: pays by the voucher, with the number that the holder received."""
        request = requests.GiftCultureApp(tid=tid, amount=amount, cult_pin=cult_pin)
        return results.PaymentResult(self._send(request, mid))


def korean_time(at: Optional[datetime.datetime]) -> Optional[datetime.datetime]:
    """A moment as the protocol has it. Without a time zone it is Korean time already."""
    # What is none is refused by the name of its argument, with the other values.
    return at.astimezone(results.KST) if isinstance(at, datetime.datetime) and at.tzinfo is not None else at
