<?php

/** The bridge, by pipe and by socket: who was told of an approval when the bridge or its script died, and which bridge is taken. */

require_once __DIR__ . '/Shop.php';

final class BridgeTest extends Shop
{
    /** How a script finds the bridge's process, kills it, and waits until it is certainly gone. */
    private const KILL = '
        $bridge = (int) (getenv("XPAY_DAEMON") ?: shell_exec("pgrep -P " . getmypid() . " -f bridge"));
        posix_kill($bridge, SIGKILL);
        while (strpos((string) @file_get_contents("/proc/$bridge/stat"), ") Z ") === false || count(glob("/proc/$bridge/task/*")) > 1) { }';

    /** @var resource|null */
    private $daemon = null;
    /** @var string */
    private $socket = '';

    protected function tearDown(): void
    {
        $this->stop();
    }

    /** @return array<string, array{string}> */
    public static function ways(): array
    {
        return ['by pipe' => ['pipe'], 'by the small command' => ['small'], 'by socket' => ['socket']];
    }

    private static function small(): string
    {
        return dirname(getenv('XPAYCLIENT_COMMAND')) . '/xpay-bridge';
    }

    /** Starts a daemon of this test's own. */
    private function start(): void
    {
        $this->socket = $this->socket ?: sys_get_temp_dir() . '/' . uniqid('xpay') . '.sock';
        $call = [getenv('XPAYCLIENT_COMMAND'), 'bridge', '--listen', $this->socket];
        $this->daemon = proc_open($call, [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']], $pipes);
        self::assertStringContainsString('listening', (string) fgets($pipes[2]));
    }

    /** Once it has ended, it has settled what its callers left. */
    private function stop(): void
    {
        if ($this->daemon !== null) {
            proc_terminate($this->daemon);
            proc_close($this->daemon);
            $this->daemon = null;
        }
    }

    /** The environment of a script that goes this way, with a daemon if it needs one. */
    private function by(string $way): array
    {
        if ($way === 'socket') {
            $this->start();
            $daemon = (string) proc_get_status($this->daemon)['pid'];
            return ['XPAYCLIENT_BACKEND' => 'socket', 'XPAYCLIENT_SOCKET' => $this->socket, 'XPAY_DAEMON' => $daemon];
        }
        return ['XPAYCLIENT_BACKEND' => 'pipe'] + ($way === 'small' ? ['XPAYCLIENT_COMMAND' => self::small()] : []);
    }

    /** A client of the bridge without the class: it sends exactly these lines. Returns what ends the bridge. */
    private function bridge(string $way, string $oid, &$to, &$from): callable
    {
        if ($way === 'socket') {
            $this->start();
            $to = $from = stream_socket_client("unix://$this->socket");
            $end = function () {
                $this->stop();
            };
        } else {
            $call = $way === 'small' ? [self::small()] : [getenv('XPAYCLIENT_COMMAND'), 'bridge'];
            $process = proc_open($call, [['pipe', 'r'], ['pipe', 'w']], $pipes);
            list($to, $from) = $pipes;
            $end = static function () use ($process) {
                proc_close($process);
            };
        }
        self::assertSame("[2,2]\n", fgets($from));
        $calls = [['init', self::home(), 'test'], ['init_tx', self::MID], ['set', 'LGD_TXNAME', 'PaymentByKey'],
            ['set', 'LGD_PAYKEY', self::paykey($oid)], ['set', 'LGD_OID', $oid]];
        foreach ($calls as $call) {
            fwrite($to, json_encode([1, array_shift($call), array_map('rawurlencode', $call)]) . "\n");
            self::assertTrue(json_decode(fgets($from))[0]);
        }
        return $end;
    }

    /** @dataProvider ways */
    public function testAnApprovalThatNobodyCanBeToldOfIsUndone(string $way): void
    {
        foreach (['tx', 'tx_held'] as $call) {
            $oid = self::oid();
            $end = $this->bridge($way, $oid, $to, $from);
            if ($way === 'socket') {
                // The gateway answers later than this caller is gone.
                fwrite($to, '[1,"set",["XPAY_SANDBOX_FAULT","delay=500"]]' . "\n");
                fgets($from);
                fwrite($to, "[1,\"$call\",[true]]\n");
            } else {
                // Before the call, which may be faster than what follows here.
                fclose($from);
                fwrite($to, "[1,\"$call\",[true]]\n");
            }
            fclose($to);
            $end();
            self::assertSame([], self::left($oid));
            self::assertSame(0, self::payment($oid)['balance']);
        }
    }

    /** @dataProvider ways */
    public function testAnApprovalThatSomebodyWasToldOfStandsWhenTheyAreGone(string $way): void
    {
        foreach (['tx' => [], 'tx_held' => ['unconfirmed']] as $call => $left) {
            $oid = self::oid();
            $end = $this->bridge($way, $oid, $to, $from);
            fwrite($to, "[1,\"$call\",[true]]\n");
            $answer = json_decode(fgets($from), true);
            self::assertTrue($answer[0]);
            // One line has what there is to read.
            self::assertSame(['0000', 1, true], [$answer[1]['response_code'], $answer[1]['outcome'], $answer[1]['is_held']]);
            self::assertContains($oid, $answer[1]['rows'][0]);
            if ($way === 'socket') {
                fclose($to);
            } else {
                fclose($to);
                self::assertSame('', stream_get_contents($from));
            }
            $end();
            self::assertSame($left, self::left($oid));
            self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        }
    }

    /** @dataProvider ways */
    public function testACallThatWasNotWrittenToItsEndIsNoCall(string $way): void
    {
        $oid = self::oid();
        $end = $this->bridge($way, $oid, $to, $from);
        fwrite($to, '[1,"tx_held",[true]]');
        fclose($to);
        $end();
        self::assertSame([], self::payment($oid));
    }

    /** @dataProvider ways */
    public function testABridgeThatDiesAfterAnApprovalTakesNothingBackOfWhatWasSaid(string $way): void
    {
        $oid = self::oid();
        $printed = self::script('
            ' . self::begun($oid) . '
            $told = [$xpay->TX()];
            ' . self::KILL . '
            array_push($told, $xpay->Response_Code(), $xpay->Outcome(), $xpay->Response("LGD_OID"), $xpay->Response_Count());
            array_push($told, $xpay->Rollback("not booked"), $xpay->Response_Code(), $xpay->Outcome());
            array_push($told, strpos($xpay->Response_Detail(), "have moved") === false, $xpay->Response_Msg() === XPayClient_Library::MAY_STAND);
            array_push($told, $xpay->Init_TX("' . self::MID . '"), $xpay->Outcome(), $xpay->TX(), $xpay->Outcome());
            echo json_encode($told);
        ', $status, [], $this->by($way));
        self::assertSame(
            json_encode([true, '0000', 'answered', $oid, 1, false, '90099', 'not_sent', true, true, false, 'none', false, 'not_sent']),
            $printed
        );
        self::assertSame(['unconfirmed'], self::left($oid));
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }

    /** @dataProvider ways */
    public function testABridgeThatDiesInAGuardsStepLeavesTheStepsWord(string $way): void
    {
        $printed = self::script('
            ' . self::begun(self::oid()) . '
            echo json_encode([$xpay->Guard(function () {
                ' . self::KILL . '
            }), $xpay->Response_Code(), $xpay->Outcome()]);
        ', $status, [], $this->by($way));
        self::assertSame('[true,"0000","answered"]', $printed);
    }

    /** @dataProvider ways */
    public function testABridgeThatDiesInAPaymentLeavesADoubtThatRecoverySettles(string $way): void
    {
        $oid = self::oid();
        $told = self::script('
            ' . self::begun($oid) . '
            $xpay->Set("XPAY_SANDBOX_FAULT", "hang");
            $tx_id = $xpay->TX_ID;
            // The gateway has the request and hangs, and the bridge is killed meanwhile.
            if (pcntl_fork() === 0) {
                do {
                    $bridge = getenv("XPAY_DAEMON") ?: trim((string) shell_exec("pgrep -P " . posix_getppid() . " -f bridge"));
                    $list = ' . var_export(getenv('XPAYCLIENT_COMMAND') . ' recover --list --json --home ', true) . ';
                    $seen = (string) shell_exec($list . $xpay->home_dir);
                } while (strpos($seen, $tx_id) === false || $bridge === "");
                posix_kill((int) $bridge, SIGKILL);
                posix_kill(getmypid(), SIGKILL);
            }
            $sent = $xpay->TX();
            // The kind that XPay\Client makes its exception of.
            $library = (function () { return $this->library; })->call($xpay);
            $kind = XPayClient_Library::KINDS[$library->call("error_kind")];
            echo json_encode([$sent, $xpay->Response_Code(), $xpay->Outcome(), $kind, $xpay->TX_ID === $tx_id, $xpay->Init_TX("x")]);
        ', $status, [], $this->by($way));
        self::assertSame('[false,"90099","in_doubt","transport",true,false]', $told);
        self::finish([getenv('XPAYCLIENT_COMMAND'), 'recover', '--home', self::home()], '', $status);
        self::assertSame(0, self::payment($oid)['balance'] ?? 0);
    }

    /** @dataProvider ways */
    public function testAProgramThatOutlivesItsScriptKeepsNoApproval(string $way): void
    {
        $oid = self::oid();
        $printed = self::script('
            ini_set("display_errors", "0"); ini_set("error_log", "/dev/null");
            ' . self::begun($oid) . '
            $xpay->TX();
            $nothing = ["file", "/dev/null", "r+"];
            $program = proc_open(["sleep", "600"], [$nothing, $nothing, $nothing], $pipes);
            echo proc_get_status($program)["pid"];
            ini_set("memory_limit", "64M");
            str_repeat("x", 1 << 28);
        ', $status, [], $this->by($way));
        $left = self::left($oid);
        posix_kill((int) $printed, SIGKILL);
        self::assertSame(['unconfirmed'], $left);
    }

    public function testAScriptGoesOnWithTheDaemonThatTookTheOthersPlace(): void
    {
        $by = $this->by('socket');
        $first = self::oid();
        $second = self::oid();
        $restart = 'posix_kill((int) getenv("XPAY_DAEMON"), SIGTERM);
            while (strpos((string) @file_get_contents("/proc/" . getenv("XPAY_DAEMON") . "/stat"), ") Z ") === false) { }
            $daemon = proc_open([getenv("XPAYCLIENT_COMMAND"), "bridge", "--listen", getenv("XPAYCLIENT_SOCKET")], [2 => ["pipe", "w"]], $pipes);
            fgets($pipes[2]);';
        $printed = self::script('
            ' . self::begun($first) . '
            $told = [$xpay->TX(), $xpay->Confirm()];
            ' . $restart . '
            $told[] = $xpay->Init_TX("' . self::MID . '");
            $told[] = $xpay->Response_Code();
            $old = $xpay;
            ' . self::begun($second) . '
            array_push($told, $xpay->TX(), $xpay->Response_Code(), XPayClient::backend(), $old->TX());
            $xpay->Confirm();
            proc_terminate($daemon);
            echo json_encode($told);
        ', $status, [], $by);
        self::assertSame('[true,true,false,"90099",true,"0000","socket",false]', $printed);
        self::assertSame([], self::left($second));
    }

    public function testAScriptGoesOnByPipeWhereTheDaemonIsGone(): void
    {
        $by = ['XPAYCLIENT_BACKEND' => null] + $this->by('socket');
        $second = self::oid();
        $printed = self::script('
            ' . self::begun(self::oid()) . '
            $told = [XPayClient::backend(), $xpay->TX(), $xpay->Confirm()];
            ' . self::KILL . '
            ' . self::begun($second) . '
            array_push($told, $xpay->TX(), $xpay->Response_Code(), XPayClient::backend());
            echo json_encode($told);
        ', $status, ['-d', 'ffi.enable=false'], $by);
        self::assertSame('["socket",true,true,true,"0000","pipe"]', $printed);
        self::assertSame([], self::left($second));
    }

    public function testAForkHasAConnectionOfItsOwn(): void
    {
        $parents = self::oid();
        $childs = self::oid();
        $printed = self::script('
            ' . self::begun($parents) . '
            $parent = $xpay;
            if (pcntl_fork() === 0) {
                $told = [$parent->Set("LGD_OID", "x"), $parent->Response_Code()];
                ' . self::begun($childs) . '
                array_push($told, $xpay->TX(), $xpay->Response_Code());
                echo json_encode($told);
                exit;
            }
            pcntl_wait($status);
            echo json_encode([$parent->TX(), $parent->Response_Code(), $parent->Response("LGD_OID")]);
        ', $status, [], $this->by('socket'));
        self::assertSame('[false,"90099",true,"0000"]' . json_encode([true, '0000', $parents]), $printed);
        self::assertSame([[], []], [self::left($parents), self::left($childs)]);
    }

    /** The backend in use, and why others are not; or, forced, what a payment says. */
    private static function told(array $environment): string
    {
        return self::script('
            set_error_handler(function () { return true; });
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            $told = [$xpay->Init_TX("' . self::MID . '"), $xpay->TX(), $xpay->Outcome()];
            echo json_encode($told), $xpay->Response_Code(), "|", XPayClient::backend(), "|", implode("|", XPayClient_Library::why());
        ', $status, ['-d', 'ffi.enable=false', '-d', 'display_errors=0'], $environment + ['XPAYCLIENT_BACKEND' => null]);
    }

    public function testWithoutADaemonTheCommandIsTaken(): void
    {
        self::assertStringContainsString('|pipe|', self::told(['XPAYCLIENT_SOCKET' => '/nowhere/xpay.sock']));
        $this->start();
        $socket = ['XPAYCLIENT_SOCKET' => $this->socket];
        self::assertStringContainsString('|socket|', self::told($socket));
        proc_terminate($this->daemon, SIGKILL);
        proc_close($this->daemon);
        $this->daemon = null;
        $told = self::told($socket);
        self::assertStringContainsString('|pipe|', $told);
        self::assertStringContainsString("The daemon at [$this->socket] does not answer: start", $told);
        unlink($this->socket);
    }

    public function testASocketOfAnotherUserIsNotUsed(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a socket away');
        }
        $this->start();
        chown($this->socket, 65534);
        $told = self::told(['XPAYCLIENT_SOCKET' => $this->socket]);
        self::assertStringContainsString('|pipe|', $told);
        self::assertStringContainsString("[$this->socket] belongs to user 65534, not to PHP's user 0", $told);
    }

    public function testWhatIsNoSocketIsNotUsed(): void
    {
        self::assertStringContainsString('is no socket', self::told(['XPAYCLIENT_SOCKET' => __FILE__]));
    }

    public function testADaemonOfAnotherReleaseIsNamed(): void
    {
        $path = sys_get_temp_dir() . '/' . uniqid('xpay') . '.sock';
        $server = stream_socket_server("unix://$path");
        foreach (["[2]\n", "[999,2]\n", "[\"it serves others\"]\n"] as $hello) {
            if (pcntl_fork() === 0) {
                fwrite(stream_socket_accept($server), $hello);
                posix_kill(getmypid(), SIGKILL);
            }
            $told = self::told(['XPAYCLIENT_SOCKET' => $path]);
            pcntl_wait($status);
            self::assertStringContainsString('|pipe|', $told);
            $words = $hello[1] === '"' ? 'it serves others' : 'restart the daemon after an upgrade';
            self::assertStringContainsString($words, $told);
        }
        unlink($path);
    }

    /** @return array<string, array{string, string}> */
    public static function commands(): array
    {
        return [
            'of another release' => ["#!/bin/sh\necho '[999,2]'; cat >/dev/null", 'are not of the same release'],
            'of an earlier release' => ["#!/bin/sh\necho '[2]'; cat >/dev/null", 'are not of the same release'],
            'that dies at the start' => ["#!/bin/sh\nexit 3", 'ended: check'],
            'of another machine' => ["\x7fELF and nothing more", 'ended: check'],
        ];
    }

    /** @dataProvider commands */
    public function testACommandThatCannotServeSendsNothingAndSaysWhy(string $content, string $words): void
    {
        $command = sys_get_temp_dir() . '/' . uniqid('xpay');
        file_put_contents($command, $content);
        chmod($command, 0755);
        $told = self::script('
            set_error_handler(function () { return true; });
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            echo json_encode([$xpay->Init_TX("' . self::MID . '"), $xpay->TX(), $xpay->Outcome(), $xpay->Response_Code()]), $xpay->Response_Detail();
        ', $status, [], ['XPAYCLIENT_BACKEND' => 'pipe', 'XPAYCLIENT_COMMAND' => $command]);
        unlink($command);
        self::assertStringStartsWith('[false,false,"not_sent","90099"]', $told);
        self::assertStringContainsString($words, $told);
    }

    public function testACommandWithoutItsXBitIsNamed(): void
    {
        $command = tempnam(sys_get_temp_dir(), 'xpay');
        $told = self::told(['XPAYCLIENT_SOCKET' => '/nowhere/xpay.sock', 'XPAYCLIENT_COMMAND' => $command]);
        unlink($command);
        self::assertStringContainsString("[$command] is not executable: chmod 755", $told);
    }

    public function testTheSmallCommandIsTakenBeforeTheLargeOne(): void
    {
        $directory = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir($directory);
        copy(getenv('XPAYCLIENT_CLASS'), "$directory/XPayClient.php");
        foreach (['xpay', 'xpay-bridge'] as $name) {
            symlink(dirname(getenv('XPAYCLIENT_COMMAND')) . "/$name", "$directory/$name");
        }
        $call = [getenv('XPAY_PHP'), '-r', 'require "' . $directory . '/XPayClient.php";
            $xpay = new XPayClient(' . var_export(self::home(), true) . ', "test");
            $xpay->Init_TX("' . self::MID . '");
            echo shell_exec("ps -ww -o args= --ppid " . getmypid());'];
        $told = self::finish($call, '', $status, ['XPAYCLIENT_BACKEND' => 'pipe', 'XPAYCLIENT_COMMAND' => null]);
        array_map('unlink', glob("$directory/*"));
        rmdir($directory);
        self::assertStringContainsString("$directory/xpay-bridge bridge", $told);
    }

    public function testNoProcessIsStartedBeforeTheFirstCall(): void
    {
        $told = self::script('
            $library = XPayClient_Library::open();
            $before = shell_exec("pgrep -P " . getmypid() . " -f [b]ridge");
            $library->call("timestamp");
            echo json_encode([$library->lazy(), $library->call("response_code"), $before === null || $before === ""]);
            echo shell_exec("pgrep -c -P " . getmypid() . " -f [b]ridge");
        ', $status, [], ['XPAYCLIENT_BACKEND' => 'pipe']);
        self::assertSame("[true,\"\",true]1\n", $told);
    }
}
