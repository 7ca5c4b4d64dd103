<?php

/** Passes the library's log lines to a PSR-3 logger, which cannot harm a payment. */

declare(strict_types=1);

namespace XPay;

use Psr\Log\LoggerInterface;

/** @internal */
final class LogRelay
{
    private const LEVELS = ['FATAL' => 'critical', 'ERROR' => 'error', 'WARN' => 'warning', 'INFO' => 'info', 'DEBUG' => 'debug'];

    /** @var \XPayClient_Library */
    private $library;
    /** @var LoggerInterface|null */
    private $logger;
    /** @var bool whether PHP's log has the logger's failure already */
    private $complained = false;

    public function __construct(\XPayClient_Library $library, ?LoggerInterface $logger)
    {
        $this->library = $library;
        $this->logger = $logger;
        if ($logger !== null) {
            $library->call('keep_log', [true]);
        }
    }

    /** Logs what was written since the last call. Not in the shop's step: a logger may take long, or end the script. */
    public function pass(): void
    {
        $logger = $this->logger;
        if ($logger === null) {
            return;
        }
        // The time is the logger's own.
        foreach ($this->library->logged() as list($level, $txId, $text)) {
            $this->log($logger, self::LEVELS[$level] ?? 'warning', $txId, $text);
        }
    }

    private function log(LoggerInterface $logger, string $level, string $txId, string $text): void
    {
        try {
            $logger->log($level, $text, $txId === '' ? [] : ['lgd_txid' => $txId]);
        } catch (\Throwable $thrown) {
            if (!$this->complained) {
                $this->complained = true;
                // Not its message, which may hold what the logger connects with.
                error_log('The logger of XPay\Client threw ' . get_class($thrown) . ': it lacks lines, and payments go on. Repair the logger. '
                    . '/ XPay\Client의 로거에서 예외가 발생해 로그가 빠졌습니다. 결제는 계속됩니다. 로거를 고치십시오.');
            }
        }
    }
}
