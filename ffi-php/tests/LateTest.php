<?php

/** The library is begun when it is needed: by pipe, a page that only constructs the class starts no process. */

require_once __DIR__ . '/Shop.php';
require_once __DIR__ . '/XPay.php';

final class LateTest extends Shop
{
    /** How many processes a script has started so far. */
    private const CHILDREN = '
        function children() { return count(array_filter(explode(" ", (string) file_get_contents("/proc/self/task/" . getmypid() . "/children")))); }';

    private function byPipe(string $code, ?int &$status = null): string
    {
        return self::script(self::CHILDREN . $code, $status, [], ['XPAYCLIENT_BACKEND' => 'pipe']);
    }

    private static function made(string $class = 'XPayClient'): string
    {
        return '$xpay = new ' . $class . '(' . var_export(self::home(), true) . ', "test");';
    }

    public function testAPageThatOnlyConstructsStartsNoProcess(): void
    {
        $told = $this->byPipe(self::made() . '
            $copy = clone $xpay;
            $read = [$xpay->bTest, $xpay->Response_Code(), $xpay->Response("LGD_TID"), $xpay->Response_Count(), $xpay->Outcome()];
            echo json_encode($read), children();
            $xpay->Init_TX("' . self::MID . '");
            echo children();
        ');
        self::assertSame('[true,"","",0,"none"]01', $told);
        // Also where there are no files.
        $told = $this->byPipe('
            $xpay = new XPayClient("/nowhere", "test", ["tother" => "' . str_repeat('0a', 16) . '"]);
            echo $xpay->config["tother"][0], children(), (int) $xpay->Init_TX("tother"), children();
        ');
        self::assertSame('0011', $told);
    }

    /** @return array<string, array{string, string}> what a page does with $config first, and what it prints then */
    public static function looks(): array
    {
        return [
            'a value' => ['echo isset($xpay->config["log_level"]) ? strlen($xpay->config["tlgdacomxpay"]) : "none";', '32'],
            'a list' => ['echo is_array($xpay->config) && count($xpay->config) > 5 ? "many" : "few";', 'many'],
            'each' => ['foreach ($xpay->config as $name => $value) { echo $name === "tlgdacomxpay" ? strlen($value) : ""; }', '32'],
            'whether it is there' => ['echo isset($xpay->config) ? "there" : "gone", empty($xpay->config) ? 0 : 1;', 'there1'],
            'whether a name is there' => ['echo isset($xpay->config["nothing"]) ? "there" : "gone";', 'gone'],
            'its property' => ['$p = new ReflectionProperty($xpay, "config"); echo count($p->getValue($xpay)) > 5;', '1'],
            'a copy' => ['$c = $xpay->config; $c["timeout"] = 1; echo $c["timeout"] === $xpay->config["timeout"] ? "same" : "other";', 'other'],
            'a reference' => ['$c = &$xpay->config; $c["of_the_shop"] = 1; echo $xpay->config["of_the_shop"];', '1'],
            'one removed' => ['unset($xpay->config["tlgdacomxpay"]); echo (int) $xpay->Init_TX("tlgdacomxpay");', '0'],
            'one written' => ['$xpay->config["tother"] = $xpay->config["tlgdacomxpay"]; echo (int) $xpay->Init_TX("tother");', '1'],
            'one more' => ['$xpay->config += ["tother" => str_repeat("0a", 16)]; echo (int) $xpay->Init_TX("tother");', '1'],
            'all written' => ['$xpay->config = ["tother" => "x"]; echo (int) $xpay->Init_TX("tlgdacomxpay"), (int) $xpay->Init_TX("tother");', '01'],
            'by a subclass' => ['$xpay->set_config_value("tother", "x"); echo (int) $xpay->Init_TX("tother"), count($xpay->config) > 5;', '11'],
            'another property' => ['$xpay->of_the_page["x"] = 1; echo $xpay->of_the_page["x"], isset($xpay->nothing) ? "there" : "gone";', '1gone'],
        ];
    }

    /** @dataProvider looks */
    public function testTheConfigurationIsThereWhenSomebodyLooks(string $look, string $printed): void
    {
        $class = 'class Sub extends XPayClient { function set_config_value($n, $v) { $this->config[$n] = $v; } }';
        foreach ([getenv('XPAYCLIENT_BACKEND'), 'pipe'] as $backend) {
            $told = self::script($class . self::made('Sub') . $look, $status, [], ['XPAYCLIENT_BACKEND' => $backend]);
            self::assertSame($printed, $told, $backend);
        }
    }

    public function testWhatIsInsideStaysInside(): void
    {
        $told = $this->byPipe(self::made() . '
            foreach (["arguments", "library", "detail"] as $name) {
                try { echo $xpay->$name; } catch (Error $error) { echo $error->getMessage(), "|"; }
            }
        ');
        self::assertStringStartsWith('Cannot access private property XPayClient::$arguments|Cannot access private property', $told);
        self::assertSame(3, substr_count($told, '|'));
    }

    /** @return array<string, array{string}> what a framework's class has for properties of its own */
    public static function frameworks(): array
    {
        return [
            'get' => ['function __get($name) { return "the framework\'s $name"; }'],
            'isset' => ['function __isset($name) { return false; }'],
            'set' => ['function __set($name, $value) { throw new Exception("no $name here"); }'],
            'all, with types' => ['function __get(string $n) { return 1; } function __isset(string $n): bool { return false; }
                function __set(string $n, $v): void { }'],
        ];
    }

    /** @dataProvider frameworks */
    public function testASubclassMayHavePropertiesOfItsOwn(string $methods): void
    {
        $class = "class Framework extends XPayClient { $methods }";
        $look = '$mid = "tlgdacomxpay"; echo isset($xpay->config[$mid]) ? strlen($xpay->config[$mid]) : "gone", (int) $xpay->Init_TX($mid);';
        self::assertSame('321', $this->byPipe($class . self::made('Framework') . $look));
    }

    public function testAConfigurationThatCannotBeReadIsToldInTheSameWords(): void
    {
        $home = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir("$home/conf", 0777, true);
        file_put_contents("$home/conf/mall.conf", "tother = \"open\n");
        file_put_contents("$home/conf/lgdacom.conf", '');
        $code = '
            set_error_handler(function ($level, $message) { echo $level === E_USER_ERROR ? "[$message]" : "other $message"; return true; });
            $xpay = new XPayClient("' . $home . '", "test");
            echo (int) $xpay->Init_TX("tother"), $xpay->Response_Code(), json_encode($xpay->config), $xpay->TX() ? "sent" : "not sent";';
        $told = [];
        foreach ([getenv('XPAYCLIENT_BACKEND'), 'pipe'] as $backend) {
            $told[] = self::script($code, $status, [], ['XPAYCLIENT_BACKEND' => $backend]);
        }
        self::finish(['rm', '-r', $home], '', $status);
        self::assertStringStartsWith('[Configuration error; ' . "$home/conf/mall.conf line 1: a quote is opened", $told[0]);
        self::assertStringEndsWith('[]not sent', $told[0]);
        self::assertSame($told[0], $told[1]);
    }

    public function testADirectoryThatIsRelativeIsThePages(): void
    {
        list($above, $home) = [var_export(dirname(self::home()), true), var_export(basename(self::home()), true)];
        $told = self::script("chdir($above);
            \$made = new XPayClient($home, 'test');
            chdir('/');
            echo json_encode([\$made->Init_TX('" . self::MID . "'), \$made->Response_Detail()]);");
        self::assertSame('[true,""]', $told);
    }
}
