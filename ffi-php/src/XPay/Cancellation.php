<?php

/** The answer to a cancellation; the meaning of its codes depends on the payment method. */

declare(strict_types=1);

namespace XPay;

final class Cancellation extends Answer
{
    /** @var bool */
    private $done = false;

    /** Whether it counts as done: "0000", "AV11" for a card, and for a bank transfer a refund that the gateway completes. */
    public function isDone(): bool
    {
        return $this->done;
    }

    /** @internal */
    public function counts(bool $done): self
    {
        $counted = clone $this;
        $counted->done = $done;
        return $counted;
    }
}
