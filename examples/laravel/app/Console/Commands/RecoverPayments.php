<?php

/** Rolls back the payments whose result never reached the shop. The scheduler runs it every minute. */

declare(strict_types=1);

namespace App\Console\Commands;

use Illuminate\Console\Command;
use XPay\Client;

final class RecoverPayments extends Command
{
    protected $signature = 'xpay:recover';
    protected $description = 'Rolls back XPay payments in doubt';

    public function handle(Client $xpay): int
    {
        $open = $xpay->recover();
        if ($open > 0) {
            $this->error("$open transactions are open: `xpay recover --list` shows them. / 미결 거래가 있습니다. xpay recover --list로 확인하십시오.");
        }
        return $open > 0 ? self::FAILURE : self::SUCCESS;
    }
}
