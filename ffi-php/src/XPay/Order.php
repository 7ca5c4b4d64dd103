<?php
/** An order as the shop's own database has it: what a notice is verified against. */

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
     * @param string $mid the shop id that the payment was asked with, on the test platform with its t
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
