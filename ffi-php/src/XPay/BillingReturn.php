<?php

/** What came back from a billing window (LGD_PAYWINDOWTYPE CardBillingAuth): the billing key of the buyer's card. */

declare(strict_types=1);

namespace XPay;

/**
 * It has no signature, so it does not prove who sent it. Read it only in the session of the buyer who opened the window, once
 * for each window. A key that somebody else sent would charge that person's purchases to another card.
 */
final class BillingReturn extends Posted
{
    /** Whether the card was registered. */
    public function isSuccess(): bool
    {
        return $this->billingKey() !== '';
    }

    /** LGD_BILLKEY, as secret as the card's number; '' unless isSuccess(). CardAuth charges it as LGD_PAN. */
    public function billingKey(): string
    {
        return $this->get('LGD_BILLKEY');
    }

    /** LGD_PAYTYPE. */
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

    /** LGD_FINANCECODE: the code of the card's issuer. */
    public function financeCode(): string
    {
        return $this->get('LGD_FINANCECODE');
    }

    /** LGD_FINANCENAME: the card's issuer. */
    public function financeName(): string
    {
        return $this->get('LGD_FINANCENAME');
    }

    /** LGD_CARDNUM, masked. */
    public function cardNumber(): string
    {
        return $this->get('LGD_CARDNUM');
    }

    /** LGD_EXPYEAR of the card, two digits. */
    public function expiryYear(): string
    {
        return $this->get('LGD_EXPYEAR');
    }

    /** LGD_EXPMON of the card, two digits. */
    public function expiryMonth(): string
    {
        return $this->get('LGD_EXPMON');
    }

    /** LGD_TID: the gateway's number of the registration. */
    public function tid(): string
    {
        return $this->get('LGD_TID');
    }

    /** Keeps the billing key and the card out of var_dump. */
    public function __debugInfo(): array
    {
        return ['code' => $this->code(), 'tid' => $this->tid()];
    }
}
