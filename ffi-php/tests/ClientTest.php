<?php

/** The modern XPay\Client: exceptions without an answer, typed answers otherwise, notifications answered with OK. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

use XPay\Client;
use XPay\ConfigError;
use XPay\Notice;
use XPay\Order;
use XPay\Payment;
use XPay\ProtocolError;
use XPay\TransportError;
use XPay\UsageError;
use XPay\XPayError;

final class ClientTest extends Shop
{
    private function client(array $settings = []): Client
    {
        return new Client(self::home(), 'test', $settings);
    }

    public function testAHomeThatIsRelativeStaysWhereItWas(): void
    {
        list($before, $name) = [getcwd(), uniqid('relative')];
        chdir(dirname(self::home()));
        $client = new Client(basename(self::home()), 'test', ['log_dir' => $name]);
        chdir(sys_get_temp_dir());
        $oid = self::oid();
        $client->payByKey(self::MID, self::paykey($oid), self::AMOUNT, static function () {
        });
        chdir($before);
        self::assertDirectoryExists(self::home() . "/$name/journal");
        self::finish(['rm', '-r', self::home() . "/$name"], '', $status);
    }

    public function testAPaymentAndItsCancels(): void
    {
        $oid = self::oid();
        $client = $this->client();
        $booked = null;
        $paykey = self::paykey($oid, '--buyer', '홍길똠');
        $before = time();
        $payment = $client->payByKey(self::MID, $paykey, self::AMOUNT, static function (Payment $payment) use (&$booked) {
            $booked = $payment->tid();
        });
        self::assertTrue($payment->isSuccess() && $payment->isPaid(), $payment->message());
        self::assertSame([$oid, self::AMOUNT, $booked], [$payment->oid(), $payment->amount(), $payment->tid()]);
        self::assertSame('홍길똠', $payment->get('LGD_BUYER'));
        self::assertSame('SC0010', $payment->payType());
        self::assertGreaterThanOrEqual($before, $payment->payDate()->getTimestamp());
        self::assertLessThanOrEqual(time(), $payment->payDate()->getTimestamp());
        self::assertStringNotContainsString('홍길똠', print_r($payment, true));
        $part = $client->partialCancel(self::MID, $payment->tid(), 400, self::AMOUNT, $payment->payType());
        self::assertTrue($part->isDone(), $part->message());
        self::assertSame(self::AMOUNT - 400, self::payment($oid)['balance']);
        $rest = $client->cancel(self::MID, $payment->tid(), $payment->payType(), ['LGD_CANCELREASON' => '변심']);
        self::assertTrue($rest->isDone(), $rest->message());
        self::assertSame(0, self::payment($oid)['balance']);
        self::assertFalse($client->cancel(self::MID, 'nothing', 'SC0010')->isDone());
    }

    public function testAnAmountThatIsNotTheOrdersIsDeclined(): void
    {
        $oid = self::oid();
        $payment = $this->client()->payByKey(self::MID, self::paykey($oid), self::AMOUNT + 1, static function () {
            self::fail('what is declined runs no step');
        });
        self::assertFalse($payment->isSuccess());
        self::assertSame(0, self::payment($oid)['balance'] ?? 0);
    }

    public function testAStepThatThrowsUndoesThePayment(): void
    {
        $oid = self::oid();
        try {
            $this->client()->payByKey(self::MID, self::paykey($oid), self::AMOUNT, static function () {
                throw new DomainException('sold out meanwhile');
            });
            self::fail('the exception should come through');
        } catch (DomainException $error) {
            self::assertSame('sold out meanwhile', $error->getMessage());
        }
        self::assertSame(0, self::payment($oid)['balance']);
    }

    /** @return array<string, array{array<string, string>, array<string, string>, string, int, string}> */
    public static function failures(): array
    {
        return [
            'no answer in time' => [['timeout' => '3'], ['XPAY_SANDBOX_FAULT' => 'hang'], TransportError::class, 20009, 'rolled_back'],
            'a break' => [[], ['XPAY_SANDBOX_FAULT' => 'close'], TransportError::class, 20008, 'rolled_back'],
            'no gateway' => [['test_url' => self::closed()], [], TransportError::class, 20004, 'not_sent'],
            'an HTTP error' => [[], ['XPAY_SANDBOX_FAULT' => 'status=503'], ProtocolError::class, 30503, 'rolled_back'],
            'no JSON' => [[], ['XPAY_SANDBOX_FAULT' => 'body=<html>'], ProtocolError::class, 40001, 'rolled_back'],
            'nobody may undo it' => [['auto_rollback' => '0'], ['XPAY_SANDBOX_FAULT' => 'close'], TransportError::class, 20008, 'in_doubt'],
            'no https' => [['test_url' => 'http://127.0.0.1/'], [], ConfigError::class, 20001, 'not_sent'],
            'a journal that cannot be written' => [
                ['journal' => 'strict', 'journal_dir' => '/dev/null/journal'], [], ConfigError::class, 90006, 'not_sent',
            ],
            'a NUL' => [[], ['LGD_OID' => "a\0b"], UsageError::class, 90003, 'none'],
        ];
    }

    /** @dataProvider failures */
    public function testNoAnswerIsAnException(array $settings, array $more, string $class, int $code, string $outcome): void
    {
        $oid = self::oid();
        try {
            $this->client($settings)->send(self::MID, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)] + $more);
            self::fail('there was no answer');
        } catch (XPayError $error) {
            self::assertSame([$class, $code, $outcome], [get_class($error), $error->getCode(), $error->outcome()], $error->getMessage());
            self::assertStringStartsWith(self::MID . '-', $error->txId());
            self::assertMatchesRegularExpression('/[가-힣]/u', $error->getMessage());
        }
    }

    public function testConfigurationErrors(): void
    {
        foreach ([10001 => ['/nowhere', 'x'], 10004 => [self::home(), 'tnobody']] as $code => list($home, $mid)) {
            try {
                (new Client($home, 'test'))->send($mid, ['LGD_TXNAME' => 'Ping']);
                self::fail("$code was expected");
            } catch (ConfigError $error) {
                self::assertSame($code, $error->getCode());
            }
        }
    }

    public function testWithoutFiles(): void
    {
        preg_match('/^test_url\s*=\s*"?([^"\s]+)/m', file_get_contents(self::home() . '/conf/lgdacom.conf'), $url);
        $settings = ['test_url' => $url[1], 'verify_cert' => '0', 'verify_host' => '0', self::MID => self::key()];
        $ping = (new Client(null, 'test', $settings))->send(self::MID, ['LGD_TXNAME' => 'Ping', 'LGD_RESULTCNT' => '2']);
        self::assertCount(2, $ping->rows());
        self::assertSame(0, $this->client()->recover() * 0);
    }

    public function testSignaturesForThePages(): void
    {
        $client = $this->client();
        self::assertSame(md5(self::MID . 'o1' . '100' . '20260101000000' . self::key()), $client->hashData(self::MID, 'o1', 100, '20260101000000'));
        self::assertSame(32, strlen($client->receiptAuthData(self::MID, 'tid1')));
        self::assertMatchesRegularExpression('/^20\d{12}$/', $client->timestamp());
        $this->expectException(XPayError::class);
        $client->hashData(self::MID, 'o 1', 100, '20260101000000');
    }

    private static function notice(array $changes = []): array
    {
        $notice = $changes + [
            'LGD_RESPCODE' => '0000', 'LGD_MID' => self::MID, 'LGD_OID' => 'order1', 'LGD_AMOUNT' => '2000',
            'LGD_TIMESTAMP' => '20260101000000', 'LGD_TID' => 'tid1', 'LGD_CASFLAG' => 'I', 'LGD_CASSEQNO' => '001',
            'LGD_CASCAMOUNT' => '2000', 'LGD_CASTAMOUNT' => '2000', 'LGD_PAYTYPE' => 'SC0040', 'LGD_PAYDATE' => '20260102030405',
        ];
        $signed = [$notice['LGD_MID'], $notice['LGD_OID'], $notice['LGD_AMOUNT'], $notice['LGD_RESPCODE'], $notice['LGD_TIMESTAMP']];
        return $notice + ['LGD_HASHDATA' => md5(implode('', $signed) . self::key())];
    }

    public function testANotice(): void
    {
        $notice = $this->client()->notice(self::notice(['LGD_BUYER' => iconv('UTF-8', 'CP949', '홍길동')]), new Order(self::MID, 'order1', 2000));
        self::assertSame(['order1', 2000, 'tid1', Notice::PAID_IN, 2000, 2000], [
            $notice->oid(), $notice->amount(), $notice->tid(), $notice->flag(), $notice->paidInNow(), $notice->paidInTotal(),
        ]);
        self::assertSame('tid1/001/I/20260102030405', $notice->dedupKey());
        self::assertSame('홍길동', $notice->get('LGD_BUYER'));
        self::assertStringNotContainsString('홍길동', print_r($notice, true));
    }

    /** @return array<string, array{array<string, mixed>, Order, string}> */
    public static function forgeries(): array
    {
        $order = new Order(self::MID, 'order1', 2000);
        $foreign = ['LGD_MID' => substr(self::MID, 1)];
        return [
            'another amount' => [self::notice(['LGD_AMOUNT' => '2']), $order, 'LGD_AMOUNT'],
            'another order' => [self::notice(['LGD_OID' => 'order2']), $order, 'LGD_OID'],
            'another signature' => [['LGD_HASHDATA' => str_repeat('0', 32)] + self::notice(), $order, 'LGD_HASHDATA'],
            'no signature' => [array_diff_key(self::notice(), ['LGD_HASHDATA' => 1]), $order, 'LGD_HASHDATA'],
            'an array' => [['LGD_AMOUNT' => ['2000']] + self::notice(), $order, 'LGD_AMOUNT'],
            'no shop' => [self::notice(['LGD_MID' => 'tnobody']), $order, 'LGD_MID'],
            // The file has its MertKey, and the signature is correct.
            'another shop of the file' => [self::notice($foreign), $order, 'LGD_MID'],
            'the other platform' => [self::notice($foreign), new Order($foreign['LGD_MID'], 'order1', 2000), 'LGD_MID'],
            'an order of no shop' => [self::notice(['LGD_MID' => 'tnobody']), new Order('tnobody', 'order1', 2000), 'tnobody'],
            // A payment window for 20,000 won: the same bytes are signed.
            'a request as a notice' => [
                ['LGD_AMOUNT' => '2', 'LGD_RESPCODE' => '0000', 'LGD_TIMESTAMP' => '20260101000000',
                    'LGD_HASHDATA' => md5(self::MID . 'order1' . '20000' . '020260101000000' . self::key())] + self::notice(),
                new Order(self::MID, 'order1', 20000), 'LGD_AMOUNT',
            ],
        ];
    }

    /** @dataProvider forgeries */
    public function testAForgedNoticeIsRefused(array $post, Order $order, string $named): void
    {
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches("/$named/");
        $this->client()->notice($post, $order);
    }

    public function testANoticeUnderTheVendorsKeyIsRefusedBesideAShopOfItsOwn(): void
    {
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/sample MertKey/');
        $this->client(['tmyshop' => str_repeat('0c', 16)])->notice(self::notice(), new Order(self::MID, 'order1', 2000));
    }

    public function testTheModeIsTestOrService(): void
    {
        foreach (['TEST', 'real', '', ' test', "test\0"] as $mode) {
            foreach ([self::home(), null] as $home) {
                try {
                    new Client($home, $mode);
                    self::fail("[$mode] should be refused");
                } catch (XPayError $error) {
                    self::assertSame(90003, $error->getCode());
                    self::assertStringContainsString('mode', $error->getMessage());
                }
            }
        }
        self::assertStringContainsString('service', print_r(new Client(self::home(), 'service'), true));
    }

    public function testAStepMayUndoAndReadAndNothingElse(): void
    {
        $client = $this->client();
        list($undone, $stands) = [self::oid(), self::oid()];
        foreach ([true, false] as $catches) {
            try {
                $client->payByKey(self::MID, self::paykey($undone), self::AMOUNT, static function () use ($client, $catches) {
                    try {
                        $client->rollback('sold out');
                    } catch (XPayError $error) {
                        if (!$catches) {
                            throw $error;
                        }
                    }
                });
                self::fail('the payment is undone');
            } catch (XPayError $error) {
                self::assertSame([90007, 'rolled_back'], [$error->getCode(), $error->outcome()]);
                self::assertInstanceOf(TransportError::class, $error);
            }
            self::assertSame(0, self::payment($undone)['balance']);
            $undone = self::oid();
        }
        $payment = $client->payByKey(self::MID, self::paykey($stands), self::AMOUNT, static function () use ($client) {
            $calls = ['send' => [self::MID, ['LGD_TXNAME' => 'Ping']], 'cancel' => [self::MID, 'tid1', 'SC0010'], 'confirm' => []];
            foreach ($calls as $call => $arguments) {
                try {
                    $client->$call(...$arguments);
                    self::fail("$call should be refused");
                } catch (XPayError $error) {
                    self::assertSame(90002, $error->getCode());
                }
            }
        });
        self::assertTrue($payment->isPaid());
        self::assertSame(self::AMOUNT, self::payment($stands)['balance']);
        self::assertSame([], self::open($stands));
    }

    public function testWhatAFrameworkSendsForANotice(): void
    {
        $client = $this->client();
        $booked = [];
        $reply = static function (string $body) use ($client, &$booked) {
            return $client->replyToNotice($body, static function (string $oid): ?Order {
                return $oid === 'order1' ? new Order(self::MID, $oid, 2000) : null;
            }, static function (Notice $notice) use (&$booked) {
                $booked[] = $notice->get('LGD_BUYER');
            });
        };
        $body = http_build_query(self::notice(['LGD_BUYER' => iconv('UTF-8', 'CP949', '홍길동')]));
        self::assertSame([200, 'OK', true], [$reply($body)->status(), $reply($body)->body(), $reply($body)->isOk()]);
        self::assertSame(['Content-Type' => 'text/plain; charset=utf-8'], $reply($body)->headers());
        self::assertSame(array_fill(0, 4, '홍길동'), $booked);
        // A page could use the last value, and the check the first.
        foreach (["$body&LGD_AMOUNT=2000", "$body%zz", strtr($body, ['order1' => 'order2']), '', "a\0b", str_repeat('a', 70000)] as $forged) {
            self::assertSame([400, false], [$reply($forged)->status(), $reply($forged)->isOk()], $forged);
        }
        self::assertCount(4, $booked);
        try {
            $client->replyToNotice($body, static function (): Order {
                return new Order('tnobody', 'order1', 2000);
            }, 'boolval');
            self::fail('the shop has no such MertKey, which the sender is not told');
        } catch (ConfigError $error) {
            self::assertSame(10004, $error->getCode());
        }
        $this->expectException(DomainException::class);
        $client->replyToNotice($body, static function (): Order {
            return new Order(self::MID, 'order1', 2000);
        }, static function () {
            throw new DomainException('no disk');
        });
    }

    public function testANullSettingHasItsDefault(): void
    {
        $client = $this->client(['timeout' => null, self::MID => null]);
        self::assertCount(1, $client->send(self::MID, ['LGD_TXNAME' => 'Ping'])->rows());
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/timeout/');
        $this->client(['timeout' => ['60']]);
    }

    /** Posts to a page, and returns its status, its body and what the server wrote. */
    private function page(string $code, array $post): array
    {
        $page = '<?php error_reporting(E_ALL); ini_set("display_errors", "1"); ini_set("log_errors", "1");
            require getenv("XPAYCLIENT_AUTOLOAD");
            $client = new XPay\Client(getenv("XPAY_HOME"), "test");
            $orderOf = function ($oid) { return $oid === "order1" ? new XPay\Order("' . self::MID . '", $oid, 2000) : null; };' . "\n";
        $context = stream_context_create(['http' => [
            'method' => 'POST', 'ignore_errors' => true, 'content' => http_build_query($post),
            'header' => 'Content-Type: application/x-www-form-urlencoded',
        ]]);
        $said = self::serve($page . $code, static function (string $address) use ($context, &$status, &$body) {
            $body = file_get_contents("http://$address/", false, $context);
            $status = explode(' ', $http_response_header[0])[1];
        });
        return [$status, $body, $said];
    }

    public function testANoticeIsAnsweredWithOkAndNothingElse(): void
    {
        $book = 'function ($notice) { file_put_contents("php://stderr", "booked " . $notice->dedupKey()); }';
        list($status, $body, $said) = $this->page("\$client->answerNotice(\$orderOf, $book);", self::notice());
        self::assertSame(['200', 'OK'], [$status, $body]);
        self::assertStringContainsString('booked tid1/001/I/20260102030405', $said);
    }

    public function testWhatWasPrintedBeforeIsTakenBackAndComplainedOf(): void
    {
        list($status, $body, $said) = $this->page('ob_start(); echo "\xEF\xBB\xBF\n"; $client->answerNotice($orderOf, "boolval");', self::notice());
        self::assertSame(['200', 'OK'], [$status, $body]);
        self::assertStringContainsString('Output before the answer to a notification', $said);
        // Output that is already sent cannot be discarded; the notification is saved all the same, with a warning.
        $books = 'function () { file_put_contents("php://stderr", "booked"); }';
        list(, $body, $said) = $this->page("echo 'x'; flush(); \$client->answerNotice(\$orderOf, $books);", self::notice());
        self::assertSame('xOK', $body);
        self::assertStringContainsString('Output before the answer to a notification', $said);
        self::assertStringContainsString('booked', $said);
    }

    public function testWhatIsNotVerifiedOrNotBookedIsNotOk(): void
    {
        $never = 'function () { file_put_contents("php://stderr", "booked"); }';
        foreach ([self::notice(['LGD_OID' => 'order2']), self::notice(['LGD_AMOUNT' => '2']), []] as $post) {
            list($status, $body, $said) = $this->page("\$client->answerNotice(\$orderOf, $never);", $post);
            self::assertSame('400', $status);
            self::assertStringNotContainsString('OK', $body);
            self::assertStringNotContainsString('booked', $said);
        }
        list($status, $body) = $this->page('$client->answerNotice($orderOf, function () { throw new Exception("no disk"); });', self::notice());
        self::assertSame('500', $status);
        self::assertStringStartsWith('The notification could not be saved', $body);
    }
}
