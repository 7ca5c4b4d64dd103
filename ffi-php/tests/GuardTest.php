<?php

/** The drop-in class's Guard: an approval counts once the shop's step is done. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class GuardTest extends Shop
{
    public function testAGuardedPayment(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        list($booked, $refused, $thrown) = [self::oid(), self::oid(), self::oid()];
        $guard = function (string $oid, callable $step) use ($xpay) {
            $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)]);
            return $xpay->Guard($step);
        };
        self::assertTrue($guard($booked, static function (XPayClient $approved) use ($booked) {
            self::assertSame($booked, $approved->Response('LGD_OID'));
        }));
        self::assertFalse($guard($refused, static function () {
            return false;
        }));
        self::assertSame(['90007', 'rolled_back'], [$xpay->Response_Code(), $xpay->Outcome()]);
        try {
            $guard($thrown, static function () {
                throw new RuntimeException('the database is gone');
            });
            self::fail('the exception should come through');
        } catch (RuntimeException $error) {
            self::assertSame('the database is gone', $error->getMessage());
        }
        self::assertSame('rolled_back', $xpay->Outcome());
        $balances = array_map(static function ($oid) {
            return self::payment($oid)['balance'];
        }, [$booked, $refused, $thrown]);
        self::assertSame([self::AMOUNT, 0, 0], $balances);
    }

    public function testWithoutAStepNothingIsPaid(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)]);
        foreach ([null, 'no_such_function'] as $step) {
            self::assertFalse($xpay->Guard($step));
            self::assertSame(['90003', []], [$xpay->Response_Code(), self::payment($oid)]);
        }
    }

    public function testAStepMayUndoAndReadAndNothingElse(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        list($undone, $stands) = [self::oid(), self::oid()];
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($undone)]);
        // As code for the vendor's class does.
        self::assertFalse($xpay->Guard(static function (XPayClient $xpay) {
            self::assertTrue($xpay->Rollback('sold out'), $xpay->Response_Msg());
        }));
        self::assertSame(['90007', 'rolled_back'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertSame(0, self::payment($undone)['balance']);
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($stands)]);
        self::assertTrue($xpay->Guard(static function (XPayClient $xpay) use ($stands) {
            $calls = [
                $xpay->Init_TX(self::MID), $xpay->Set('LGD_TXNAME', 'Ping'), $xpay->TX(), $xpay->Guard('is_object'), $xpay->Confirm(),
            ];
            self::assertSame([false, false, false, false, false], $calls);
            self::assertSame('90002', $xpay->Response_Code());
            self::assertMatchesRegularExpression('/[가-힣]/u', $xpay->Response_Msg());
            self::assertSame($stands, $xpay->Response('LGD_OID'));
            // Another object's transactions are not affected.
            $other = new XPayClient(self::home(), 'test');
            self::assertTrue($other->Init_TX(self::MID) && $other->Set('LGD_TXNAME', 'Ping') && $other->TX());
        }));
        self::assertSame(['0000', 'answered'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertSame([$stands, self::AMOUNT], [$xpay->Response('LGD_OID'), self::payment($stands)['balance']]);
        self::assertSame([], self::open($stands));
    }
}
