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
        self::assertStringContainsString('LGD_MID', $xpay->Response_Detail());
        // The vendor's key is public; older files still have it next to the shop's own.
        $own = str_repeat('0c', 16);
        $xpay->set_config_value('tmyshop', $own);
        self::assertTrue($xpay->VerifyHashDataCas(...$sign('tmyshop', $own)), $xpay->Response_Msg());
        self::assertFalse($xpay->VerifyHashDataCas(...$sign(self::MID, $sample)));
        // Pages also compare what they sign themselves, with the merchant ID that was posted.
        foreach ([self::MID => $sample, substr(self::MID, 1) => $sample] as $mid => $key) {
            $fields = $sign($mid, $key);
            $posted = array_pop($fields);
            self::assertNotSame($posted, @$xpay->GetHashDataCas(...$fields));
        }
    }

    public function testWhatShopsSignIsSignedAsTheVendorsClassDoes(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $key = $xpay->config[self::MID];
        $worked = $xpay->GetHashData(self::MID, 'test_1234567890020', '50000', '1234567890');
        self::assertSame('8b41c36b5a1838e437e44efa26aa982f', $worked);
        $date = '20260101000000';
        $korean = (string) iconv('UTF-8', 'CP949', '주문 1');
        foreach ([['a.b', 100, $date], ['o 1', 100, $date], [$korean, 100, $date], ['o1', '23,400', $date], ['o1', 100, "{$date}ab"]] as $fields) {
            self::assertSame(md5(self::MID . implode($fields) . $key), $xpay->GetHashData(self::MID, ...$fields));
        }
        $result = md5(self::MID . "{$korean}1000000$date$key");
        self::assertSame($result, $xpay->GetHashDataCas(self::MID, $korean, 100, '0000', $date));
    }

    public function testARequestIsNeverSignedAsAResult(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $result = $xpay->GetHashDataCas(self::MID, 'o1', '23400', '0000', '20260101000000');
        foreach ([['o1', '23400', '000020260101000000'], ['o1', '23400000020260101000000', ''], ['o123400', '', '000020260101000000']] as $fields) {
            $made = @$xpay->GetHashData(self::MID, ...$fields);
            self::assertNotSame($result, $made);
            self::assertStringStartsWith('refused:', $made);
        }
    }

    public function testASignatureThatCannotBeMadeIsWarnedOf(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $warned = [];
        set_error_handler(static function ($level, $message) use (&$warned) {
            $warned[] = [$level, $message];
            return true;
        });
        $cas = ['o1', '1,000', '0000', '20260101000000'];
        $made = [$xpay->GetHashDataCas(self::MID, ...$cas), $xpay->GetHashData('tnobody', 'o1', 1, '20260101000000')];
        $made[] = $xpay->GetHashDataCas(self::MID, ...$cas);
        $made[] = $xpay->GetHashDataCas(self::MID, ['array'], '1000', '0000', '20260101000000');
        restore_error_handler();
        self::assertSame($made, array_unique($made));
        foreach ($made as $refused) {
            // Nothing that was posted equals it, neither nothing nor a number.
            self::assertStringStartsWith('refused:', $refused);
            self::assertFalse($refused == '' || $refused == '0' || $refused == null);
        }
        self::assertSame([E_USER_WARNING], array_values(array_unique(array_column($warned, 0))));
        self::assertStringContainsString('LGD_AMOUNT', $warned[0][1]);
        self::assertStringContainsString('tnobody', $warned[1][1]);
    }
}
