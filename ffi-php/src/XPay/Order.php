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
    /** @var string */
    private $tid;

    /**
     * @param string $mid the merchant ID of the payment, with the t on the test platform
     * @param int $amount in won
     * @param string $tid LGD_TID with which the order is saved as paid; '' if it is not paid. Mobile payments' notes need it
     */
    public function __construct(string $mid, string $oid, int $amount, string $tid = '')
    {
        $this->mid = $mid;
        $this->oid = $oid;
        $this->amount = $amount;
        $this->tid = $tid;
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

    /** LGD_TID with which it is saved as paid; '' if it is not paid. */
    public function tid(): string
    {
        return $this->tid;
    }
}
