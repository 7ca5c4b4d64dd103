<?php

/** What came back from the payment window (LGD_RETURNURL), compared with the shop's own order. */

declare(strict_types=1);

namespace XPay;

/**
 * If isSuccess(), LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed. Nothing else is, payKey() and own()
 * included: compare oid() of the payment with the order's. No money has moved yet: payByKey() takes the payment.
 *
 * A failure is not signed. Show it to the buyer, and change nothing about an order that is paid.
 */
final class WindowReturn extends Posted
{
    /** Whether LGD_RESPCODE is 0000: the buyer agreed to the payment. */
    public function isSuccess(): bool
    {
        return $this->payKey() !== '';
    }

    /** Whether the buyer cancelled in the window (S053). */
    public function isCancelled(): bool
    {
        return $this->code() === 'S053';
    }

    /** LGD_PAYKEY: the payment key, for payByKey(); '' unless isSuccess(). */
    public function payKey(): string
    {
        return $this->get('LGD_PAYKEY');
    }

    /** LGD_PAYTYPE: SC0010 card, SC0030 bank transfer, SC0040 virtual account, SC0060 mobile phone … */
    public function payType(): string
    {
        return $this->get('LGD_PAYTYPE');
    }

    /** LGD_FINANCENAME: the card issuer or the bank. */
    public function financeName(): string
    {
        return $this->get('LGD_FINANCENAME');
    }

    /**
     * The shop's own names that it sent with LGD_RETURN_MERT_CUSTOM_PARAM=Y. They are not signed: the buyer may have changed
     * each of them.
     *
     * @return array<string, string>
     */
    public function own(): array
    {
        return $this->others();
    }

    /** Keeps the payment key and the buyer out of var_dump. */
    public function __debugInfo(): array
    {
        return ['oid' => $this->get('LGD_OID'), 'code' => $this->code()];
    }
}
