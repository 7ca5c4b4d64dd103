<?php

/** The table of calls in the page on moving: each row is done, and a row that nobody tries here is a failure. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class MovingTest extends Shop
{
    private const OTHER_KEY = '0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c';

    /** @return array<string, string> what the rows of the page say, by their first cells */
    private static function rows(string $language): array
    {
        $page = file_get_contents(dirname(__DIR__, 2) . "/docs/$language/moving-php.md");
        $count = preg_match_all('/^\| ((?:`new XPayClient)[^|]*|`\w+\([^|]*|`\$xpay->config`[^|]*|) ?\| ([^|]*) \|$/m', $page, $found);
        self::assertGreaterThan(15, $count);
        return array_combine(array_map('trim', $found[1]), $found[2]);
    }

    /** @return array<string, array{string}> */
    public static function each(): array
    {
        $cells = array_keys(self::rows('en'));
        return array_combine($cells, array_map(static function ($cell) {
            return [$cell];
        }, $cells));
    }

    public function testBothPagesHaveTheSameCalls(): void
    {
        self::assertSame(array_keys(self::rows('en')), array_keys(self::rows('ko')));
    }

    public function testTheCallsHaveTheArgumentsOfThePages(): void
    {
        $rows = self::rows('en');
        $text = implode(' ', array_keys($rows)) . $rows[''];
        self::assertGreaterThan(25, preg_match_all('/(?<!new )\b(?!XPayClient)(\w+)\(([^)]*)\)/', $text, $calls, PREG_SET_ORDER));
        foreach ($calls as list(, $name, $arguments)) {
            self::assertTrue(method_exists('XPayClient', $name), $name);
            $listed = $arguments === '' ? [] : explode(', ', $arguments);
            $needed = array_filter($listed, static function ($argument) {
                return strpos($argument, '=') === false;
            });
            $method = new ReflectionMethod('XPayClient', $name);
            self::assertGreaterThanOrEqual(count($listed), $method->getNumberOfParameters(), $name);
            self::assertLessThanOrEqual(count($needed), $method->getNumberOfRequiredParameters(), $name);
        }
    }

    /** @dataProvider each */
    public function testTheRowIsSo(string $cell): void
    {
        $ways = $this->ways();
        self::assertArrayHasKey($cell, $ways, 'try this row here');
        $ways[$cell]();
    }

    /** @return array<string, callable> what tries each row, by its first cell */
    private function ways(): array
    {
        $home = self::home();
        $settings = (new XPayClient($home, 'test'))->config;
        $xpay = new XPayClient($home, 'test');
        $hash = static function (string ...$fields) use ($settings): string {
            return md5(implode($fields) . $settings[self::MID]);
        };
        return [
            '`new XPayClient($home, $mode)`' => function () use ($home) {
                $this->ping(new XPayClient($home, 'TEST'));
                self::assertStringContainsString('10001', self::refused(['/there/is/none', 'test']));
            },
            '`new XPayClient($home, $mode, $mertKey)`' => function () use ($home, $settings) {
                $xpay = new XPayClient($home, 'test', self::OTHER_KEY);
                self::assertSame($settings, $xpay->config);
                self::assertSame(self::OTHER_KEY, self::keyOf($xpay, self::MID));
            },
            '`new XPayClient($home, $mode, $mid, $mertKey)`' => function () use ($home, $settings) {
                self::assertSame(self::OTHER_KEY, self::keyOf(new XPayClient($home, 'test', 'tshop', self::OTHER_KEY), 'tshop'));
                self::assertSame($settings[self::MID], self::keyOf(new XPayClient($home, 'test', self::MID, self::OTHER_KEY), self::MID));
            },
            '`new XPayClient($home, $mode, $log_dir)`' => function () use ($home) {
                $xpay = new XPayClient($home, 'test', "$home/log-of-a-page");
                $this->ping($xpay);
                self::assertNotSame([], glob("$home/log-of-a-page/log_*"));
            },
            '`new XPayClient($home, $mode, $config)`, `new XPayClient($home, $config, $mode)`' => function () use ($settings) {
                $own = ['ca_bundle_only' => '1'] + $settings;
                $bundle = dirname(self::home()) . '/settings-of-a-page/conf';
                is_dir($bundle) || mkdir($bundle, 0700, true);
                copy(self::home() . '/conf/ca-bundle.crt', "$bundle/ca-bundle.crt");
                foreach ([[dirname($bundle), 'test', $own], [dirname($bundle), $own, 'test']] as $arguments) {
                    $xpay = new XPayClient(...$arguments);
                    $this->ping($xpay);
                    self::assertTrue($xpay->bTest);
                }
                $said = self::refused([self::home(), 'test', substr(self::OTHER_KEY, 1)]);
                self::assertStringContainsString('argument 3', $said);
                self::assertStringNotContainsString(substr(self::OTHER_KEY, 1), $said);
            },
            '`Init_TX($mid)`' => function () use ($xpay) {
                $this->ping($xpay);
                self::assertFalse($xpay->Init_TX('nobody'));
                self::assertSame(['10004', 1], [$xpay->Response_Code(), $xpay->Response_Count()]);
            },
            '`Set($name, $value)`' => function () use ($xpay) {
                $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
                self::assertFalse($xpay->Set('LGD_PRODUCTINFO', ['a']));
                self::assertFalse($xpay->TX());
                self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()]);
            },
            '`TX($rollbackOnError = true)`' => function () use ($xpay) {
                self::assertFalse($xpay->Init_TX('nobody'));
                $told = [$xpay->Response_Code(), $xpay->Response_Msg()];
                self::assertFalse($xpay->TX());
                self::assertSame($told, [$xpay->Response_Code(), $xpay->Response_Msg()]);
                $this->ping($xpay);
            },
            '`Response_Code()`' => function () use ($xpay) {
                $this->ping($xpay);
                self::assertSame('0000', $xpay->Response_Code());
            },
            '`Response_Msg()`' => function () use ($xpay) {
                $this->ping($xpay);
                self::assertSame($xpay->Response_Msg(), json_decode($xpay->Response_Json(), true)['LGD_RESPMSG']);
                $xpay->config['test_url'] = self::closed();
                $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey']);
                self::assertFalse($xpay->TX());
                self::assertMatchesRegularExpression('/^[가-힣 .]+ \(Could not connect error\)$/uD', $xpay->Response_Msg());
            },
            '`Response($name, $index = 0)`' => function () use ($xpay) {
                self::assertSame('', $xpay->Response('LGD_TID'));
            },
            '`Response_Count()`, `Response_Names()`, `Response_Json()`' => function () use ($xpay) {
                self::assertSame([0, null, ''], [$xpay->Response_Count(), $xpay->Response_Names(), $xpay->Response_Json()]);
            },
            '`Rollback($reason)`, `Report($status, $msg)`, `Patch($filename)`' => function () use ($xpay) {
                $this->pay($xpay, self::oid());
                self::assertTrue($xpay->Rollback('no order'));
                $xpay->config['aux_url'] = 'http://127.0.0.1/';
                $xpay->config['report_error'] = '1';
                self::assertSame([false, false], [$xpay->Report('500', 'a failure'), $xpay->Patch('ca-bundle.crt')]);
                self::assertStringContainsString('https', $xpay->Response_Detail());
            },
            '`Log($msg, $level = 0)`' => function () use ($xpay) {
                $mine = 'mine-' . bin2hex(random_bytes(8));
                $xpay->Log("$mine 010-1234-5678\nno line of its own");
                // By the bridge, a line is written before the next call is answered.
                $xpay->GetTimeStamp();
                $log = implode(array_map('file_get_contents', glob($xpay->config['log_dir'] . '/log_*')));
                self::assertStringContainsString("$mine 010-1234-5678\\nno line of its own\n", $log);
            },
            '`GetTimeStamp()`, `GetHashDataOpenpay($venderno, $mid, $mer_uid, $token, $timestamp)`' => function () use ($xpay) {
                $now = DateTime::createFromFormat('YmdHis', $xpay->GetTimeStamp(), new DateTimeZone('Asia/Seoul'));
                self::assertEqualsWithDelta(time(), $now->getTimestamp(), 60);
                self::assertSame(128, strlen($xpay->GetHashDataOpenpay('v', self::MID, 'u', '', '1234567890')));
            },
            '`GetHashData($mid, $oid, $amount, $timestamp)`' => function () use ($xpay, $hash) {
                self::assertSame($hash(self::MID, 'a.b 한', '23,400', '1234567890'), $xpay->GetHashData(self::MID, 'a.b 한', '23,400', '1234567890'));
                $this->assertUnsigned(static function () use ($xpay) {
                    return $xpay->GetHashData(self::MID, 'order', '2', '000020200101000000');
                });
            },
            '`GetHashDataCas($mid, $oid, $amount, $respcode, $timestamp)`' => function () use ($xpay, $hash) {
                $fields = [self::MID, 'a.b 한', '23400', '0000', '20200101000000'];
                self::assertSame($hash(...$fields), $xpay->GetHashDataCas(...$fields));
                $this->assertUnsigned(static function () use ($xpay) {
                    return $xpay->GetHashDataCas(self::MID, 'order', '23,400', '0000', '20200101000000');
                });
            },
            '`SetConf($mid, $key)`, `close()`' => function () use ($xpay) {
                self::assertTrue($xpay->SetConf('tshop', self::OTHER_KEY));
                $xpay->close();
                self::assertSame(self::OTHER_KEY, self::keyOf($xpay, 'tshop'));
            },
            '`$xpay->config`, `TX_ID`, `MID`, `Auth_Code`, `Post`, `response_…`, `home_dir`, `mode`, `bTest`' => function () use ($xpay) {
                $this->begin($xpay, []);
                $xpay->Post['LGD_TXNAME'] = 'Ping';
                self::assertTrue($xpay->TX());
                self::assertSame([self::home(), 'test', true, self::MID], [$xpay->home_dir, $xpay->mode, $xpay->bTest, $xpay->MID]);
                self::assertSame(['0000', $xpay->Response_Json()], [$xpay->response_code, $xpay->response_json]);
                self::assertSame(sha1($xpay->TX_ID . $xpay->config[self::MID]), $xpay->Auth_Code);
            },
            // The new ones: testTheCallsHaveTheArgumentsOfThePages() has their arguments, other tests what they do.
            '' => static function () use ($xpay) {
                self::assertSame('none', $xpay->Outcome());
            },
        ];
    }

    private function ping(XPayClient $xpay): void
    {
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
        self::assertTrue($xpay->TX(), $xpay->Response_Detail());
        self::assertSame('0000', $xpay->Response_Code());
    }

    /** The MertKey that the transactions of a merchant ID are signed with, of those that this test knows. */
    private static function keyOf(XPayClient $xpay, string $mid): string
    {
        self::assertTrue($xpay->Init_TX($mid), $xpay->Response_Detail());
        foreach (array_merge([self::OTHER_KEY], array_values($xpay->config)) as $key) {
            if (sha1($xpay->TX_ID . $key) === $xpay->Auth_Code) {
                return $key;
            }
        }
        return '';
    }

    /** What the constructor says of arguments that it refuses, with its code. */
    private static function refused(array $arguments): string
    {
        $said = '';
        set_error_handler(static function ($level, $message) use (&$said) {
            $said .= $level === E_USER_ERROR ? $message : "not an E_USER_ERROR: $level";
            return true;
        });
        $xpay = new XPayClient(...$arguments);
        restore_error_handler();
        return $said === '' ? '' : $xpay->Response_Code() . " $said";
    }

    /** @param callable(): string $sign */
    private function assertUnsigned(callable $sign): void
    {
        $warned = 0;
        set_error_handler(static function ($level) use (&$warned) {
            $warned += $level === E_USER_WARNING ? 1 : 0;
            return true;
        });
        $text = $sign();
        restore_error_handler();
        self::assertSame(1, $warned);
        self::assertStringStartsWith('refused:', $text);
    }
}
