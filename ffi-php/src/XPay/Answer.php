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

    /** @param array<int, array<string, string>> $rows */
    final public function __construct(string $code, string $message, string $txId, array $rows)
    {
        $this->code = $code;
        $this->message = $message;
        $this->txId = $txId;
        $this->rows = $rows;
    }

    /** Whether LGD_RESPCODE is 0000. */
    public function isSuccess(): bool
    {
        return $this->code === '0000';
    }

    /** LGD_RESPCODE. */
    public function code(): string
    {
        return $this->code;
    }

    /** LGD_RESPMSG, UTF-8. */
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
