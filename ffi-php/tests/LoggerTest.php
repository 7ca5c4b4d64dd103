<?php

/** The PSR-3 logger of XPay\Client: it gets every line, and whatever it does changes no payment. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');
require_once 'Psr/Log/autoload.php';

use Psr\Log\AbstractLogger;
use XPay\Client;
use XPay\Payment;
use XPay\TransportError;

/** Remembers what it is given. */
final class Memory extends AbstractLogger
{
    /** @var array<int, array{string, string, array<string, mixed>}> */
    public $lines = [];

    public function log($level, $message, array $context = []): void
    {
        $this->lines[] = [$level, (string) $message, $context];
    }
}

/** Cannot log anything. */
final class Broken extends AbstractLogger
{
    /** @var int */
    public $asked = 0;

    public function log($level, $message, array $context = []): void
    {
        $this->asked++;
        throw new LogicException('no disk, password=secret');
    }
}

final class LoggerTest extends Shop
{
    /** @var string where PHP's own log goes */
    private $errors;
    /** @var string|false */
    private $before;

    protected function setUp(): void
    {
        parent::setUp();
        $this->errors = tempnam(sys_get_temp_dir(), 'xpay');
        $this->before = ini_set('error_log', $this->errors);
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        ini_set('error_log', (string) $this->before);
        unlink($this->errors);
    }

    private function paid(Client $client, string $oid, ?callable $step = null): Payment
    {
        return $client->payByKey(self::MID, self::paykey($oid, '--buyer', '홍길동'), self::AMOUNT, $step ?? 'boolval');
    }

    public function testEveryLineOfTheLogReachesTheLogger(): void
    {
        $memory = new Memory();
        $directory = sys_get_temp_dir() . '/' . self::oid();
        // Without files, so that nothing is logged before log_dir is set.
        $settings = ['log_dir' => $directory, 'log_level' => '4', 'timeout' => 'soon', 'verify_cert' => '0', 'verify_host' => '0'];
        foreach (['mall.conf' => self::MID, 'lgdacom.conf' => 'test_url'] as $file => $name) {
            $settings[$name] = parse_ini_file(self::home() . "/conf/$file", false, INI_SCANNER_RAW)[$name];
        }
        $client = new Client(null, 'test', $settings, $memory);
        $oid = self::oid();
        $payment = $this->paid($client, $oid);
        self::assertTrue($payment->isPaid(), $payment->message());
        $client->cancel(self::MID, $payment->tid(), $payment->payType());

        $levels = ['FATAL' => 'critical', 'ERROR' => 'error', 'WARN' => 'warning', 'INFO' => 'info', 'DEBUG' => 'debug'];
        $written = [];
        foreach (file(glob("$directory/log_*.log")[0], FILE_IGNORE_NEW_LINES) as $line) {
            self::assertSame(1, preg_match('/^\S+ \S+ \[(\w+) *\] \[(.*?)\] (.*)$/', $line, $parts), $line);
            $written[] = [$levels[$parts[1]], $parts[3], $parts[2] === '' ? [] : ['lgd_txid' => $parts[2]]];
        }
        self::assertSame($written, $memory->lines);
        self::assertSame(['debug', 'info', 'warning'], array_values(array_unique(self::sorted(array_column($memory->lines, 0)))));
        self::assertContains(['lgd_txid' => $payment->txId()], array_column($memory->lines, 2));
        $all = implode("\n", array_column($memory->lines, 1));
        self::assertStringContainsString("LGD_OID=$oid", $all);
        self::assertStringContainsString('LGD_PAYKEY=***', $all);
        self::assertStringNotContainsString('홍길동', $all);
    }

    private static function sorted(array $values): array
    {
        sort($values);
        return $values;
    }

    public function testALoggerThatThrowsChangesNoPayment(): void
    {
        $broken = new Broken();
        $client = new Client(self::home(), 'test', ['log_level' => '4'], $broken);
        list($paid, $sent, $undone) = [self::oid(), self::oid(), self::oid()];
        $saved = [];
        $payment = $this->paid($client, $paid, static function (Payment $payment) use (&$saved) {
            $saved[] = $payment->oid();
        });
        self::assertTrue($payment->isPaid());
        self::assertSame([$paid], $saved);
        self::assertSame([], self::open($paid));
        self::assertTrue($client->send(self::MID, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($sent)])->isSuccess());
        $client->confirm();
        try {
            $this->paid($client, $undone, static function () {
                throw new DomainException('sold out');
            });
            self::fail('the exception should come through');
        } catch (DomainException $error) {
            self::assertSame('rolled_back', $client->outcome());
        }
        self::assertSame([self::AMOUNT, self::AMOUNT, 0], array_map(static function ($oid) {
            return self::payment($oid)['balance'];
        }, [$paid, $sent, $undone]));
        $fault = ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey(self::oid()), 'XPAY_SANDBOX_FAULT' => 'close'];
        try {
            $client->send(self::MID, $fault);
            self::fail('there was no answer');
        } catch (TransportError $error) {
            self::assertSame('rolled_back', $error->outcome());
        }
        self::assertGreaterThan(4, $broken->asked);
        $complaints = file($this->errors, FILE_IGNORE_NEW_LINES);
        self::assertCount(1, $complaints);
        self::assertStringContainsString('LogicException', $complaints[0]);
        self::assertStringNotContainsString('secret', $complaints[0]);
    }

    public function testNothingIsLoggedInTheStep(): void
    {
        $memory = new Memory();
        $client = new Client(self::home(), 'test', [], $memory);
        $during = null;
        $this->paid($client, self::oid(), static function () use ($client, $memory, &$during) {
            $before = count($memory->lines);
            $client->hashData(self::MID, 'o1', 100, '20260101000000');
            $during = count($memory->lines) - $before;
        });
        self::assertSame(0, $during);
        self::assertNotSame([], $memory->lines);
    }

    public function testWithoutPsrLogTheClientWorks(): void
    {
        $code = 'require getenv("XPAYCLIENT_AUTOLOAD");
            $client = new XPay\Client(getenv("XPAY_HOME"), "test");
            echo count($client->send("' . self::MID . '", ["LGD_TXNAME" => "Ping"])->rows()), " ";
            var_dump(interface_exists("Psr\Log\LoggerInterface"));';
        self::assertSame('1 bool(false)', trim(self::script($code)));
    }
}
