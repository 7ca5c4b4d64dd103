<?php

/** No answer, or wrong usage: code, message, LGD_TXID and outcome. */

declare(strict_types=1);

namespace XPay;

/** getCode() is one of the library's error codes; getMessage() says what happened and what to do, in English and Korean. */
class XPayError extends \RuntimeException
{
    /** @var string */
    private $txId;
    /** @var string */
    private $outcome;

    final public function __construct(string $message, int $code, string $txId, string $outcome)
    {
        parent::__construct($message, $code);
        $this->txId = $txId;
        $this->outcome = $outcome;
    }

    /** LGD_TXID of the request; '' if none was begun. */
    public function txId(): string
    {
        return $this->txId;
    }

    /** none, not_sent, rolled_back or in_doubt: only after in_doubt may money have moved. */
    public function outcome(): string
    {
        return $this->outcome;
    }

    /** @internal of the kind that the library says: the same code has another one once a request may have arrived */
    public static function of(string $kind, int $code, string $message, string $txId, string $outcome): self
    {
        switch ($kind) {
            case 'usage':
                return new UsageError($message, $code, $txId, $outcome);
            case 'config':
                return new ConfigError($message, $code, $txId, $outcome);
            case 'transport':
                return new TransportError($message, $code, $txId, $outcome);
            case 'protocol':
                return new ProtocolError($message, $code, $txId, $outcome);
            default:
                return new self($message, $code, $txId, $outcome);
        }
    }
}
