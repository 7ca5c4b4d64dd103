<?php

/** What the operator is told: PHP's log has each failure once, and Report sends nothing unless report_error is 1. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class DetailTest extends Shop
{
    /** @return string[] what a script printed, and the lines that it left in PHP's log */
    private static function logged(string $code): array
    {
        $log = tempnam(sys_get_temp_dir(), 'xpay');
        $printed = self::script('ini_set("error_log", ' . var_export($log, true) . ');
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            function ping($xpay, $fault) {
                $xpay->Init_TX("' . self::MID . '");
                $xpay->Set("LGD_TXNAME", "Ping");
                $xpay->Set("XPAY_SANDBOX_FAULT", $fault);
                return $xpay->TX();
            }' . $code);
        $lines = file($log, FILE_IGNORE_NEW_LINES);
        unlink($log);
        return array_merge([$printed], preg_replace('/^\[[^\]]*\] /', '', $lines));
    }

    public function testAFailureIsInPhpsLogOnceAndADeclineIsNot(): void
    {
        $lines = self::logged('
            $details = [];
            foreach (["status=500", "status=500", "body={\"LGD_RESPCODE\":\"0012\",\"LGD_RESPMSG\":\"no\"}", "status=404"] as $fault) {
                ping($xpay, $fault);
                $details[] = $xpay->Response_Detail();
            }
            // It names the LGD_TXID, so each failure of a transaction has a line of its own.
            foreach (["tnobody", "tnobody"] as $mid) {
                $xpay->Init_TX($mid);
                $xpay->TX();
                $details[] = $xpay->Response_Detail();
            }
            $xpay->Rollback("nothing was sent");
            $details[] = $xpay->Response_Detail();
            echo implode("\n", array_diff(array_unique($details), ["no"]));
        ');
        $details = explode("\n", array_shift($lines));
        self::assertCount(5, $details);
        self::assertSame($details, $lines);
        self::assertStringContainsString('HTTP response code = 500', $lines[0]);
        self::assertStringContainsString('tnobody', $lines[3]);
    }

    public function testPhpsLogIsInUtf8ForAPageInEucKr(): void
    {
        list($detail, $line) = self::logged('
            $xpay->config["output_UTF8"] = "0";
            ping($xpay, "status=500");
            echo $xpay->Response_Detail();
        ');
        self::assertNotSame(1, preg_match('//u', $detail), 'the page has its own encoding');
        self::assertSame(iconv('CP949', 'UTF-8', $detail), $line);
        self::assertMatchesRegularExpression('/[가-힣]/u', $line);
    }

    public function testAStepThatFailsIsToldToo(): void
    {
        $oid = self::oid();
        $lines = self::logged('
            $xpay->Init_TX("' . self::MID . '");
            $xpay->Set("LGD_TXNAME", "PaymentByKey");
            $xpay->Set("LGD_PAYKEY", "' . self::paykey($oid) . '");
            echo (int) $xpay->Guard(function () { return false; }), $xpay->Response_Code();
        ');
        self::assertSame('090007', $lines[0]);
        self::assertCount(2, $lines);
        self::assertSame(0, self::payment($oid)['balance']);
    }

    public function testReportSendsNothingUnlessItIsSwitchedOn(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $xpay->config['aux_url'] = $xpay->config['test_url'];
        unset($xpay->config['report_error']);
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'XPAY_SANDBOX_FAULT' => 'body={"LGD_RESPCODE":"0012","LGD_RESPMSG":"no"}']);
        self::assertTrue($xpay->TX());
        self::assertFalse($xpay->Report('0012', 'what the shop saw'));
        self::assertSame(['0012', 'no'], [$xpay->Response_Code(), $xpay->Response_Msg()]);
        $xpay->config['report_error'] = '1';
        self::assertTrue($xpay->Report('0012', 'what the shop saw'), $xpay->Response_Detail());
        self::assertSame('0000', $xpay->Response_Code());
    }
}
