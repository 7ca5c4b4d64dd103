<?php

/** Shared by the PHP tests: the sandbox of tests/php/test_phpunit.py, PAYKEYs, the ledger, and separate scripts. */

use PHPUnit\Framework\TestCase;

abstract class Shop extends TestCase
{
    public const MID = 'tlgdacomxpay';
    public const AMOUNT = 23400;

    protected static function home(): string
    {
        return getenv('XPAY_HOME');
    }

    /** The MertKey of MID. */
    protected static function key(): string
    {
        preg_match('/^' . self::MID . '\s*=\s*"?(\w+)/m', file_get_contents(self::home() . '/conf/mall.conf'), $found);
        return $found[1];
    }

    protected function setUp(): void
    {
        // Notices and deprecations are failures, also those that PHPUnit ignores.
        error_reporting(E_ALL);
    }

    protected function tearDown(): void
    {
        // An approval waits for the script's next transaction, not for the next test's: PHPUnit watches the handlers.
        XPayClient_Approvals::confirm();
    }

    protected static function sandbox(string ...$arguments): string
    {
        $command = [getenv('XPAYCLIENT_COMMAND'), 'sandbox', array_shift($arguments), '--dir', getenv('XPAY_SANDBOX')];
        return self::finish(array_merge($command, $arguments), '', $status);
    }

    /** A PAYKEY as the payment window would return it. */
    protected static function paykey(string $oid, string ...$more): string
    {
        return trim(self::sandbox('paykey', '--oid', $oid, '--amount', (string) self::AMOUNT, ...$more));
    }

    /** @return array<string, mixed> the ledger's entry of an order */
    protected static function payment(string $oid): array
    {
        foreach (json_decode(self::sandbox('ledger', '--json'), true) as $payment) {
            if ($payment['oid'] === $oid) {
                return $payment;
            }
        }
        return [];
    }

    protected static function oid(): string
    {
        return 'php-' . bin2hex(random_bytes(8));
    }

    /** @return array<int, array<string, mixed>> what `xpay recover --list` shows of an order */
    protected static function open(string $oid): array
    {
        $shown = self::finish([getenv('XPAYCLIENT_COMMAND'), 'recover', '--home', self::home(), '--list', '--json'], '', $status);
        return array_values(array_filter(json_decode($shown, true), static function ($entry) use ($oid) {
            return $entry['oid'] === $oid;
        }));
    }

    /** An address that refuses connections. */
    protected static function closed(): string
    {
        return 'https://127.0.0.1:' . getenv('XPAY_CLOSED_PORT') . '/';
    }

    /** The beginning of a script that pays: `$xpay` is ready for TX. */
    protected static function begun(string $oid): string
    {
        return '$xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            $xpay->Init_TX("' . self::MID . '");
            $xpay->Set("LGD_TXNAME", "PaymentByKey");
            $xpay->Set("LGD_PAYKEY", "' . self::paykey($oid) . '");';
    }

    /** Runs a separate script with the class and returns its output. */
    protected static function script(string $code, ?int &$status = null, array $options = [], array $environment = []): string
    {
        $class = var_export(getenv('XPAYCLIENT_CLASS'), true);
        $head = '<?php error_reporting(E_ALL); ini_set("display_errors", "1"); require ' . "$class;\n";
        return self::finish(array_merge([getenv('XPAY_PHP')], $options), $head . $code, $status, $environment);
    }

    /** Runs a command until it and all that it started are gone; its output. */
    protected static function finish(array $call, string $input, ?int &$status, array $environment = []): string
    {
        $environment = array_filter($environment + getenv(), static function ($value) {
            return $value !== null;
        });
        $process = proc_open($call, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, null, $environment);
        fwrite($pipes[0], $input);
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        fclose($pipes[1]);
        // A bridge outlives a script that was killed, and has its stderr.
        fwrite(STDERR, stream_get_contents($pipes[2]));
        $status = proc_close($process);
        return $output;
    }

    /**
     * Serves a page with PHP's own server while `$visit` runs, which gets its address; what the server wrote.
     *
     * @param callable(string, resource): void $visit
     */
    protected static function serve(string $page, callable $visit): string
    {
        $file = tempnam(sys_get_temp_dir(), 'xpay');
        file_put_contents($file, $page);
        do {
            $free = stream_socket_server('tcp://127.0.0.1:0');
            $address = stream_socket_get_name($free, false);
            fclose($free);
            $call = [getenv('XPAY_PHP'), '-d', 'ffi.enable=true', '-d', 'output_buffering=0', '-S', $address, $file];
            $server = proc_open($call, [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']], $pipes);
            do {
                $line = (string) fgets($pipes[2]);
                // Somebody else may have taken the port meanwhile.
            } while (strpos($line, 'started') === false && !feof($pipes[2]));
        } while (feof($pipes[2]));
        $visit($address, $pipes[2]);
        proc_terminate($server);
        $said = stream_get_contents($pipes[2]);
        proc_close($server);
        unlink($file);
        return $said;
    }

    /** Open transactions of an order. A confirmed Rollback is requested once more. */
    protected static function left(string $oid): array
    {
        return array_values(array_diff(array_column(self::open($oid), 'state'), ['rolled_back']));
    }

    protected function begin(XPayClient $xpay, array $parameters): void
    {
        self::assertTrue($xpay->Init_TX(self::MID), $xpay->Response_Msg());
        foreach ($parameters as $name => $value) {
            self::assertTrue($xpay->Set($name, $value), $xpay->Response_Msg());
        }
    }

    protected function pay(XPayClient $xpay, string $oid, array $more = []): void
    {
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)] + $more);
        self::assertTrue($xpay->TX(), $xpay->Response_Msg());
        self::assertSame('0000', $xpay->Response_Code(), $xpay->Response_Msg());
    }
}
