<?php

/** A notification of the gateway (LGD_CASNOTEURL, LGD_NOTEURL, LGD_KVPMISPNOTEURL), verified against the shop's own order. */

declare(strict_types=1);

namespace XPay;

/** LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed, and nothing else. */
final class Notice extends Posted
{
    /** A virtual account was issued. */
    public const ISSUED = 'R';
    /** A deposit arrived. */
    public const PAID_IN = 'I';
    /** The deposit was reversed: the account waits again. */
    public const TAKEN_BACK = 'C';

    /** @var string */
    private $dedupKey;

    /** @param array<string, string> $values */
    public function __construct(
        #[\SensitiveParameter]
        array $values,
        string $dedupKey
    ) {
        parent::__construct($values);
        $this->dedupKey = $dedupKey;
    }

    /** LGD_OID: the shop's order number. */
    public function oid(): string
    {
        return $this->get('LGD_OID');
    }

    /** LGD_AMOUNT in won, which is the order's. */
    public function amount(): int
    {
        return (int) $this->get('LGD_AMOUNT');
    }

    /** LGD_TID. It is not signed: compare it with the order's before you save anything. */
    public function tid(): string
    {
        return $this->get('LGD_TID');
    }

    /** LGD_CASFLAG: ISSUED, PAID_IN or TAKEN_BACK; '' if it is not about a virtual account. Not signed. */
    public function flag(): string
    {
        return $this->get('LGD_CASFLAG');
    }

    /** LGD_CASCAMOUNT in won: the amount of this deposit. Not signed. */
    public function paidInNow(): int
    {
        return (int) $this->get('LGD_CASCAMOUNT');
    }

    /** LGD_CASTAMOUNT in won: the total paid in so far. Not signed. */
    public function paidInTotal(): int
    {
        return (int) $this->get('LGD_CASTAMOUNT');
    }

    /** Whether LGD_RESPCODE is 0000. */
    public function isSuccess(): bool
    {
        return $this->code() === '0000';
    }

    /** The same for a repeated notification, and for no other: record each once. */
    public function dedupKey(): string
    {
        return $this->dedupKey;
    }

    /** Keeps names and phone numbers out of var_dump. */
    public function __debugInfo(): array
    {
        return ['oid' => $this->oid(), 'tid' => $this->tid(), 'flag' => $this->flag()];
    }
}
