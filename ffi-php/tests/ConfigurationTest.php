<?php

/** Settings of the drop-in class: those of the files, those that a shop writes meanwhile, and the third argument. */

require_once __DIR__ . '/Shop.php';
require_once __DIR__ . '/XPay.php';

final class ConfigurationTest extends Shop
{
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
        self::assertStringContainsString('config[timeout] is an array', $xpay->Response_Detail());
    }

    public function testASettingThatCannotBeKeepsAPaymentFromBeingSentAndNoneFromBeingUndone(): void
    {
        $oid = self::oid();
        $xpay = new XPay(self::home(), 'test');
        $this->pay($xpay, $oid);
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
            self::assertStringNotContainsString($key, $xpay->Response_Msg() . $xpay->Response_Detail());
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
            self::assertStringNotContainsString($key, $xpay->Response_Msg() . $xpay->Response_Detail());
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
        $lines = preg_replace('/^url\s*=.*/m', 'url = "' . self::closed() . '"', file_get_contents(self::home() . '/conf/lgdacom.conf'));
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
            $pays .= '
                $xpay->Init_TX("' . self::MID . '");
                $xpay->Set("LGD_TXNAME", "PaymentByKey");
                $xpay->Set("LGD_PAYKEY", "' . self::paykey($oid) . '");
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
}
