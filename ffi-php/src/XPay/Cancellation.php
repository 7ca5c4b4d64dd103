<?php
/** The answer to a cancel, whose codes mean different things for each means of payment. */

declare(strict_types=1);

namespace XPay;

final class Cancellation extends Answer
{
    /** @var bool */
    private $done = false;

    /** Whether it counts as done: "0000", "AV11" of a card, and of a bank transfer a refund that the gateway finishes. */
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
