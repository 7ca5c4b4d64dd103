<?php

/** How a script ends, and what happens to its approval: an error, shutdown functions, killed, or never. */

require_once __DIR__ . '/Shop.php';

final class EndingTest extends Shop
{
    public const WAYS_TO_DIE = [
        'a fatal error' => 'a_function_that_is_missing();',
        'no memory' => 'ini_set("memory_limit", "64M"); str_repeat("x", 1 << 28);',
        'an error of the user' => 'trigger_error("gone", E_USER_ERROR);',
        'an exception' => 'throw new Exception("gone");',
    ];
    public const MAKE = '$xpay = new XPayClient(HOME, "test");';
    public const WAYS_TO_END = ['its last line' => '', 'exit' => 'exit(3);'];

    /** A script that runs something, pays, and then runs this. Its $xpay is XPayClient or the result of `$make`. */
    private function pays(string $oid, string $first, string $then, ?int &$status = null, string $make = self::MAKE): string
    {
        $set = '';
        foreach (['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => self::paykey($oid)] as $name => $value) {
            $set .= '$xpay->Set(' . var_export($name, true) . ', ' . var_export($value, true) . ');';
        }
        // Errors are hidden: only the script's own output is printed.
        $head = 'ini_set("display_errors", "0"); ini_set("error_log", "/dev/null"); define("HOME", ' . var_export(self::home(), true) . ');';
        $pays = '$xpay->Init_TX("' . self::MID . '"); ' . $set . ' if (!$xpay->TX() || $xpay->Response_Code() !== "0000") { echo "not paid"; }';
        return self::script("$head $first $make $pays $then", $status);
    }

    /** @return array<string, array{string, string}> */
    public static function deaths(): array
    {
        $noise = 'register_shutdown_function(function () { @file_get_contents("/nowhere"); });';
        $quiet = 'register_shutdown_function(function () { error_clear_last(); });';
        $cases = [];
        foreach (self::WAYS_TO_DIE as $name => $death) {
            $cases[$name] = ['', $death];
            $cases["$name, then another"] = [$noise, $death];
            $cases["$name, then none"] = [$quiet, $death];
        }
        $hears = 'set_exception_handler(function () { echo "heard"; });';
        $cases["an exception that the shop's own handler hears"] = [$hears, self::WAYS_TO_DIE['an exception']];
        return $cases;
    }

    /** @dataProvider deaths */
    public function testWhatAScriptApprovedBeforeItDiedIsUnconfirmed(string $first, string $death): void
    {
        $oid = self::oid();
        $printed = $this->pays($oid, $first, $death, $status);
        self::assertSame(strpos($first, 'heard') === false ? '' : 'heard', $printed);
        self::assertSame($printed === '' ? 255 : 0, $status);
        self::assertSame(['unconfirmed'], self::left($oid));
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }

    public function testAnErrorThatTheShopsHandlerTakesIsNoDeath(): void
    {
        $oid = self::oid();
        $handler = 'set_error_handler(function () { return true; }); register_shutdown_function(function () { @file_get_contents("/nowhere"); });';
        self::assertSame('', $this->pays($oid, $handler, 'trigger_error("taken", E_USER_WARNING);', $status));
        self::assertSame(0, $status);
        self::assertSame([], self::left($oid));
    }

    public function testAnExceptionThatNobodyCatchesIsToldAsWithoutUs(): void
    {
        $told = [];
        foreach (['' => '', 'paid' => '$xpay->TX();'] as $pays) {
            $told[] = preg_replace('/\d+/', 'N', self::script('
                ini_set("log_errors", "0");
                ' . self::begun(self::oid()) . '
                ' . $pays . '
                throw new DomainException("as it is");', $status));
            self::assertSame(255, $status);
        }
        self::assertStringContainsString('Uncaught DomainException: as it is', $told[0]);
        self::assertSame($told[0], $told[1]);
    }

    public function testTheShopsOwnExceptionHandlerIsItsOwnAgain(): void
    {
        $oid = self::oid();
        $printed = $this->pays($oid, 'set_exception_handler("printf");', '
            $xpay->Confirm();
            echo set_exception_handler(null);
        ');
        self::assertSame('printf', $printed);
    }

    /** @return array<string, array{string, string}> */
    public static function endings(): array
    {
        $cases = [];
        foreach (self::WAYS_TO_DIE + self::WAYS_TO_END as $name => $end) {
            foreach (['before' => true, 'after' => false] as $when => $isFirst) {
                $cases["$name, registered $when"] = [$end, $isFirst];
            }
        }
        return $cases;
    }

    /** @dataProvider endings */
    public function testARollbackInAFunctionOfTheShopsForTheEndUndoes(string $end, bool $isFirst): void
    {
        $oid = self::oid();
        $undo = 'register_shutdown_function(function () use (&$xpay) { echo $xpay->Rollback("not booked") ? "undone" : $xpay->Response_Msg(); });';
        $printed = $isFirst ? $this->pays($oid, $undo, $end, $status) : $this->pays($oid, '', $undo . $end, $status);
        self::assertSame('undone', $printed);
        self::assertSame(in_array($end, self::WAYS_TO_DIE, true) ? 255 : ($end === '' ? 0 : 3), $status);
        self::assertSame(0, self::payment($oid)['balance']);
        self::assertSame([], self::left($oid));
    }

    /** @dataProvider endings */
    public function testTheModernFaceUndoesThereToo(string $end, bool $isFirst): void
    {
        $oid = self::oid();
        $undo = 'register_shutdown_function(function () use (&$client) {
            echo $client->rollback("not booked")->isSuccess() ? "undone" : "stands"; });';
        $printed = self::script('
            ini_set("display_errors", "0"); ini_set("error_log", "/dev/null");
            require getenv("XPAYCLIENT_AUTOLOAD");
            ' . ($isFirst ? $undo : '') . '
            $client = new XPay\Client(' . var_export(self::home(), true) . ', "test");
            $client->send("' . self::MID . '", ["LGD_TXNAME" => "PaymentByKey", "LGD_PAYKEY" => "' . self::paykey($oid) . '"]);
            ' . ($isFirst ? '' : $undo) . $end, $status);
        self::assertSame('undone', $printed);
        self::assertSame(0, self::payment($oid)['balance']);
        self::assertSame([], self::left($oid));
    }

    /** @dataProvider endings */
    public function testAStepThatNeverEndsIsUndoneThereToo(string $end, bool $isFirst): void
    {
        $oid = self::oid();
        $undo = 'register_shutdown_function(function () use (&$xpay) {
            echo $xpay->Rollback("not booked") ? "undone" : $xpay->Response_Msg(); });';
        $printed = self::script('
            ini_set("display_errors", "0"); ini_set("error_log", "/dev/null");
            ' . ($isFirst ? $undo : '') . '
            ' . self::begun($oid) . '
            ' . ($isFirst ? '' : $undo) . '
            $xpay->Guard(function () { ' . ($end === '' ? 'exit;' : $end) . ' });');
        self::assertSame('undone', $printed);
        self::assertSame(0, self::payment($oid)['balance']);
        self::assertSame([], self::left($oid));
    }

    /** @return array<string, array{string, string}> */
    public static function destructors(): array
    {
        $order = 'class Order { public $xpay; public $self; function __destruct() {
            echo $this->xpay->Rollback("not booked") ? "undone" : $this->xpay->Response_Msg(); } }';
        $make = self::MAKE;
        $ring = '$order->xpay = $xpay; $order->self = $order; unset($order);';
        $cases = [];
        foreach (self::WAYS_TO_END as $name => $end) {
            $cases["$name, made before"] = ["$order \$order = new Order; $make \$order->xpay = \$xpay;", $end];
            $cases["$name, made after"] = ["$order $make \$order = new Order; \$order->xpay = \$xpay;", $end];
            // Objects with a cycle are destroyed last, in the order of creation.
            $cases["$name, a ring made before"] = ["$order \$order = new Order; $make $ring", $end];
            $cases["$name, a ring made after"] = ["$order $make \$order = new Order; $ring", $end];
        }
        return $cases;
    }

    /** @dataProvider destructors */
    public function testARollbackInADestructorUndoes(string $make, string $end): void
    {
        $oid = self::oid();
        self::assertSame('undone', $this->pays($oid, '', $end, $status, $make));
        self::assertSame($end === '' ? 0 : 3, $status);
        self::assertSame(0, self::payment($oid)['balance']);
        self::assertSame([], self::left($oid));
    }

    public function testAfterTheVeryEndAClientIsClosedAndSaysSo(): void
    {
        $oid = self::oid();
        $printed = $this->pays($oid, 'class Ghost {
            static $all = []; public $xpay; public $lives;
            function __construct($xpay, $lives) { $this->xpay = $xpay; $this->lives = $lives; self::$all[] = $this; }
            function __destruct() {
                $xpay = $this->xpay;
                if ($this->lives > 0) { new Ghost($xpay, $this->lives - 1); return; }
                echo json_encode([$xpay->Rollback("late"), $xpay->Response_Code(), $xpay->TX(), $xpay->Response("LGD_TID"), $xpay->Outcome()]);
            }
        }', 'new Ghost($xpay, 3);', $status);
        self::assertSame('[false,"90002",false,"","not_sent"]', $printed);
        self::assertSame(0, $status);
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }

    public function testAWorkerThatLivesOnConfirms(): void
    {
        $oid = self::oid();
        $printed = $this->pays($oid, '', '
            echo json_encode([$xpay->Confirm(), $xpay->Confirm(), $xpay->Response_Code()]);
            posix_kill(getmypid(), SIGKILL);
        ');
        self::assertSame('[true,false,"0000"]', $printed);
        self::assertSame([], self::left($oid));
        $oid = self::oid();
        $printed = self::script('
            require getenv("XPAYCLIENT_AUTOLOAD");
            $client = new XPay\Client(' . var_export(self::home(), true) . ', "test");
            $client->send("' . self::MID . '", ["LGD_TXNAME" => "PaymentByKey", "LGD_PAYKEY" => "' . self::paykey($oid) . '"]);
            echo json_encode([$client->confirm(), $client->confirm()]);
            posix_kill(getmypid(), SIGKILL);
        ');
        self::assertSame('[true,false]', $printed);
        self::assertSame([], self::left($oid));
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }

    public function testAScriptThatIsKilledWhileItWaitsLeavesNoApproval(): void
    {
        $oid = self::oid();
        // Reads stderr to its end, which comes when script and bridge are both gone.
        $code = '<?php require ' . var_export(getenv('XPAYCLIENT_CLASS'), true) . ';
            ' . self::begun($oid) . '
            $xpay->Set("LGD_OID", "' . $oid . '");
            $xpay->Set("XPAY_SANDBOX_FAULT", "delay=6000");
            $xpay->TX();';
        $process = proc_open([getenv('XPAY_PHP')], [['pipe', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']], $pipes);
        fwrite($pipes[0], $code);
        fclose($pipes[0]);
        do {
            $paid = self::payment($oid) !== [];
        } while (!$paid);
        proc_terminate($process, SIGKILL);
        stream_get_contents($pipes[2]);
        proc_close($process);
        if (getenv('XPAYCLIENT_BACKEND') === 'ffi') {
            self::finish([getenv('XPAYCLIENT_COMMAND'), 'recover', '--home', self::home()], '', $status);
        }
        do {
            // The daemon lives on, and learns at the end of the call that nobody waits.
            $left = self::left($oid);
        } while ($left === ['running']);
        self::assertSame([], $left);
        self::assertSame(0, self::payment($oid)['balance']);
    }

    public function testABuyerWhoClosesTheWindowEndsNoStep(): void
    {
        $oid = self::oid();
        $booked = tempnam(sys_get_temp_dir(), 'xpay');
        $page = '<?php
            require ' . var_export(getenv('XPAYCLIENT_CLASS'), true) . ';
            ' . self::begun($oid) . '
            $booked = ' . var_export($booked, true) . ';
            $before = ini_get("ignore_user_abort");
            register_shutdown_function(function () { file_put_contents("php://stderr", "gone\n"); });
            $xpay->Guard(function () use ($booked) {
                // The buyer reads this and disconnects.
                do { echo str_repeat("x", 4096); flush(); } while (!connection_aborted());
                file_put_contents($booked, "booked");
            });
            $after = ini_get("ignore_user_abort");
            file_put_contents($booked, $after === $before ? ", as before" : ", not restored", FILE_APPEND);';
        self::serve($page, static function (string $address, $log) {
            $buyer = stream_socket_client("tcp://$address");
            fwrite($buyer, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
            while (strpos((string) fread($buyer, 512), 'xxxx') === false) {
                self::assertFalse(feof($buyer));
            }
            fclose($buyer);
            while (strpos((string) fgets($log), 'gone') === false) {
                self::assertFalse(feof($log), 'the page did not end');
            }
        });
        self::assertSame('booked, as before', file_get_contents($booked));
        self::assertSame([], self::left($oid));
        unlink($booked);
    }
}
