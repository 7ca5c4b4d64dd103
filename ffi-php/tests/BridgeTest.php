<?php

/** The pipe's bridge: who was told of an approval when the bridge or its script died. */

require_once __DIR__ . '/Shop.php';

final class BridgeTest extends Shop
{
    /** A client of the bridge without the class: it sends exactly these lines. */
    private function bridge(string $oid, &$pipes)
    {
        $process = proc_open([getenv('XPAYCLIENT_COMMAND'), 'bridge'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
        fgets($pipes[1]);
        $calls = [['init', self::home(), 'test'], ['init_tx', self::MID], ['set', 'LGD_TXNAME', 'PaymentByKey'],
            ['set', 'LGD_PAYKEY', self::paykey($oid)], ['set', 'LGD_OID', $oid]];
        foreach ($calls as $call) {
            fwrite($pipes[0], json_encode([1, array_shift($call), array_map('rawurlencode', $call)]) . "\n");
            self::assertSame("[true]\n", fgets($pipes[1]));
        }
        return $process;
    }

    public function testAnApprovalThatNobodyCanBeToldOfIsUndone(): void
    {
        foreach (['tx', 'tx_held'] as $call) {
            $oid = self::oid();
            $process = $this->bridge($oid, $pipes);
            // Before the call, which may be faster than what follows here.
            fclose($pipes[1]);
            fwrite($pipes[0], "[1,\"$call\",[true]]\n");
            proc_close($process);
            self::assertSame([], self::left($oid));
            self::assertSame(0, self::payment($oid)['balance']);
        }
    }

    public function testAnApprovalThatSomebodyWasToldOfStandsWhenTheyAreGone(): void
    {
        foreach (['tx' => [], 'tx_held' => ['unconfirmed']] as $call => $left) {
            $oid = self::oid();
            $process = $this->bridge($oid, $pipes);
            fwrite($pipes[0], "[1,\"$call\",[true]]\n");
            self::assertSame("[true]\n", fgets($pipes[1]));
            fclose($pipes[0]);
            self::assertSame('', stream_get_contents($pipes[1]));
            proc_close($process);
            self::assertSame($left, self::left($oid));
            self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
        }
    }

    public function testACallThatWasNotWrittenToItsEndIsNoCall(): void
    {
        $oid = self::oid();
        $process = $this->bridge($oid, $pipes);
        fwrite($pipes[0], '[1,"tx_held",[true]]');
        fclose($pipes[0]);
        self::assertSame('', stream_get_contents($pipes[1]));
        proc_close($process);
        self::assertSame([], self::payment($oid));
    }

    public function testABridgeThatDiesAfterAnApprovalTakesNothingBackOfWhatWasSaid(): void
    {
        $oid = self::oid();
        $printed = self::script('
            ' . self::begun($oid) . '
            $told = [$xpay->TX()];
            // Stopped first, so that it is certainly gone when its parent knows of it.
            $bridge = (int) shell_exec("pgrep -P " . getmypid() . " -f bridge");
            posix_kill($bridge, SIGKILL);
            while (strpos((string) @file_get_contents("/proc/$bridge/stat"), ") Z ") === false) { }
            array_push($told, $xpay->Response_Code(), $xpay->Outcome(), $xpay->Response("LGD_OID"), $xpay->Response_Count());
            array_push($told, $xpay->Rollback("not booked"), $xpay->Response_Code(), $xpay->Outcome());
            array_push($told, strpos($xpay->Response_Detail(), "have moved") === false, $xpay->Response_Msg() === XPayClient_Library::MAY_STAND);
            array_push($told, $xpay->Init_TX("' . self::MID . '"), $xpay->Outcome(), $xpay->TX(), $xpay->Outcome());
            echo json_encode($told);
        ', $status, [], ['XPAYCLIENT_BACKEND' => 'pipe']);
        self::assertSame(
            json_encode([true, '0000', 'answered', $oid, 1, false, '90099', 'not_sent', true, true, false, 'none', false, 'not_sent']),
            $printed
        );
        self::assertSame(['unconfirmed'], self::left($oid));
        self::assertSame(self::AMOUNT, self::payment($oid)['balance']);
    }

    public function testABridgeThatDiesInAGuardsStepLeavesTheStepsWord(): void
    {
        $oid = self::oid();
        $printed = self::script('
            ' . self::begun($oid) . '
            echo json_encode([$xpay->Guard(function () {
                $bridge = (int) shell_exec("pgrep -P " . getmypid() . " -f bridge");
                posix_kill($bridge, SIGKILL);
                while (strpos((string) @file_get_contents("/proc/$bridge/stat"), ") Z ") === false) { }
            }), $xpay->Response_Code(), $xpay->Outcome()]);
        ', $status, [], ['XPAYCLIENT_BACKEND' => 'pipe']);
        self::assertSame('[true,"0000","answered"]', $printed);
    }

    public function testABridgeThatDiesInAPaymentLeavesADoubtThatRecoverySettles(): void
    {
        $oid = self::oid();
        $told = self::script('
            ' . self::begun($oid) . '
            $xpay->Set("XPAY_SANDBOX_FAULT", "hang");
            $tx_id = $xpay->TX_ID;
            // The gateway has the request and hangs, and the bridge is killed meanwhile.
            if (pcntl_fork() === 0) {
                do {
                    $children = trim((string) shell_exec("pgrep -P " . posix_getppid() . " -f bridge"));
                    $seen = (string) shell_exec(getenv("XPAYCLIENT_COMMAND") . " recover --list --json --home " . $xpay->home_dir);
                } while (strpos($seen, $tx_id) === false || $children === "");
                posix_kill((int) $children, SIGKILL);
                posix_kill(getmypid(), SIGKILL);
            }
            $sent = $xpay->TX();
            // The kind that XPay\Client makes its exception of.
            $library = (function () { return $this->library; })->call($xpay);
            $kind = XPayClient_Library::KINDS[$library->call("error_kind")];
            echo json_encode([$sent, $xpay->Response_Code(), $xpay->Outcome(), $kind, $xpay->TX_ID === $tx_id, $xpay->Init_TX("x")]);
        ', $status, [], ['XPAYCLIENT_BACKEND' => 'pipe']);
        self::assertSame('[false,"90099","in_doubt","transport",true,false]', $told);
        self::finish([getenv('XPAYCLIENT_COMMAND'), 'recover', '--home', self::home()], '', $status);
        self::assertSame(0, self::payment($oid)['balance'] ?? 0);
    }
}
