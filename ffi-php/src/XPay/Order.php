<?php

/** An order from the shop's own database; notifications are verified against it. */

declare(strict_types=1);

namespace XPay;

final class Order
{
    /** @var string */
    private $mid;
    /** @var string */
    private $oid;
    /** @var int */
    private $amount;

    /**
     * @param string $mid the merchant ID of the payment, with the t on the test platform
     * @param int $amount in won
     */
    public function __construct(string $mid, string $oid, int $amount)
    {
        $this->mid = $mid;
        $this->oid = $oid;
        $this->amount = $amount;
    }

    /** LGD_MID. */
    public function mid(): string
    {
        return $this->mid;
    }

    /** LGD_OID. */
    public function oid(): string
    {
        return $this->oid;
    }

    /** LGD_AMOUNT in won. */
    public function amount(): int
    {
        return $this->amount;
    }
}
