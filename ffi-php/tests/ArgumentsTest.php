<?php

/** The constructors of the vendor's class and its forks; tests/php/test_constructors.py pays with each. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class ArgumentsTest extends Shop
{
    private const KEY = '0123456789abcdef0123456789abcdef';

    /** @return array<string, array{array<int, mixed>, string}> the arguments, and which of them the error names */
    public static function wrong(): array
    {
        $almost = substr(self::KEY, 1);
        return [
            'a MertKey that is too short' => [['test', $almost], 'argument 3 is no MertKey of 32 hex digits'],
            'a MertKey and a line break' => [['test', self::KEY . "\n"], 'argument 3 is no MertKey'],
            'a MertKey with a path in front' => [['test', 'tshop', "/$almost"], 'argument 3 or 4 is not'],
            'a merchant ID without its MertKey' => [['test', 'tshop'], 'argument 3 is no MertKey'],
            'a merchant ID and a wrong MertKey' => [['test', 'tshop', $almost], 'argument 3 or 4 is not'],
            'a MertKey before its merchant ID' => [['test', self::KEY, 'tshop'], 'argument 3 or 4 is not'],
            'a MertKey as merchant ID' => [['test', self::KEY, self::KEY], 'argument 3 or 4 is not'],
            'a setting as merchant ID' => [['test', 'log_dir', self::KEY], 'argument 3 or 4 is not'],
            'a log_dir and more' => [['test', '/log', self::KEY], 'argument 3 or 4 is not'],
            'a number' => [['test', 1], 'argument 3 is no MertKey'],
            'an object' => [['test', new stdClass()], 'argument 3 is no MertKey'],
            'settings and a MertKey' => [['test', ['a' => 'b'], self::KEY], 'argument 4 is one too many'],
            'settings twice' => [[['a' => 'b'], ['a' => 'b']], 'argument 3 is no mode'],
            'settings and a MertKey as mode' => [[['a' => 'b'], self::KEY], 'argument 3 is no mode'],
            'settings and a log_dir as mode' => [[['a' => 'b'], '/log'], 'argument 3 is no mode'],
            'settings, mode and more' => [[['a' => 'b'], 'test', self::KEY], 'argument 4 is one too many'],
        ];
    }

    /** @dataProvider wrong */
    public function testWhatFitsNothingIsRefusedByNameAndNeverShown(array $arguments, string $why): void
    {
        $told = [];
        set_error_handler(static function ($level, $message) use (&$told) {
            $told[] = $level;
            return true;
        });
        $xpay = new XPayClient(self::home(), ...$arguments);
        restore_error_handler();
        self::assertSame([E_USER_ERROR], $told);
        self::assertSame('90003', $xpay->Response_Code());
        self::assertStringContainsString($why, $xpay->Response_Detail());
        self::assertMatchesRegularExpression('/[가-힣]/u', $xpay->Response_Detail());
        self::assertStringNotContainsString(substr(self::KEY, 1), $xpay->Response_Detail() . print_r($xpay, true));
        // A page that goes on all the same pays nothing, with no key.
        self::assertFalse($xpay->Init_TX(self::MID));
        self::assertFalse($xpay->TX());
        self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()], 'the reason is what a page shows after TX');
        self::assertStringContainsString($why, $xpay->Response_Detail());
    }

    public function testNothingIsNone(): void
    {
        foreach ([[null], [''], [false], [null, null], ['', ''], ['', null], ['tshop', ''], ['tshop', null]] as $more) {
            $xpay = new XPayClient(self::home(), 'test', ...$more);
            self::assertSame((new XPayClient(self::home(), 'test'))->config, $xpay->config);
            self::assertTrue($xpay->Init_TX(self::MID), $xpay->Response_Detail());
        }
    }

    public function testTheKeyOfMallConfWins(): void
    {
        $xpay = new XPayClient(self::home(), 'test', self::MID, self::KEY);
        self::assertNotSame(self::KEY, $xpay->config[self::MID]);
        self::assertTrue($xpay->Init_TX(self::MID));
        self::assertSame(sha1($xpay->TX_ID . $xpay->config[self::MID]), $xpay->Auth_Code);
        $xpay = new XPayClient(self::home(), 'test', 'tother', self::KEY);
        self::assertTrue($xpay->Init_TX('tother'), $xpay->Response_Detail());
        self::assertSame(sha1($xpay->TX_ID . self::KEY), $xpay->Auth_Code);
        self::assertFalse($xpay->Init_TX('tthird'), 'it is the key of that merchant ID alone');
    }

    public function testSettingsAsAnArrayAreAllThereAre(): void
    {
        $settings = ['tother' => self::KEY, 'test_url' => self::closed(), 'of_the_module' => ['menu' => ['x']], 'skin' => new stdClass(), 7 => 'x'];
        foreach ([[$settings, 'TEST'], ['Test', $settings]] as $arguments) {
            $xpay = new XPayClient('/nowhere', ...$arguments);
            self::assertTrue($xpay->bTest);
            self::assertSame($settings, $xpay->config);
            self::assertTrue($xpay->Init_TX('tother'), $xpay->Response_Detail());
            self::assertFalse($xpay->Init_TX(self::MID), 'no file is read');
            self::assertSame('10004', $xpay->Response_Code());
        }
        // Without a mode it is the service platform, as with files.
        self::assertFalse((new XPayClient('/nowhere', $settings))->bTest);
    }

    /** @return array<string, array{mixed, string|null}> */
    public static function lists(): array
    {
        return [
            'a setting' => ['timeout', 'config[timeout] is an array'],
            "a merchant ID's key" => ['MID_tother', 'config[MID_tother] is an array'],
            "a known merchant ID's key" => ['tother', 'config[tother] is an array'],
            'something of the shop' => ['pg_menu', null],
        ];
    }

    /** @dataProvider lists */
    public function testAListAmongTheSettingsHarmsNothingUnlessItIsOne($name, ?string $why): void
    {
        $xpay = new XPayClient('/nowhere', 'test', ['tother' => self::KEY, 'test_url' => self::closed()]);
        self::assertTrue($xpay->Init_TX('tother'));
        $xpay->config[$name] = ['60'];
        self::assertSame($why === null, $xpay->Init_TX('tother'));
        self::assertStringContainsString((string) $why, $xpay->Response_Detail());
    }

    public function testTheJournalStaysWhereTheFilesPutIt(): void
    {
        $journal = static function (string $log_dir): string {
            return (new XPayClient_Arguments(['/home', 'test', '/log']))->over(['log_dir' => $log_dir])['journal_dir'];
        };
        self::assertSame(['/var/log/journal', 'journal', 'journal'], array_map($journal, ['/var/log', '', '-']));
    }

    public function testDirectoriesOfAnArrayStartFromHomeDir(): void
    {
        $home = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir($home);
        $xpay = new XPayClient($home, ['log_dir' => 'log', 'tother' => self::KEY, 'test_url' => self::closed()], 'test');
        $xpay->Log('here', LGD_LOG_FATAL);
        // By a bridge, what was written is there once another call is answered.
        self::assertTrue($xpay->Init_TX('tother'));
        self::assertCount(1, glob("$home/log/*.log"));
        self::finish(['rm', '-r', $home], '', $status);
    }
}
