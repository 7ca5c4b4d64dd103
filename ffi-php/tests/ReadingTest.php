<?php

/** Calls that only read: they never fail, never change anything, and ignore settings written meanwhile. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class ReadingTest extends Shop
{
    /** Everything readable. @return array<string, callable(XPayClient): mixed> */
    private static function reads(): array
    {
        $reads = [
            'LGD_TID' => static fn ($xpay) => $xpay->Response('LGD_TID'),
            'LGD_OID' => static fn ($xpay) => $xpay->Response('LGD_OID', 0),
            'a second row' => static fn ($xpay) => $xpay->Response('LGD_OID', 1),
            'nothing' => static fn ($xpay) => $xpay->Response(['x'], 'y'),
            'done' => static fn ($xpay) => $xpay->IsCancelled('SC0010'),
            'no means' => static fn ($xpay) => $xpay->IsCancelled(["SC0010"]),
            'shown' => static fn ($xpay) => print_r($xpay, true),
        ];
        $names = ['Response_Code', 'Response_Msg', 'Response_Detail', 'Response_Count', 'Response_Names', 'Response_Json', 'Outcome',
            'IsRepeated'];
        foreach ($names as $name) {
            $reads[$name] = static fn ($xpay) => $xpay->$name();
        }
        foreach (['TX_ID', 'Auth_Code', 'MID', 'Post', 'response_code', 'response_msg', 'response_json', 'response_array'] as $name) {
            $reads["\$$name"] = static fn ($xpay) => $xpay->$name;
        }
        return $reads;
    }

    /** Values written to the configuration, valid and invalid. */
    private static function write(XPayClient $xpay): void
    {
        $writes = [
            ['timeout', ['60']], ['timeout', '30'], ['output_UTF8', '0'], ['output_UTF8', '1'], ['log_dir', "a\0b"], ['', 'x'],
            ["a\0b", 'x'], ['test_url', self::closed()], ['of_the_shop', new stdClass()], ['verify_cert', null],
        ];
        list($name, $value) = $writes[mt_rand(0, count($writes) - 1)];
        switch (mt_rand(0, 5)) {
            case 0:
                unset($xpay->config[$name]);
                break;
            case 1:
                $xpay->config = mt_rand(0, 1) ? [] : null;
                break;
            default:
                $xpay->config = is_array($xpay->config) ? $xpay->config : [];
                $xpay->config[$name] = $value;
        }
    }

    /** Calls that change something. @return array<int, callable(XPayClient): mixed> */
    private static function changes(): array
    {
        $signed = [self::MID, 'o1', 100, '0000', '20260101000000', str_repeat('0', 32)];
        return [
            static fn ($xpay) => $xpay->Init_TX(self::MID),
            static fn ($xpay) => $xpay->Init_TX('tnobody'),
            static fn ($xpay) => $xpay->Init_TX(['x']),
            static fn ($xpay) => $xpay->Set('LGD_TXNAME', 'Ping'),
            static fn ($xpay) => $xpay->Set('LGD_OID', 'o-' . mt_rand()),
            static fn ($xpay) => $xpay->Set('LGD_OID', ['x']),
            static fn ($xpay) => $xpay->Set('LGD_RESULTCNT', 2),
            static fn ($xpay) => $xpay->Set('XPAY_SANDBOX_FAULT', 'status=500'),
            static fn ($xpay) => $xpay->TX(),
            static fn ($xpay) => $xpay->TX(false),
            static fn ($xpay) => $xpay->Guard('is_object'),
            static fn ($xpay) => $xpay->Rollback('x'),
            static fn ($xpay) => $xpay->Log(['x']),
            static fn ($xpay) => $xpay->Confirm(),
            static fn ($xpay) => $xpay->VerifyHashDataCas(...$signed),
            static fn ($xpay) => @$xpay->GetHashData(self::MID, 'o 1', 1, 'x'),
        ];
    }

    public function testNoCallThatReadsChangesAnything(): void
    {
        $seed = (int) (getenv('XPAY_SEED') ?: random_int(1, PHP_INT_MAX >> 32));
        mt_srand($seed);
        $reads = self::reads();
        $changes = self::changes();
        for ($round = 0; $round < 40; $round++) {
            $xpay = new XPayClient(self::home(), 'test');
            $good = $xpay->config;
            for ($step = 0; $step < 10; $step++) {
                $xpay->config = $good;
                $change = mt_rand(0, count($changes) - 1);
                $changes[$change]($xpay);
                $seen = array_map(static fn ($read) => $read($xpay), $reads);
                for ($look = 0; $look < 12; $look++) {
                    self::write($xpay);
                    $name = array_rand($reads);
                    $at = "XPAY_SEED=$seed, round $round, step $step: $name after change $change";
                    self::assertSame($seen[$name], $reads[$name]($xpay), $at);
                }
            }
        }
    }

    public function testAConfigurationWrittenAfterAnApprovalChangesNoAnswer(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        self::assertTrue($xpay->Init_TX(self::MID));
        $xpay->Set('LGD_TXNAME', 'PaymentByKey');
        $xpay->Set('LGD_PAYKEY', self::paykey($oid));
        self::assertTrue($xpay->TX());
        $xpay->config['timeout'] = ['60'];
        self::assertSame($oid, $xpay->Response('LGD_OID'));
        self::assertSame(['0000', 1, 'answered'], [$xpay->Response_Code(), $xpay->Response_Count(), $xpay->Outcome()]);
        $xpay->Log(['no text']);
        self::assertSame('0000', $xpay->Response_Code());
        // A caller that saves the order and continues is told then.
        self::assertFalse($xpay->Init_TX(self::MID));
        self::assertStringContainsString('config[timeout] is an array', $xpay->Response_Detail());
        $xpay->config = null;
        self::assertFalse($xpay->Init_TX(self::MID));
        self::assertStringContainsString('config is not an array', $xpay->Response_Detail());
    }

    public function testInitTxKeepsTheLastAnswerUntilTheNextTx(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $xpay->Init_TX(self::MID);
        $xpay->Set('LGD_TXNAME', 'PaymentByKey');
        $xpay->Set('LGD_PAYKEY', self::paykey($oid));
        self::assertTrue($xpay->TX());
        $answer = static fn () => [
            $xpay->Response_Code(), $xpay->Response_Msg(), $xpay->Response('LGD_TID'), $xpay->Response_Json(), $xpay->Response_Names(),
        ];
        $before = $answer();
        self::assertTrue($xpay->Init_TX(self::MID));
        self::assertSame($before, $answer());
        self::assertSame('none', $xpay->Outcome());
        $xpay->Set('LGD_TXNAME', 'Cancel');
        $xpay->Set('LGD_TID', $xpay->Response('LGD_TID', 0));
        self::assertTrue($xpay->TX());
        self::assertSame(['0000', 0], [$xpay->Response_Code(), self::payment($oid)['balance']], $xpay->Response_Msg());
    }

    public function testTxAfterAnInitTxThatFailedSaysWhyThatFailed(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        foreach (['TX', 'Guard'] as $call) {
            self::assertFalse($xpay->Init_TX('tnobody'));
            $said = [$xpay->Response_Code(), $xpay->Response_Msg()];
            self::assertSame('10004', $said[0]);
            self::assertFalse($xpay->Set('LGD_TXNAME', 'PaymentByKey'));
            self::assertFalse($call === 'TX' ? $xpay->TX() : $xpay->Guard('is_object'));
            self::assertSame($said, [$xpay->Response_Code(), $xpay->Response_Msg()]);
        }
        // An invalid merchant ID begins nothing either, and nothing of the previous transaction is sent.
        self::assertTrue($xpay->Init_TX(self::MID));
        self::assertFalse($xpay->Init_TX(['x']));
        self::assertFalse($xpay->TX());
        self::assertSame('90003', $xpay->Response_Code());
        self::assertStringContainsString('mid is an array', $xpay->Response_Detail());
    }
}
