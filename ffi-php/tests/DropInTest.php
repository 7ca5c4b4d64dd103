<?php
/** The drop-in class as merchants' code uses it: every call of the vendor's class, and the shops' usual patterns. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_CLASS');

/** As gnuboard has it. */
class XPay extends XPayClient
{
    public function set_config_value($key, $value)
    {
        $this->config[$key] = $value;
    }
}

final class Won
{
    public function __toString()
    {
        return '23400';
    }
}

final class DropInTest extends Shop
{
    private function begin(XPayClient $xpay, array $parameters): void
    {
        self::assertTrue($xpay->Init_TX(self::MID), $xpay->Response_Msg());
        foreach ($parameters as $name => $value) {
            self::assertTrue($xpay->Set($name, $value), $xpay->Response_Msg());
        }
    }

    private function pays(XPayClient $xpay, string $oid, array $more = []): void
    {
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)] + $more);
        self::assertTrue($xpay->TX(), $xpay->Response_Msg());
        self::assertSame('0000', $xpay->Response_Code(), $xpay->Response_Msg());
    }

    public function testTheBackendIsTheOneThatIsTested(): void
    {
        self::assertSame(getenv('XPAYCLIENT_BACKEND'), XPayClient::backend(), implode(' ', XPayClient_Library::why()));
    }

    public function testTheFaceIsTheVendors(): void
    {
        $face = [
            '__construct' => ['home_dir', 'mode' => 'real', 'mertKey' => ''], 'Init_TX' => ['mid'], 'Set' => ['name', 'value'],
            'TX' => ['bRollbackOnError' => true], 'Response' => ['name', 'index' => 0], 'Response_Code' => [], 'Response_Msg' => [],
            'Response_Count' => [], 'Response_Names' => [], 'Response_Json' => [], 'Rollback' => ['reason'],
            'Report' => ['status', 'msg'], 'Patch' => ['filename'], 'Log' => ['msg', 'level' => LGD_LOG_FATAL], 'GetTimeStamp' => [],
            'GetHashData' => ['mid', 'oid', 'amount', 'timestamp'],
            'GetHashDataCas' => ['mid', 'oid', 'amount', 'respcode', 'timestamp'],
            'GetHashDataOpenpay' => ['venderno', 'mid', 'mer_uid', 'token', 'timestamp'],
        ];
        foreach ($face as $method => $expected) {
            $found = [];
            foreach ((new ReflectionMethod('XPayClient', $method))->getParameters() as $parameter) {
                if ($parameter->isOptional()) {
                    $found[$parameter->getName()] = $parameter->getDefaultValue();
                } else {
                    $found[] = $parameter->getName();
                }
            }
            self::assertSame($expected, $found, $method);
            self::assertTrue(method_exists('XPayClient', $method));
        }
        $properties = ['config', 'home_dir', 'mode', 'bTest', 'TX_ID', 'MID', 'Auth_Code', 'Post', 'response_code', 'response_msg',
            'response_array', 'response_json'];
        foreach ($properties as $property) {
            self::assertTrue((new ReflectionProperty('XPayClient', $property))->isPublic());
        }
    }

    public function testConstantsAreTheLibrarysCodes(): void
    {
        self::assertSame([0, 1, 2, 3, 4], [LGD_LOG_FATAL, LGD_LOG_ERROR, LGD_LOG_WARN, LGD_LOG_INFO, LGD_LOG_DEBUG]);
        $header = file_get_contents(getenv('XPAYCLIENT_HEADER'));
        preg_match_all('/XPAY_ERR_(\w+) = ([1-4]\d{4}),/', $header, $codes, PREG_SET_ORDER);
        self::assertGreaterThan(15, count($codes));
        foreach ($codes as list(, $name, $code)) {
            $vendors = ['TRANSPORT' => 'CURL', 'JSON' => 'JSON_DECODE'];
            $name = $vendors[$name] ?? $name;
            if ($name !== 'HTTP') {
                self::assertSame($code, constant("LGD_ERR_$name"));
            }
        }
        preg_match('/XPAY_ABI_VERSION (\d+)/', $header, $abi);
        self::assertSame((int) $abi[1], XPayClient_Library::ABI);
        self::assertStringContainsString(getenv('XPAYCLIENT_VERSION') . '/PHP', LGD_USER_AGENT);
    }

    public function testAPayment(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->pays($xpay, $oid);
        self::assertSame(['test', true, self::home()], [$xpay->mode, $xpay->bTest, $xpay->home_dir]);
        self::assertSame($oid, $xpay->Response('LGD_OID'));
        self::assertSame((string) self::AMOUNT, $xpay->Response('LGD_AMOUNT', 0));
        self::assertSame('', $xpay->Response('LGD_OID', 1));
        self::assertSame('', $xpay->Response('LGD_NOTHING'));
        self::assertSame(1, $xpay->Response_Count());
        self::assertContains('LGD_TID', $xpay->Response_Names());
        self::assertSame($xpay->response_json, $xpay->Response_Json());
        self::assertSame('0000', $xpay->response_array['LGD_RESPCODE']);
        self::assertSame($oid, $xpay->response_array['LGD_RESPONSE'][0]['LGD_OID']);
        self::assertSame('answered', $xpay->Outcome());
        self::assertSame(self::MID, $xpay->MID);
        self::assertMatchesRegularExpression('/^tlgdacomxpay-01\d{14}[0-9a-f]{40}$/', $xpay->TX_ID);
        self::assertSame(sha1($xpay->TX_ID . $xpay->config[self::MID]), $xpay->Auth_Code);
        self::assertSame(['LGD_TXID', 'LGD_AUTHCODE', 'LGD_MID', 'LGD_TXNAME', 'LGD_PAYKEY'], array_keys($xpay->Post));
        self::assertTrue($xpay->Rollback('shop database error'));
        self::assertSame(0, self::payment($oid)['balance']);
    }

    public function testADeclineIsAnAnswerAlsoWithoutARow(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => 'nothing']);
        self::assertTrue($xpay->TX());
        self::assertNotSame('0000', $xpay->Response_Code());
        self::assertNotNull($xpay->Response_Names());
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'XPAY_SANDBOX_FAULT' => 'body={"LGD_RESPCODE":"0012","LGD_RESPMSG":"no"}']);
        self::assertTrue($xpay->TX());
        self::assertSame(['0012', 'no'], [$xpay->Response_Code(), $xpay->Response_Msg()]);
        self::assertNull($xpay->Response_Names());
        self::assertSame(0, $xpay->Response_Count());
    }

    public function testBytesAreEucKrInBothDirections(): void
    {
        $xpay = new XPay(self::home(), 'test');
        $xpay->set_config_value('output_UTF8', '0');
        $name = iconv('UTF-8', 'CP949', '홍길똠');
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'LGD_BUYER' => $name]);
        self::assertTrue($xpay->TX());
        self::assertSame($name, $xpay->Response('LGD_BUYER'));
        self::assertSame('홍길똠', $xpay->response_array['LGD_RESPONSE'][0]['LGD_BUYER']);
        self::assertSame('성공', iconv('CP949', 'UTF-8', explode(' ', $xpay->Response_Msg())[0]));
    }

    public function testUtf8WhereTheShopWantsIt(): void
    {
        $xpay = new XPay(self::home(), 'test');
        $xpay->set_config_value('output_UTF8', 1);
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'LGD_ENCODING' => 'UTF-8', 'LGD_BUYER' => '홍길동']);
        self::assertTrue($xpay->TX());
        self::assertSame('홍길동', $xpay->Response('LGD_BUYER'));
    }

    public function testWhatASubclassWritesIntoTheConfigurationIsObeyed(): void
    {
        $xpay = new XPay(self::home(), 'test');
        $key = $xpay->config[self::MID];
        self::assertFalse($xpay->Init_TX('tother'));
        self::assertSame('10004', $xpay->Response_Code());
        $xpay->set_config_value('tother', $key);
        self::assertTrue($xpay->Init_TX('tother'), $xpay->Response_Msg());
        unset($xpay->config['tother']);
        self::assertFalse($xpay->Init_TX('tother'));
        $xpay->config['timeout'] = ['60'];
        self::assertFalse($xpay->Init_TX(self::MID));
        self::assertStringContainsString('config[timeout] is an array', $xpay->Response_Msg());
    }

    public function testASettingThatCannotBeKeepsAPaymentFromBeingSentAndNoneFromBeingUndone(): void
    {
        $oid = self::oid();
        $xpay = new XPay(self::home(), 'test');
        $this->pays($xpay, $oid);
        $xpay->config['timeout'] = ['60'];
        self::assertFalse($xpay->TX());
        self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        self::assertTrue($xpay->Rollback(['no text']), $xpay->Response_Msg());
        self::assertSame(0, self::payment($oid)['balance']);
    }

    public function testTheThirdArgumentIsTheMertKey(): void
    {
        $key = (new XPayClient(self::home(), 'test'))->config[self::MID];
        $xpay = new XPayClient(self::home(), 'test', $key);
        self::assertTrue($xpay->Init_TX('tanything'));
        self::assertSame(sha1($xpay->TX_ID . $key), $xpay->Auth_Code);
        self::assertSame(md5("tanythingo110020260101000000$key"), $xpay->GetHashData('tanything', 'o1', 100, '20260101000000'));
        $cas = md5("tanythingo1100000020260101000000$key");
        self::assertTrue($xpay->VerifyHashDataCas('tanything', 'o1', 100, '0000', '20260101000000', $cas), $xpay->Response_Msg());
    }

    public function testTheThirdArgumentWinsOverTheFile(): void
    {
        $key = str_repeat('0a', 16);
        $xpay = new XPayClient(self::home(), 'test', $key);
        self::assertTrue($xpay->Init_TX(self::MID));
        self::assertSame(sha1($xpay->TX_ID . $key), $xpay->Auth_Code);
    }

    public function testTheThirdArgumentNeverStandsUnderTheNameOfASetting(): void
    {
        $key = str_repeat('0b', 16);
        $settings = ['log_dir', 'journal_dir', 'test_url', 'aux_url', 'proxy_host', 'timeout', 'home_dir'];
        $home = self::home() . '/..';
        foreach ($settings as $name) {
            $xpay = new XPayClient(self::home(), 'test', $key);
            $config = $xpay->config;
            self::assertFalse($xpay->VerifyHashDataCas($name, 'o1', 100, '0000', '20260101000000', str_repeat('0', 32)));
            self::assertStringNotContainsString($key, $xpay->Response_Msg());
            self::assertSame($config, $xpay->config);
            // The next request works as before.
            self::assertTrue($xpay->Init_TX(self::MID));
            self::assertTrue($xpay->Set('LGD_TXNAME', 'Ping'));
            $xpay->TX();
            self::assertSame('answered', $xpay->Outcome(), $name . $xpay->Response_Msg());
            // Pages build the merchant ID from posted values, also for Init_TX and signatures.
            $xpay->Init_TX($name);
            $xpay->Set('LGD_TXNAME', 'Ping');
            $xpay->TX();
            @$xpay->GetHashData($name, 'o1', 100, '20260101000000');
            self::assertStringNotContainsString($key, $xpay->Response_Msg());
            self::assertSame($config, $xpay->config);
        }
        self::assertSame([], array_merge(glob("$home/$key*"), glob("$home/*/$key*"), glob("$key*")));
    }

    public function testASettingThatIsMissingFromAReplacedConfigurationHasItsDefault(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $xpay->config = array_intersect_key($xpay->config, ['test_url' => 1, self::MID => 1, 'log_dir' => 1]);
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid), 'XPAY_SANDBOX_FAULT' => 'close']);
        self::assertFalse($xpay->TX());
        self::assertSame('rolled_back', $xpay->Outcome(), 'auto_rollback is on');
        // A gateway with an untrusted certificate.
        $home = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir("$home/conf", 0777, true);
        array_map(static function ($file) use ($home) {
            copy(self::home() . "/conf/$file", "$home/conf/$file");
        }, ['mall.conf', 'lgdacom.conf']);
        foreach ([[], ['verify_cert' => null, 'verify_host' => null]] as $missing) {
            $xpay = new XPayClient($home, 'test');
            $xpay->config = $missing + array_intersect_key($xpay->config, ['test_url' => 1, self::MID => 1]);
            $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
            self::assertFalse($xpay->TX(), 'verify_cert is on');
            self::assertSame('not_sent', $xpay->Outcome());
        }
        $xpay->config['verify_cert'] = '';
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
        self::assertTrue($xpay->TX(), 'it can be switched off: ' . $xpay->Response_Msg());
        self::finish(['rm', '-r', $home], '', $status);
    }

    public function testTheModeIsTestInAnyCase(): void
    {
        $home = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir("$home/conf", 0777, true);
        array_map(static function ($file) use ($home) {
            copy(self::home() . "/conf/$file", "$home/conf/$file");
        }, ['mall.conf', 'ca-bundle.crt']);
        // Only on the test platform is there a gateway.
        $lines = preg_replace('/^url\s*=.*/m', 'url = "https://127.0.0.1:1/"', file_get_contents(self::home() . '/conf/lgdacom.conf'));
        file_put_contents("$home/conf/lgdacom.conf", $lines);
        foreach (['test' => true, 'TEST' => true, 'Test' => true, 'service' => false, 'tests' => false] as $mode => $isTest) {
            $xpay = new XPayClient($home, $mode);
            $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
            self::assertSame([$isTest, $isTest], [$xpay->bTest, $xpay->TX()], "$mode: " . $xpay->Response_Msg());
        }
        self::finish(['rm', '-r', $home], '', $status);
    }

    public function testWhatCannotBeWrittenIsInPhpsLogOnce(): void
    {
        $oids = [self::oid(), self::oid()];
        $log = tempnam(sys_get_temp_dir(), 'xpay');
        $pays = '';
        foreach ($oids as $oid) {
            $pays .= '$xpay->Init_TX("' . self::MID . '"); $xpay->Set("LGD_TXNAME", "PaymentByKey"); $xpay->Set("LGD_PAYKEY", "' . self::paykey($oid) . '");
                echo (int) $xpay->TX(), $xpay->Response_Code(), " ";';
        }
        $told = self::script('ini_set("error_log", ' . var_export($log, true) . ');
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            $xpay->config["log_dir"] = "/dev/null/nowhere";' . $pays);
        $lines = file($log);
        unlink($log);
        self::assertSame('10000 10000 ', $told);
        self::assertCount(1, $lines, implode($lines));
        self::assertStringContainsString('/dev/null/nowhere', $lines[0]);
        self::assertMatchesRegularExpression('/[가-힣]/u', $lines[0]);
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

    public function testSetAndTxAgainWithoutInitTx(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'LGD_RESULTCNT' => 1]);
        self::assertTrue($xpay->TX());
        $first = $xpay->TX_ID;
        self::assertTrue($xpay->Set('LGD_RESULTCNT', 3));
        self::assertTrue($xpay->TX());
        self::assertSame(3, $xpay->Response_Count());
        self::assertNotSame($first, $xpay->TX_ID);
    }

    public function testSeveralAtATime(): void
    {
        $objects = [new XPayClient(self::home(), 'test'), new XPayClient(self::home(), 'test')];
        foreach ($objects as $number => $xpay) {
            $this->begin($xpay, ['LGD_TXNAME' => 'Ping', 'LGD_OID' => "order-$number"]);
        }
        foreach ($objects as $number => $xpay) {
            self::assertTrue($xpay->TX());
            self::assertSame("order-$number", $xpay->Response('LGD_OID'));
        }
    }

    /** @return array<string, array{mixed, string|null, string|null}> value, the text that is sent, or the reason for rejecting it */
    public static function values(): array
    {
        return [
            'an integer' => [23400, '23400', null],
            'a float that is whole' => [1234567890123.0, '1234567890123', null],
            'a large float' => [23400.0, '23400', null],
            'null' => [null, '', null],
            'true' => [true, '1', null],
            'false' => [false, '', null],
            'an object with __toString' => [new Won(), '23400', null],
            'a NUL' => ["23400\0", null, 'LGD_OID holds a NUL byte'],
            'an array' => [['23400'], null, 'LGD_OID is an array'],
            'an object without __toString' => [new stdClass(), null, 'LGD_OID is an object without __toString'],
            'a resource' => [STDERR, null, 'LGD_OID is a resource'],
        ];
    }

    /** @dataProvider values */
    public function testAValueBecomesTextOrIsRefused($value, ?string $sent, ?string $why): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'Ping']);
        if ($why === null) {
            self::assertTrue($xpay->Set('LGD_OID', $value));
            self::assertTrue($xpay->TX(), $xpay->Response_Msg());
            self::assertSame($sent, $xpay->Response('LGD_OID'));
            return;
        }
        self::assertFalse($xpay->Set('LGD_OID', $value));
        self::assertSame('90003', $xpay->Response_Code());
        self::assertStringContainsString($why, $xpay->Response_Msg());
        // Shops ignore the result of Set: the request must not be sent without that parameter.
        self::assertFalse($xpay->TX());
        self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertTrue($xpay->Init_TX(self::MID));
    }

    public function testOtherArgumentsAreRefusedTheSameWay(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        self::assertFalse($xpay->Init_TX(["x"]));
        self::assertStringContainsString('mid is an array', $xpay->Response_Msg());
        self::assertFalse($xpay->Init_TX("x\0"));
        self::assertFalse($xpay->Rollback(["x"]));
        self::assertSame('', $xpay->Response(['LGD_TID']));
        self::assertSame('', $xpay->Response('LGD_TID', 'x'));
        self::assertSame('', $xpay->Response('LGD_TID', -1));
    }

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

    public function testMissingFilesAreAnErrorOfTheUser(): void
    {
        $printed = self::script('new XPayClient("/nowhere", "test"); echo "went on";', $status);
        self::assertStringContainsString('Fatal error: home_dir [/nowhere] does not exist', $printed);
        self::assertStringNotContainsString('went on', $printed);
        self::assertStringNotContainsString('Deprecated', $printed);
        self::assertSame(255, $status);
        $printed = self::script('
            set_error_handler(function ($level, $message) { echo $level === E_USER_ERROR ? "caught " : "other $level $message "; return true; });
            $xpay = new XPayClient("/nowhere", "test");
            var_dump($xpay->Response_Code(), $xpay->Init_TX("x"), $xpay->TX(), $xpay->Response("x"), $xpay->Response_Names());
        ');
        self::assertStringStartsWith('caught ', $printed);
        self::assertStringContainsString('string(5) "10001"', $printed);
    }

    public function testTheFileMayBeThereTwice(): void
    {
        $copy = tempnam(sys_get_temp_dir(), 'xpay');
        copy(getenv('XPAYCLIENT_CLASS'), $copy);
        $printed = self::script('require ' . var_export($copy, true) . '; require_once ' . var_export($copy, true) . '; echo session_status();');
        unlink($copy);
        self::assertSame((string) PHP_SESSION_NONE, $printed);
    }

    public function testSecretsStayInside(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'CardAuth', 'LGD_PAN' => '9410123412341234']);
        $key = $xpay->config[self::MID];
        foreach ([print_r($xpay, true), var_export($xpay->__debugInfo(), true)] as $shown) {
            self::assertStringNotContainsString($key, $shown);
            self::assertStringNotContainsString('9410123412341234', $shown);
        }
        foreach (['serialize', 'clone'] as $way) {
            try {
                $way === 'clone' ? clone $xpay : serialize($xpay);
                self::fail("$way should not work");
            } catch (LogicException $refused) {
                self::assertStringContainsString('XPayClient', $refused->getMessage());
            }
        }
        self::assertTrue($xpay->Init_TX(self::MID));
    }

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

    /** A script that pays, and then runs this. */
    private function paysAnd(string $oid, string $then, ?int &$status = null): string
    {
        return self::script('
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            $xpay->Init_TX("' . self::MID . '");
            $xpay->Set("LGD_TXNAME", "PaymentByKey");
            $xpay->Set("LGD_PAYKEY", "' . self::paykey($oid) . '");
            echo $xpay->TX() ? $xpay->Response_Code() : "no answer", "\n";
            ' . $then, $status);
    }

    public function testAnApprovalOfAScriptThatDiesOfAFatalErrorIsShownAsUnconfirmed(): void
    {
        $oid = self::oid();
        $printed = $this->paysAnd($oid, 'book_the_order_with_a_function_that_is_missing();', $status);
        self::assertStringStartsWith("0000\n", $printed);
        self::assertSame(255, $status);
        self::assertSame(['unconfirmed'], array_column(self::open($oid), 'state'));
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        // An uncaught exception in a shutdown function ends the script the same way.
        $thrown = self::oid();
        $this->paysAnd($thrown, 'function books(XPayClient $mine) { throw new Exception("no"); } (function () use (&$xpay) { $mine = $xpay; $xpay = null; books($mine); })();');
        self::assertSame(['unconfirmed'], array_column(self::open($thrown), 'state'));
    }

    public function testAnApprovalOfAScriptThatEndsOrGoesOnIsNot(): void
    {
        foreach (['', 'exit(1);', 'unset($xpay);', '$xpay->Init_TX("' . self::MID . '"); posix_kill(getmypid(), SIGKILL);'] as $then) {
            $oid = self::oid();
            self::assertStringStartsWith("0000\n", $this->paysAnd($oid, $then));
            self::assertSame([], self::open($oid), $then);
        }
    }

    public function testAScriptThatIsKilledLeavesItsApprovalUnconfirmed(): void
    {
        $oid = self::oid();
        self::assertStringStartsWith("0000\n", $this->paysAnd($oid, 'posix_kill(getmypid(), SIGKILL);'));
        self::assertSame(['unconfirmed'], array_column(self::open($oid), 'state'));
    }

    public function testAForkHasItsOwnAndConfirmsNothingOfItsParents(): void
    {
        if (getenv('XPAYCLIENT_BACKEND') !== 'ffi') {
            self::markTestSkipped('a fork has no part in the pipe of its parent');
        }
        $oid = self::oid();
        $printed = $this->paysAnd($oid, '
            $child = pcntl_fork();
            if ($child === 0) {
                $own = new XPayClient($xpay->home_dir, "test");
                $own->Init_TX("' . self::MID . '");
                $own->Set("LGD_TXNAME", "Ping");
                echo $own->TX() ? "child " . $own->Response_Code() : $own->Response_Msg(), "\n";
                exit;
            }
            pcntl_waitpid($child, $status);
            posix_kill(getmypid(), SIGKILL);
        ');
        self::assertSame("0000\nchild 0000\n", $printed);
        self::assertSame(['unconfirmed'], array_column(self::open($oid), 'state'));
    }

    public function testAFailureIsWhatTheVendorsClassSays(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid), 'XPAY_SANDBOX_FAULT' => 'status=500']);
        self::assertFalse($xpay->TX());
        self::assertSame(['30500', 'rolled_back'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertStringStartsWith('HTTP response code = 500', $xpay->Response_Msg());
        self::assertNull($xpay->response_array);
        self::assertSame(0, self::payment($oid)['balance'] ?? 0);
    }
}
