<?php

/** The answer to a payment: the approval or the decline. */

declare(strict_types=1);

namespace XPay;

final class Payment extends Answer
{
    /** LGD_PAYTYPE of a virtual account. */
    private const VIRTUAL_ACCOUNT = 'SC0040';

    /** Whether it is paid. A virtual account is only issued; a notification reports its deposit. */
    public function isPaid(): bool
    {
        return $this->isSuccess() && !$this->isVirtualAccount();
    }

    /** Whether an account to pay into was issued for the order. */
    public function isVirtualAccount(): bool
    {
        return $this->payType() === self::VIRTUAL_ACCOUNT;
    }

    /** LGD_OID: the shop's order number. */
    public function oid(): string
    {
        return $this->get('LGD_OID');
    }

    /** LGD_AMOUNT in won. */
    public function amount(): int
    {
        return (int) $this->get('LGD_AMOUNT');
    }

    /** LGD_PAYTYPE: SC0010 card, SC0030 bank transfer, SC0040 virtual account, SC0060 mobile phone … */
    public function payType(): string
    {
        return $this->get('LGD_PAYTYPE');
    }

    /** LGD_PAYDATE in Korean time; null if there is none. */
    public function payDate(): ?\DateTimeImmutable
    {
        $zone = new \DateTimeZone('Asia/Seoul');
        return \DateTimeImmutable::createFromFormat('!YmdHis', $this->get('LGD_PAYDATE'), $zone) ?: null;
    }

    /** LGD_FINANCENAME: the card issuer or the bank. */
    public function financeName(): string
    {
        return $this->get('LGD_FINANCENAME');
    }

    /** LGD_ACCOUNTNUM: the account to pay into. */
    public function accountNumber(): string
    {
        return $this->get('LGD_ACCOUNTNUM');
    }
}
