<?php

/** The drop-in class as merchants' code uses it: every call of the vendor's class, and the shops' usual patterns. */

require_once __DIR__ . '/Shop.php';
require_once __DIR__ . '/XPay.php';

final class Won
{
    public function __toString()
    {
        return '23400';
    }
}

final class DropInTest extends Shop
{
    public function testTheBackendIsTheOneThatIsTested(): void
    {
        self::assertSame(getenv('XPAYCLIENT_BACKEND'), XPayClient::backend(), implode(' ', XPayClient_Library::why()));
    }

    public function testTheFaceIsTheVendors(): void
    {
        $face = [
            '__construct' => ['home_dir', 'mode' => 'real', 'mertKey' => '', 'key' => ''], 'Init_TX' => ['mid'], 'Set' => ['name', 'value'],
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
        $this->pay($xpay, $oid);
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
        self::assertStringContainsString($why, $xpay->Response_Detail());
        // Shops ignore the result of Set: the request must not be sent without that parameter.
        self::assertFalse($xpay->TX());
        self::assertSame(['90003', 'not_sent'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertTrue($xpay->Init_TX(self::MID));
    }

    public function testOtherArgumentsAreRefusedTheSameWay(): void
    {
        $xpay = new XPayClient(self::home(), 'test');
        self::assertFalse($xpay->Init_TX(["x"]));
        self::assertStringContainsString('mid is an array', $xpay->Response_Detail());
        self::assertFalse($xpay->Init_TX("x\0"));
        self::assertFalse($xpay->Rollback(["x"]));
        self::assertSame('', $xpay->Response(['LGD_TID']));
        self::assertSame('', $xpay->Response('LGD_TID', 'x'));
        self::assertSame('', $xpay->Response('LGD_TID', -1));
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
        try {
            serialize($xpay);
            self::fail('serialize should not work');
        } catch (LogicException $refused) {
            self::assertStringContainsString('XPayClient', $refused->getMessage());
        }
        self::assertTrue($xpay->Init_TX(self::MID));
    }

    public function testAFailureIsWhatTheVendorsClassSays(): void
    {
        $oid = self::oid();
        $xpay = new XPayClient(self::home(), 'test');
        $this->begin($xpay, ['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid), 'XPAY_SANDBOX_FAULT' => 'status=500']);
        self::assertFalse($xpay->TX());
        self::assertSame(['30500', 'rolled_back'], [$xpay->Response_Code(), $xpay->Outcome()]);
        self::assertSame('결제되지 않았습니다. 잠시 후 다시 시도해 주십시오. (HTTP response code = 500)', $xpay->Response_Msg());
        self::assertStringStartsWith('HTTP response code = 500', $xpay->Response_Detail());
        self::assertStringContainsString($xpay->TX_ID, $xpay->Response_Detail());
        self::assertNull($xpay->response_array);
        self::assertSame(0, self::payment($oid)['balance'] ?? 0);
    }
}
