<?php
/** Shared by the PHP tests: the sandbox of run.py, PAYKEYs, the ledger, and separate scripts. */

use PHPUnit\Framework\TestCase;

abstract class Shop extends TestCase
{
    const MID = 'tlgdacomxpay';
    const AMOUNT = 23400;

    protected static function home(): string
    {
        return getenv('XPAY_HOME');
    }

    protected function setUp(): void
    {
        // Notices and deprecations are failures, also those that PHPUnit ignores.
        error_reporting(E_ALL);
    }

    protected static function sandbox(string ...$arguments): string
    {
        $call = array_merge([getenv('XPAYCLIENT_COMMAND'), 'sandbox', array_shift($arguments), '--dir', getenv('XPAY_SANDBOX')], $arguments);
        return self::finish($call, '', $status);
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

    /** Runs a separate script with the class and returns its output. */
    protected static function script(string $code, ?int &$status = null, array $options = [], array $environment = []): string
    {
        $head = '<?php error_reporting(E_ALL); ini_set("display_errors", "1"); require ' . var_export(getenv('XPAYCLIENT_CLASS'), true) . ";\n";
        $call = array_merge([PHP_BINARY === '' ? 'php' : getenv('XPAY_PHP')], $options);
        return self::finish($call, $head . $code, $status, $environment);
    }

    protected static function finish(array $call, string $input, ?int &$status, array $environment = []): string
    {
        $environment = array_filter($environment + getenv(), static function ($value) {
            return $value !== null;
        });
        $process = proc_open($call, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes, null, $environment);
        fwrite($pipes[0], $input);
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        fclose($pipes[1]);
        $status = proc_close($process);
        return $output;
    }
}
