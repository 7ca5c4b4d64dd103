<?php

/** What comes back: the payment window's return, the billing window's, and mobile payments' notes. */

use XPay\Client;
use XPay\ConfigError;
use XPay\Notice;
use XPay\Order;
use XPay\Reply;
use XPay\XPayError;

final class ReturnTest extends Shop
{
    private function client(): Client
    {
        return new Client(self::home(), 'test');
    }

    private static function signed(array $posted): array
    {
        $names = ['LGD_MID', 'LGD_OID', 'LGD_AMOUNT', 'LGD_RESPCODE', 'LGD_TIMESTAMP'];
        $posted += ['LGD_RESPCODE' => '0000', 'LGD_MID' => self::MID, 'LGD_OID' => 'order1', 'LGD_AMOUNT' => '2000',
            'LGD_TIMESTAMP' => '20260101000000', 'LGD_PAYTYPE' => 'SC0010'];
        $key = parse_ini_file(self::home() . '/conf/mall.conf')[self::MID];
        $signed = array_map(static function ($name) use ($posted) {
            return $posted[$name];
        }, $names);
        return $posted + ['LGD_HASHDATA' => md5(implode('', $signed) . $key)];
    }

    private static function returned(array $posted = []): array
    {
        return self::signed($posted + ['LGD_PAYKEY' => 'K-1']);
    }

    public function testAReturn(): void
    {
        $post = self::returned(['LGD_BUYER' => iconv('UTF-8', 'CP949', '홍길동'), 'cart' => 'a 1', 'my field' => 'x', 'item' => ['1', '2']]);
        foreach ([$post, http_build_query($post)] as $posted) {
            $return = $this->client()->verifyReturn($posted, self::MID, 'order1', 2000);
            self::assertTrue($return->isSuccess());
            self::assertFalse($return->isCancelled());
            self::assertSame(['0000', 'K-1', 'SC0010', '홍길동'], [
                $return->code(), $return->payKey(), $return->payType(), $return->get('LGD_BUYER'),
            ]);
            self::assertSame(['cart' => 'a 1', 'my field' => 'x'], array_diff_key($return->own(), ['item[0]' => 1, 'item[1]' => 1]));
            self::assertStringNotContainsString('K-1', print_r($return, true));
        }
    }

    /** @return array<string, array{array<string, mixed>|string, string}> */
    public static function forgeries(): array
    {
        return [
            'another order' => [self::returned(['LGD_OID' => 'order2']), 'LGD_OID'],
            'another amount' => [self::returned(['LGD_AMOUNT' => '2']), 'LGD_AMOUNT'],
            'another shop' => [self::returned(['LGD_MID' => 'tother']), 'LGD_MID'],
            'another signature' => [['LGD_HASHDATA' => str_repeat('0', 32)] + self::returned(), 'LGD_HASHDATA'],
            'no signature' => [array_diff_key(self::returned(), ['LGD_HASHDATA' => 1]), 'LGD_HASHDATA is missing'],
            'no payment key' => [array_diff_key(self::returned(), ['LGD_PAYKEY' => 1]), 'LGD_PAYKEY is missing'],
            'no code' => [['LGD_OID' => 'order1'], 'LGD_RESPCODE'],
            'twice' => [http_build_query(self::returned()) . '&LGD_PAYKEY=K-2', 'LGD_PAYKEY'],
            'as PHP reads it' => [http_build_query(self::returned()) . '&LGD.PAYKEY=K-2', 'parameter name'],
        ];
    }

    /**
     * @dataProvider forgeries
     * @param array<string, mixed>|string $posted
     */
    public function testAForgedReturnIsRefused($posted, string $named): void
    {
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches("/$named/");
        $this->client()->verifyReturn($posted, self::MID, 'order1', 2000);
    }

    public function testAFailureHasNoPaymentKey(): void
    {
        $post = ['LGD_RESPCODE' => 'S053', 'LGD_RESPMSG' => iconv('UTF-8', 'CP949', '사용자 취소'), 'LGD_PAYKEY' => 'K-1'];
        $return = $this->client()->verifyReturn($post, self::MID, 'order1', 2000);
        self::assertSame([false, true, '', '사용자 취소'], [
            $return->isSuccess(), $return->isCancelled(), $return->payKey(), $return->message(),
        ]);
    }

    public function testABillingReturn(): void
    {
        $kept = $this->client()->readBillingReturn(['LGD_BILLKEY' => 'B-1', 'LGD_PAYTYPE' => 'SC0010', 'LGD_CARDNUM' => '941061******0001',
            'LGD_EXPYEAR' => '30', 'LGD_EXPMON' => '12', 'LGD_PAYDATE' => '20260101120000', 'LGD_FINANCECODE' => '41',
            'LGD_FINANCENAME' => iconv('UTF-8', 'CP949', '신한'), 'LGD_TID' => 'tid1']);
        self::assertTrue($kept->isSuccess());
        self::assertSame(['B-1', 'SC0010', '941061******0001', '30', '12', '41', '신한', 'tid1'], [
            $kept->billingKey(), $kept->payType(), $kept->cardNumber(), $kept->expiryYear(), $kept->expiryMonth(), $kept->financeCode(),
            $kept->financeName(), $kept->tid(),
        ]);
        self::assertSame('2026-01-01T12:00:00+09:00', $kept->payDate()->format('c'));
        self::assertStringNotContainsString('B-1', print_r($kept, true));
        $failed = $this->client()->readBillingReturn('LGD_RESPCODE=S053&LGD_BILLKEY=B-1');
        self::assertSame([false, ''], [$failed->isSuccess(), $failed->billingKey()]);
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/LGD_BILLKEY/');
        $this->client()->readBillingReturn([]);
    }

    public function testAKeptCardIsCharged(): void
    {
        $client = $this->client();
        $made = $client->send(self::MID, ['LGD_TXNAME' => 'CardAuth', 'LGD_OID' => self::oid(), 'LGD_AMOUNT' => '0', 'LGD_INSTALL' => '00',
            'VBV_ECI' => '010', 'LGD_PAN' => '4111111111111111', 'LGD_EXPYEAR' => '30', 'LGD_EXPMON' => '12', 'LGD_PIN' => '12',
            'LGD_PRIVATENO' => '800101']);
        self::assertTrue($made->isSuccess(), $made->message());
        $oid = self::oid();
        $saved = '';
        $payment = $client->payByBillingKey(self::MID, $made->get('LGD_BILLKEY'), $oid, 2000, static function ($payment) use (&$saved) {
            $saved = $payment->tid();
        });
        self::assertSame([true, $oid, 2000, $saved], [$payment->isPaid(), $payment->oid(), $payment->amount(), $payment->tid()]);
        self::assertSame(2000, self::payment($oid)['balance']);
    }

    private function note(string $savedTid, callable $save, array $changes = []): Reply
    {
        $body = http_build_query(self::signed($changes + ['LGD_TID' => 'tid1']));
        return $this->client()->replyToMobileNote($body, static function (string $oid) use ($savedTid): ?Order {
            return $oid === 'order1' ? new Order(self::MID, $oid, 2000, $savedTid) : null;
        }, $save);
    }

    public function testAMobileNoteIsSavedOnce(): void
    {
        $saved = [];
        $save = static function (Notice $note) use (&$saved) {
            $saved[] = $note->tid();
        };
        $said = function (string $savedTid, array $changes = []) use ($save): array {
            $reply = $this->note($savedTid, $save, $changes);
            return [$reply->status(), $reply->body(), $reply->isOk()];
        };
        self::assertSame([200, 'OK', true], $said(''));
        self::assertSame([200, 'OK', true], $said('tid1'), 'a repetition');
        self::assertSame([200, 'OK', true], $said('', ['LGD_RESPCODE' => 'XC99']), 'nothing was paid');
        self::assertSame([200, 'ROLLBACK', false], $said('tid2'), 'another payment has paid');
        self::assertSame(['tid1'], $saved);
        // Neither: whether the order is saved is unknown.
        foreach ([['LGD_AMOUNT' => '2'], ['LGD_OID' => 'order2'], ['LGD_HASHDATA' => str_repeat('0', 32)]] as $changes) {
            $reply = $this->note('', $save, $changes);
            self::assertSame([400, false], [$reply->status(), $reply->isOk()]);
            self::assertStringNotContainsString('ROLLBACK', $reply->body());
        }
        self::assertSame(['tid1'], $saved);
    }

    public function testAFailedStepIsAnsweredWithRollback(): void
    {
        $reply = $this->note('', static function () {
            throw new DomainException('no disk');
        });
        self::assertSame([200, 'ROLLBACK', false], [$reply->status(), $reply->body(), $reply->isOk()]);
        self::assertInstanceOf(DomainException::class, $reply->failure());
        // With LGD_CUSTOM_ROLLBACK N it comes again, and the step runs again.
        self::assertSame('OK', $this->note('', 'boolval')->body());
    }

    public function testAStepThatDidNotRunIsNotTakenForDone(): void
    {
        $yields = static function () {
            yield 'not run';
        };
        $reply = $this->note('', $yields);
        self::assertSame('ROLLBACK', $reply->body());
        self::assertInstanceOf(LogicException::class, $reply->failure());
        $oid = self::oid();
        $client = $this->client();
        try {
            $client->payByKey(self::MID, self::paykey($oid), self::AMOUNT, $yields);
            self::fail('it counts as saved');
        } catch (LogicException $thrown) {
            self::assertSame('rolled_back', $client->outcome());
        }
    }

    public function testTheStepMayUseTheClient(): void
    {
        $client = $this->client();
        $reply = $client->replyToMobileNote(http_build_query(self::signed(['LGD_TID' => 'tid1'])), static function (string $oid): Order {
            return new Order(self::MID, $oid, 2000);
        }, static function () use ($client) {
            $client->notice(self::signed(['LGD_TID' => 'tid2', 'LGD_OID' => 'order2']), new Order(self::MID, 'order2', 2000));
        });
        self::assertSame('OK', $reply->body());
    }

    public function testWhatTheLookupThrowsGoesThrough(): void
    {
        $body = http_build_query(self::signed(['LGD_TID' => 'tid1']));
        foreach ([ConfigError::class => 'new', DomainException::class => 'throw'] as $class => $what) {
            try {
                $this->client()->replyToMobileNote($body, static function (string $oid) use ($what): Order {
                    if ($what === 'throw') {
                        throw new DomainException('no database');
                    }
                    return new Order('tnobody', $oid, 2000);
                }, 'boolval');
                self::fail("$class should go through");
            } catch (Exception $thrown) {
                self::assertInstanceOf($class, $thrown);
            }
        }
    }

    public function testThePageOfANote(): void
    {
        $post = http_build_query(self::signed(['LGD_TID' => 'tid1']));
        foreach (['OK' => '"boolval"', 'ROLLBACK' => 'function () { throw new Exception("no disk"); }'] as $answer => $save) {
            $said = self::serve('<?php ini_set("log_errors", "1"); ini_set("display_errors", "1");
                require getenv("XPAYCLIENT_AUTOLOAD");
                $client = new XPay\Client(getenv("XPAY_HOME"), "test");
                $client->answerMobileNote(function ($oid) {
                    return new XPay\Order("' . self::MID . '", $oid, 2000);
                }, ' . $save . ');', static function (string $address) use ($post, &$body) {
                    $body = file_get_contents("http://$address/", false, stream_context_create(['http' => [
                        'method' => 'POST', 'content' => $post, 'ignore_errors' => true,
                        'header' => 'Content-Type: application/x-www-form-urlencoded',
                    ]]));
            });
            self::assertSame($answer, $body);
            self::assertSame($answer === 'ROLLBACK', strpos($said, 'no disk') !== false, 'the operator sees why');
        }
    }

    public function testARepeatedPaymentIsNoPlainDecline(): void
    {
        foreach (['S007' => true, 'XC01' => true, 'S053' => false] as $code => $isRepeated) {
            $payment = $this->client()->guard(self::MID, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => 'K-1',
                'XPAY_SANDBOX_FAULT' => "body={\"LGD_RESPCODE\":\"$code\",\"LGD_RESPMSG\":\"처리할 수 없습니다.\"}"], static function () {
                    self::fail('nothing was approved');
                });
            self::assertSame([false, $isRepeated], [$payment->isSuccess(), $payment->isRepeated()], $code);
            self::assertSame($isRepeated, strpos($payment->message(), '다시 결제하지 말고') !== false, $payment->message());
            self::assertStringStartsWith('처리할 수 없습니다.', $payment->message());
        }
    }
}
