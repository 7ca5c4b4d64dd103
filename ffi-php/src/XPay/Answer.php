<?php

/** An answer of the gateway, approval or decline: never an error. */

declare(strict_types=1);

namespace XPay;

class Answer
{
    /** @var string */
    private $code;
    /** @var string */
    private $message;
    /** @var string */
    private $txId;
    /** @var array<int, array<string, string>> */
    private $rows;
    /** @var bool */
    private $isRepeated;

    /** @param array<int, array<string, string>> $rows */
    final public function __construct(string $code, string $message, string $txId, array $rows, bool $isRepeated = false)
    {
        $this->code = $code;
        $this->message = $message;
        $this->txId = $txId;
        $this->rows = $rows;
        $this->isRepeated = $isRepeated;
    }

    /** Whether LGD_RESPCODE is 0000. */
    public function isSuccess(): bool
    {
        return $this->code === '0000';
    }

    /**
     * Whether the gateway says that it did this before: S007 (already processed) or XC01 (duplicate request). After payByKey()
     * it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does not say that this
     * order is paid either, because the payment key may be that of another order. Look the payment up by LGD_OID in the
     * merchant admin.
     */
    public function isRepeated(): bool
    {
        return $this->isRepeated;
    }

    /** LGD_RESPCODE. */
    public function code(): string
    {
        return $this->code;
    }

    /** LGD_RESPMSG, UTF-8, for the buyer. If a payment isRepeated(), also that the buyer must not pay again. */
    public function message(): string
    {
        return $this->message;
    }

    /** LGD_TXID of the request. */
    public function txId(): string
    {
        return $this->txId;
    }

    /** A value of the first row, UTF-8; '' if missing. */
    public function get(string $name): string
    {
        return $this->rows[0][$name] ?? '';
    }

    /** @return array<int, array<string, string>> all rows of LGD_RESPONSE */
    public function rows(): array
    {
        return $this->rows;
    }

    /** LGD_TID: the gateway's payment ID; '' if there is none. */
    public function tid(): string
    {
        return $this->get('LGD_TID');
    }

    /** Keeps buyers' names and accounts out of var_dump. */
    public function __debugInfo(): array
    {
        return ['code' => $this->code, 'message' => $this->message, 'txId' => $this->txId, 'tid' => $this->tid()];
    }
}
