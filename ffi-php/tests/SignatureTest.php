<?php

/** Signatures that the drop-in class makes, and results that it verifies. */

require_once __DIR__ . '/Shop.php';
require_once __DIR__ . '/XPay.php';

final class SignatureTest extends Shop
{
    public function testSignatures(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $key = $xpay->config[self::MID];
        self::assertSame(md5(self::MID . "o1" . "100" . "20260101000000" . $key), $xpay->GetHashData(self::MID, 'o1', 100, '20260101000000'));
        $cas = $xpay->GetHashDataCas(self::MID, 'o1', 100, '0000', '20260101000000');
        self::assertSame(md5(self::MID . 'o1' . '100' . '0000' . '20260101000000' . $key), $cas);
        self::assertTrue($xpay->VerifyHashDataCas(self::MID, 'o1', 100, '0000', '20260101000000', $cas));
        self::assertFalse($xpay->VerifyHashDataCas(self::MID, 'o1', 101, '0000', '20260101000000', $cas));
        self::assertSame(128, strlen($xpay->GetHashDataOpenpay('v1', self::MID, 'u1', '', '20260101000000')));
        self::assertMatchesRegularExpression('/^20\d{12}$/', $xpay->GetTimeStamp());
    }

    public function testAResultIsVerifiedForTheOrdersOwnShop(): void
    {
        $xpay = new XPay(self::home(), 'test');
        $sample = $xpay->config[self::MID];
        $sign = static function (string $mid, string $key) {
            return [$mid, 'o1', '100', '0000', '20260101000000', md5("{$mid}o1100000020260101000000$key")];
        };
        // The file has it, but it belongs to the other platform.
        self::assertFalse($xpay->VerifyHashDataCas(...$sign(substr(self::MID, 1), $sample)));
        self::assertStringContainsString('LGD_MID', $xpay->Response_Msg());
        // The vendor's key is public; older files still have it next to the shop's own.
        $own = str_repeat('0c', 16);
        $xpay->set_config_value('tmyshop', $own);
        self::assertTrue($xpay->VerifyHashDataCas(...$sign('tmyshop', $own)), $xpay->Response_Msg());
        self::assertFalse($xpay->VerifyHashDataCas(...$sign(self::MID, $sample)));
    }

    public function testASignatureThatCannotBeMadeIsWarnedOf(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $warned = [];
        set_error_handler(static function ($level, $message) use (&$warned) {
            $warned[] = [$level, $message];
            return true;
        });
        $made = [$xpay->GetHashData(self::MID, 'o1', '1,000', '20260101000000'), $xpay->GetHashData('tnobody', 'o1', 1, '20260101000000')];
        restore_error_handler();
        self::assertSame(['', ''], $made);
        self::assertSame([E_USER_WARNING, E_USER_WARNING], array_column($warned, 0));
        self::assertStringContainsString('LGD_AMOUNT', $warned[0][1]);
        self::assertStringContainsString('tnobody', $warned[1][1]);
    }
}
