<?php

/** One item of an order under escrow, as the payment window is told of it. */

declare(strict_types=1);

namespace XPay;

final class EscrowItem
{
    /** @var array<string, string> */
    private $parameters;

    /**
     * @param string $id LGD_ESCROW_GOODID
     * @param string $name LGD_ESCROW_GOODNAME
     * @param int $unitPrice LGD_ESCROW_UNITPRICE in won
     * @param int $quantity LGD_ESCROW_QUANTITY
     * @param string $code LGD_ESCROW_GOODCODE
     */
    public function __construct(
        #[\SensitiveParameter]
        string $id,
        #[\SensitiveParameter]
        string $name,
        int $unitPrice,
        int $quantity = 1,
        #[\SensitiveParameter]
        string $code = ''
    ) {
        $this->parameters = [
            'LGD_ESCROW_GOODID' => $id,
            'LGD_ESCROW_GOODNAME' => $name,
            'LGD_ESCROW_GOODCODE' => $code,
            'LGD_ESCROW_UNITPRICE' => (string) $unitPrice,
            'LGD_ESCROW_QUANTITY' => (string) $quantity,
        ];
    }

    /**
     * @internal
     * @return array<string, string>
     */
    public function parameters(): array
    {
        return $this->parameters;
    }

    /** Keeps what the buyer buys out of var_dump. */
    public function __debugInfo(): array
    {
        return [];
    }
}
