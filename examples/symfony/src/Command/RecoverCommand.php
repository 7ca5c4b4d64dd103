<?php

/** Rolls back the payments whose result never reached the shop. Run it every minute. */

declare(strict_types=1);

namespace App\Command;

use Symfony\Component\Console\Attribute\AsCommand;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;
use XPay\Client;

#[AsCommand(name: 'xpay:recover', description: 'Rolls back XPay payments in doubt')]
final class RecoverCommand extends Command
{
    /** @var Client */
    private $xpay;

    public function __construct(Client $xpay)
    {
        parent::__construct();
        $this->xpay = $xpay;
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $open = $this->xpay->recover();
        if ($open > 0) {
            $output->writeln("$open transactions are open: `xpay recover --list` shows them. / 미결 거래가 있습니다. xpay recover --list로 확인하십시오.");
        }
        return $open > 0 ? self::FAILURE : self::SUCCESS;
    }
}
