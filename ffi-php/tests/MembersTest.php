<?php

/** The vendor's members: the page of PHP lists them, and each is there and fails no page. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

final class MembersTest extends Shop
{
    /** Calls that send, or that end the script; DropInTest and others have them. */
    private const ELSEWHERE = ['Init_TX', 'Set', 'TX', 'Response', 'Rollback', 'Report', 'Patch', 'GetHashData', 'GetHashDataCas',
        'GetHashDataOpenpay', 'Guard', 'VerifyHashDataCas', 'GetReceiptAuthData', 'IsCancelled', 'IsRepeated', 'Recover', 'Warm_Up',
        'Log', 'Confirm'];

    /** @return array<int, array<int, string>> the members in the first column of the page's table: methods, properties, constants */
    private static function listed(string $language): array
    {
        $page = file_get_contents(dirname(__DIR__, 2) . "/docs/$language/php.md");
        self::assertSame(1, preg_match('/^## [^\n]*\n+(?:(?!^## ).)*?<!-- members -->(.*?)<!-- end of members -->/ms', $page, $table));
        $rows = preg_match_all('/^\| (`.*?) \|/m', $table[1], $found);
        self::assertGreaterThan(10, $rows);
        preg_match_all('/`([^`]+)`/', implode(' ', $found[1]), $names);
        $members = [[], [], []];
        foreach ($names[1] as $name) {
            $kind = preg_match('/^\w+\(/', $name) === 1 ? 0 : ($name[0] === '$' ? 1 : 2);
            $members[$kind][] = trim(preg_replace('/\(.*/', '', $name), '$');
        }
        return array_map(static function (array $names) {
            sort($names);
            return $names;
        }, $members);
    }

    public function testThePagesListEveryPublicMemberAndNoOther(): void
    {
        $class = new ReflectionClass('XPayClient');
        $names = static function (array $members) {
            $names = array_filter(array_map(static function ($member) {
                return $member->getName();
            }, $members), static function ($name) {
                return strpos($name, '__') !== 0;
            });
            sort($names);
            return array_values($names);
        };
        $methods = $names($class->getMethods(ReflectionMethod::IS_PUBLIC));
        $properties = $names($class->getProperties(ReflectionProperty::IS_PUBLIC));
        foreach (['en', 'ko'] as $language) {
            list($listed, $shown, $constants) = self::listed($language);
            self::assertSame($methods, $listed, $language);
            self::assertSame($properties, $shown, $language);
            foreach ($constants as $constant) {
                self::assertTrue(defined($constant), $constant);
            }
            $defined = array_filter(array_keys(get_defined_constants(true)['user']), static function ($name) {
                return strpos($name, 'LGD_') === 0;
            });
            self::assertSame([], array_diff($defined, $constants), $language);
        }
    }

    public function testNoOtherMemberFailsAPageOrSendsAnything(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'LGD_RESULTCNT' => '3']);
        $id = [$xpay->TX_ID, $xpay->Auth_Code];
        foreach (array_diff(self::listed('en')[0], self::ELSEWHERE) as $name) {
            $method = new ReflectionMethod($xpay, $name);
            self::assertSame(0, $method->getNumberOfRequiredParameters(), $name);
            $array = ['x' => '1'];
            $with = $method->isVariadic() || $method->getNumberOfParameters() > 0 ? [['x'], ['x', 'y', 'z']] : [];
            foreach (array_merge([[]], $name === 'array_push_associative' ? [] : $with) as $arguments) {
                $arguments = $method->isVariadic() ? $arguments : array_slice($arguments, 0, $method->getNumberOfParameters());
                $xpay->$name(...$arguments);
            }
        }
        self::assertSame($id, [$xpay->TX_ID, $xpay->Auth_Code]);
        self::assertTrue($xpay->TX(), $xpay->Response_Msg());
        self::assertSame(3, $xpay->Response_Count());
    }

    public function testWhatTheyReturnIsTrue(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $key = $xpay->config[self::MID];
        self::assertSame([0, ''], [$xpay->get_http_response_code(), $xpay->get_error_msg()]);
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
        $txid = $xpay->Gen_TX_ID();
        self::assertMatchesRegularExpression('/^' . self::MID . '-\w*20\d{12}[0-9a-f]{40}$/D', $txid);
        self::assertNotSame($xpay->TX_ID, $txid);
        self::assertSame([sha1($txid . $key), $xpay->Auth_Code], [$xpay->Gen_Auth_Code($txid, self::MID), $xpay->Gen_Auth_Code()]);
        self::assertSame('', $xpay->Gen_Auth_Code($txid, 'timeout'));
        self::assertTrue($xpay->TX());
        self::assertSame([200, $xpay->config['test_url']], [$xpay->get_http_response_code(), $xpay->get_effective_url()]);
        $array = ['a' => 1];
        self::assertSame(3, $xpay->array_push_associative($array, ['b' => 2], ['c' => 3]));
        self::assertEquals(['a' => 1, 'b' => 2, 'c' => 3], $array);
        self::assertSame(['abc' . str_repeat("\5", 5), '616263'], [$xpay->pkcs5_pad('abc', 8), $xpay->StringToHex('abc')]);
        self::assertMatchesRegularExpression('/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D', $xpay->GenerateGUID());
        self::assertCount(5, $xpay->err_label);
        // What is refused is said, and code and message stay the payment's.
        self::assertFalse($xpay->fetch_url('https://example.org/'));
        self::assertStringContainsString('fetch_url', $xpay->get_error_msg());
        self::assertFalse($xpay->EncryptAndEncode('text'));
        self::assertStringContainsString('openssl_encrypt', $xpay->error_msg);
        self::assertSame('0000', $xpay->Response_Code());
    }

    public function testSetConfIsTheKeyOfAMerchantIdAndNeverASetting(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $config = $xpay->config;
        $key = str_repeat('0c', 16);
        self::assertTrue($xpay->SetConf('tfromadatabase', $key));
        self::assertTrue($xpay->Init_TX('tfromadatabase'), $xpay->Response_Msg());
        self::assertSame(sha1($xpay->TX_ID . $key), $xpay->Auth_Code);
        self::assertTrue($xpay->SetConf('timeout', $key));
        foreach ([['tshop', 'not a key'], ['tshop', null], ['', $key], [[], $key]] as $wrong) {
            self::assertFalse($xpay->SetConf(...$wrong));
        }
        self::assertStringContainsString('32', $xpay->error_msg);
        self::assertSame($config, $xpay->config);
    }

    public function testAProxyIsASetting(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        self::assertFalse($xpay->set_proxy('nonsense'));
        self::assertTrue($xpay->set_proxy('127.0.0.1:' . getenv('XPAY_CLOSED_PORT')));
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
        self::assertFalse($xpay->TX());
        self::assertSame('not_sent', $xpay->Outcome());
        self::assertStringContainsString('proxy', $xpay->Response_Detail());
    }

    public function testASubclassLogsEveryLineAndHarmsNothing(): void
    {
        $xpay = new class (self::home(), 'test') extends XPayClient {
            /** @var array<int, array<int, mixed>> */
            public $lines = [];
            /** @var bool */
            public $throws = false;

            public function Log($msg, $level = LGD_LOG_FATAL)
            {
                $this->lines[] = [$msg, $level];
                parent::Log($msg, $level);
                if ($this->throws) {
                    throw new Exception('the database of the log is gone');
                }
            }
        };
        $xpay->config['log_level'] = '4';
        $oid = self::oid();
        $xpay->throws = true;
        $told = ini_set('error_log', '/dev/null');
        $this->pay($xpay, $oid);
        ini_set('error_log', (string) $told);
        $xpay->throws = false;
        $texts = implode("\n", array_column($xpay->lines, 0));
        self::assertStringContainsString('LGD_RESPCODE', $texts);
        self::assertContains(LGD_LOG_DEBUG, array_column($xpay->lines, 1));
        self::assertStringNotContainsString('95160cce09854ef44d2edb2bfb05f9f3', $texts);
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        // The shop's own line comes once, and is once in the file.
        $xpay->lines = [];
        $line = 'a line of the shop ' . $oid;
        $xpay->Log($line, LGD_LOG_ERROR);
        self::assertTrue($xpay->Rollback('no order'));
        self::assertCount(1, array_keys(array_column($xpay->lines, 0), $line, true));
        $written = implode(array_map('file_get_contents', glob($xpay->config['log_dir'] . '/log_*.log') ?: glob(self::home() . '/log/log_*.log')));
        self::assertSame(1, substr_count($written, $line));
        self::assertSame(0, self::payment($oid)['balance']);
    }

    /** Its approval would count as saved, or be undone, by whoever only logs. */
    public function testALogThatSendsChangesNoPayment(): void
    {
        $xpay = new class (self::home(), 'test') extends XPayClient {
            /** @var XPayClient|null */
            public $other;
            /** @var array<int, mixed> */
            public $done = [];

            public function Log($msg, $level = LGD_LOG_FATAL)
            {
                foreach ([$this, $this->other] as $shop) {
                    if ($shop !== null) {
                        $this->done[] = [$shop->Init_TX('nobody'), $shop->Set('LGD_OID', 'x'), $shop->TX(), $shop->Rollback('by a log'),
                            $shop->Report('1', 'x'), $shop->Confirm(), $shop->Recover(), $shop->Guard('strlen')];
                    }
                }
            }
        };
        $xpay->other = new XPayClient(self::home(), 'test');
        $oid = self::oid();
        $this->pay($xpay, $oid);
        self::assertNotSame([], $xpay->done);
        self::assertSame([false], array_values(array_unique(array_merge(...$xpay->done))));
        self::assertSame(['answered', self::AMOUNT], [$xpay->Outcome(), self::payment($oid)['balance']]);
        self::assertSame((string) self::AMOUNT, $xpay->Response('LGD_AMOUNT'));
        // Nobody has confirmed it.
        self::assertTrue($xpay->Confirm());
        self::assertSame([], self::open($oid));
        self::assertTrue($xpay->Rollback('after it'), $xpay->Response_Detail());
    }
}
