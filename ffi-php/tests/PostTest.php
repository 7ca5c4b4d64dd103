<?php

/** Parameters that pages write into $Post themselves, and objects that they clone. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class PostTest extends Shop
{
    private const IDS = ['LGD_TXID', 'LGD_AUTHCODE', 'LGD_MID'];

    private function ping(array $parameters = []): XPayClient
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping'] + $parameters);
        return $xpay;
    }

    /** What the gateway got beside the library's own: Ping repeats it. */
    private static function got(XPayClient $xpay): array
    {
        $got = [];
        foreach (array_diff((array) $xpay->Response_Names(), self::IDS, ['LGD_ROW', 'LGD_RESPCODE', 'LGD_RESPMSG']) as $name) {
            $got[$name] = $xpay->Response($name);
        }
        return $got;
    }

    public function testWhatIsWrittenAndRemovedIsSentAsItStands(): void
    {
        $xpay = $this->ping(['LGD_OID' => 'o1', 'LGD_BUYER' => 'somebody', 'LGD_AMOUNT' => '1']);
        $xpay->Post['LGD_AMOUNT'] = 23400;
        $xpay->Post['LGD_PRODUCTINFO'] = 'goods';
        unset($xpay->Post['LGD_BUYER']);
        self::assertTrue($xpay->TX(), $xpay->Response_Detail());
        $sent = ['LGD_OID' => 'o1', 'LGD_AMOUNT' => '23400', 'LGD_PRODUCTINFO' => 'goods'];
        self::assertSame($sent, self::got($xpay));
        // Set and what is written go together.
        self::assertTrue($xpay->Set('LGD_BUYER', 'another'));
        $xpay->Post = array_reverse($xpay->Post);
        self::assertTrue($xpay->TX(), $xpay->Response_Detail());
        self::assertSame(['LGD_BUYER', 'LGD_PRODUCTINFO', 'LGD_AMOUNT', 'LGD_OID'], array_keys(self::got($xpay)));
    }

    public function testAPaymentWhoseParametersAreWritten(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        self::assertTrue($xpay->Init_TX(self::MID));
        $xpay->Post['LGD_TXNAME'] = 'PaymentByKey';
        $xpay->Post['LGD_PAYKEY'] = self::paykey($oid);
        self::assertTrue($xpay->TX());
        self::assertSame(['0000', $oid], [$xpay->Response_Code(), $xpay->Response('LGD_OID')]);
        self::assertTrue($xpay->Rollback('shop database error'));
        self::assertSame(0, self::payment($oid)['balance']);
    }

    /** @return array<string, array{callable(XPayClient): void, string}> */
    public static function refused(): array
    {
        return [
            'an array' => [static function ($xpay) {
                $xpay->Post['LGD_OID'] = ['o1'];
            }, 'LGD_OID is an array'],
            'a NUL' => [static function ($xpay) {
                $xpay->Post['LGD_OID'] = "o\0001";
            }, 'LGD_OID holds a NUL byte'],
            'no name' => [static function ($xpay) {
                $xpay->Post[''] = 'x';
            }, 'a parameter needs a name'],
            'another merchant ID' => [static function ($xpay) {
                $xpay->Post['LGD_MID'] = 'tother';
            }, 'LGD_MID is made by Init_TX'],
            'another LGD_TXID' => [static function ($xpay) {
                $xpay->Post['LGD_TXID'] = 'x';
            }, 'LGD_TXID is made by Init_TX'],
            'no list' => [static function ($xpay) {
                $xpay->Post = 'LGD_OID=o1';
            }, 'Post is not an array'],
        ];
    }

    /** @dataProvider refused */
    public function testWhatSetRefusesIsRefusedByNameAndNothingIsSent(callable $write, string $why): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)]);
        $write($xpay);
        self::assertFalse($xpay->TX());
        self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertStringContainsString($why, $xpay->Response_Detail());
        self::assertSame([], self::payment($oid));
        self::assertTrue($xpay->Init_TX(self::MID));
        self::assertSame(self::IDS, array_keys($xpay->Post));
    }

    public function testTheLibrarysOwnParametersAreSentEvenWhenRemoved(): void
    {
        $xpay = $this->ping();
        $ids = [$xpay->TX_ID, $xpay->Auth_Code, self::MID];
        $xpay->Post = ['LGD_TXNAME' => 'Ping'];
        self::assertTrue($xpay->TX(), $xpay->Response_Detail());
        self::assertSame($ids, [$xpay->TX_ID, $xpay->Auth_Code, $xpay->MID]);
        self::assertSame('0000', $xpay->Response_Code());
    }

    public function testPostShowsTheTransactionThatWasSentLast(): void
    {
        $xpay = $this->ping(['LGD_OID' => 'o1']);
        self::assertTrue($xpay->TX());
        $first = $xpay->Post;
        self::assertTrue($xpay->TX());
        self::assertSame($xpay->TX_ID, $xpay->Post['LGD_TXID']);
        self::assertNotSame($first['LGD_TXID'], $xpay->TX_ID);
        self::assertSame(array_keys($first), array_keys($xpay->Post));
    }

    public function testACloneHasATransactionOfItsOwn(): void
    {
        list($oid, $other) = [self::oid(), self::oid()];
        $xpay = new XPayClient(self::home(), 'test');
        $xpay->config['tother'] = str_repeat('0a', 16);
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid), 'LGD_PRODUCTINFO' => 'goods']);
        $copy = clone $xpay;
        self::assertSame($xpay->config, $copy->config);
        self::assertNotSame($xpay->TX_ID, $copy->TX_ID);
        self::assertSame(array_diff_key($xpay->Post, array_flip(self::IDS)), array_diff_key($copy->Post, array_flip(self::IDS)));
        self::assertTrue($xpay->TX());
        self::assertSame('0000', $xpay->Response_Code());
        // Nothing of the payment is the copy's: no answer, nothing to undo.
        foreach ([$copy, clone $xpay] as $one) {
            self::assertSame(['', '', 'none'], [$one->Response('LGD_TID'), $one->Response_Code(), $one->Outcome()]);
            self::assertNull($one->response_array);
            self::assertFalse($one->Rollback('shop database error'));
            self::assertSame('90002', $one->Response_Code());
            self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        }
        self::assertTrue($copy->Init_TX(self::MID));
        $copy->Set('LGD_TXNAME', 'PaymentByKey');
        $copy->Set('LGD_PAYKEY', self::paykey($other));
        self::assertTrue($copy->TX());
        self::assertSame('0000', $copy->Response_Code());
        self::assertTrue($xpay->Rollback('shop database error'));
        self::assertSame([0, self::AMOUNT], [self::payment($oid)['balance'], self::payment($other)['balance']]);
        self::assertTrue($copy->Rollback('shop database error'));
        self::assertTrue($copy->Init_TX('tother'), $copy->Response_Detail());
    }

    public function testACloneSendsWhatWasSet(): void
    {
        $xpay = $this->ping(['LGD_OID' => 'o1']);
        $xpay->Post['LGD_BUYER'] = 'somebody';
        $copy = clone $xpay;
        unset($xpay);
        self::assertTrue($copy->TX(), $copy->Response_Detail());
        self::assertSame(['o1', 'somebody'], [$copy->Response('LGD_OID'), $copy->Response('LGD_BUYER')]);
    }

    public function testACloneOfARefusedTransactionIsNotSentEither(): void
    {
        $xpay = $this->ping();
        self::assertFalse($xpay->Set('LGD_OID', ['o1']));
        $copy = clone $xpay;
        self::assertFalse($copy->TX());
        self::assertSame('90003', $copy->Response_Code());
        self::assertStringContainsString('LGD_OID is an array', $copy->Response_Detail());
    }

    public function testAnApprovalThatWaitsStaysTheOriginals(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)]);
        $paid = $xpay->Guard(static function ($xpay) {
            $copy = clone $xpay;
            return !$copy->Confirm() && $copy->Init_TX(self::MID) && $xpay->Response_Code() === '0000';
        });
        self::assertTrue($paid, $xpay->Response_Detail());
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }
}
