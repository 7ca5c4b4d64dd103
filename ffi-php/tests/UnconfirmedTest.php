<?php

/** Approvals of scripts that end before the shop could save them are shown as unconfirmed, and only those. */

require_once __DIR__ . '/Shop.php';

final class UnconfirmedTest extends Shop
{
    /** A script that pays, and then runs this. */
    private function paysAnd(string $oid, string $then, ?int &$status = null): string
    {
        return self::script('
            ' . self::begun($oid) . '
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
        $this->paysAnd($thrown, '
            function books(XPayClient $mine) { throw new Exception("no"); }
            (function () use (&$xpay) { $mine = $xpay; $xpay = null; books($mine); })();
        ');
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
}
