<?php

/** The session of a web page that constructs the class, as the vendor's class starts it. */

require_once __DIR__ . '/Shop.php';

final class SessionTest extends Shop
{
    /** @var string */
    private $directory;

    protected function setUp(): void
    {
        parent::setUp();
        $this->directory = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir("$this->directory/sessions", 0777, true);
    }

    protected function tearDown(): void
    {
        self::finish(['rm', '-r', $this->directory], '', $status);
    }

    /** A shop's page; $before is what it does before it constructs the class. */
    private function page(string $before = '', string $arguments = '', string $after = ''): string
    {
        return '<?php
            ini_set("session.save_path", ' . var_export("$this->directory/sessions", true) . ');
            set_error_handler(function ($level, $message) { echo "error: $message"; return true; });
            ' . $before . '
            require ' . var_export(getenv('XPAYCLIENT_CLASS'), true) . ';
            if ($_SERVER["REQUEST_URI"] === "/return") {
                session_start();
                echo $_SESSION["PAYREQ_MAP"]["LGD_OID"] ?? "session expired";
                return;
            }
            $xpay = new XPayClient(' . ($arguments ?: var_export(self::home(), true) . ', "test"') . ');
            ' . ($after ?: '$_SESSION["PAYREQ_MAP"] = ["LGD_OID" => "o1"]; echo session_status() === PHP_SESSION_ACTIVE ? "active" : "none";');
    }

    /** @return string[] what the page printed, and what its return page did with its cookies */
    private function visit(string $page): array
    {
        $printed = [];
        $said = self::serve($page, static function (string $address) use (&$printed): void {
            $printed[] = (string) file_get_contents("http://$address/pay");
            preg_match_all('/^Set-Cookie: ([^;]+)/mi', implode("\n", $http_response_header), $cookies);
            $context = stream_context_create(['http' => ['header' => 'Cookie: ' . implode('; ', $cookies[1])]]);
            $printed[] = (string) file_get_contents("http://$address/return", false, $context);
        });
        self::assertStringNotContainsString('PHP ', $said, 'nothing of it is in the log');
        return $printed;
    }

    private function home2(string $more): string
    {
        mkdir("$this->directory/conf");
        copy(self::home() . '/conf/lgdacom.conf', "$this->directory/conf/lgdacom.conf");
        file_put_contents("$this->directory/conf/mall.conf", file_get_contents(self::home() . '/conf/mall.conf') . "\n$more\n");
        return $this->directory;
    }

    public function testAPageWithoutASessionOfItsOwnKeepsTheWindowsRequest(): void
    {
        self::assertSame(['active', 'o1'], $this->visit($this->page()));
    }

    public function testASettingSwitchesItOff(): void
    {
        $home = var_export($this->home2("# start_session\nstart_session = 0"), true);
        self::assertSame(['none', 'session expired'], $this->visit($this->page('', "$home, 'test'")));
        self::assertSame(['none', 'session expired'], $this->visit($this->page('', "$home, 'test', ['start_session' => '0']")));
        self::assertSame(['active', 'o1'], $this->visit($this->page('', "$home, 'test', ['start_session' => '1']")));
        self::assertSame(['active', 'o1'], $this->visit($this->page('', "$home, ['log_dir' => ''], 'test'")));
    }

    public function testAWordOfItInACommentIsNoSetting(): void
    {
        $home = var_export($this->home2('# start_session = 0'), true);
        self::assertSame(['active', 'o1'], $this->visit($this->page('', "$home, 'test'")));
    }

    public function testThePagesOwnSessionStays(): void
    {
        $before = 'if ($_SERVER["REQUEST_URI"] === "/pay") { session_name("SHOP"); session_start(); } else { session_name("SHOP"); }';
        self::assertSame(['SHOP', 'session expired'], $this->visit($this->page($before, '', 'echo session_name();')));
    }

    public function testNothingIsSaidWhereItCannotBe(): void
    {
        // Headers are sent.
        self::assertSame('early none', $this->visit($this->page('echo "early "; flush();'))[0]);
        $early = 'ini_set("session.use_cookies", "0"); ini_set("session.cache_limiter", ""); echo "early "; flush();';
        self::assertSame('early none', $this->visit($this->page($early))[0]);
        // Nowhere to save it. What PHP says when it ends such a session is PHP's own.
        $before = 'if ($_SERVER["REQUEST_URI"] === "/pay") { ini_set("session.save_path", "/dev/null/nowhere"); }';
        self::assertSame('none', $this->visit($this->page($before))[0]);
        // A shop's handler that throws.
        $before = 'class Broken extends SessionHandler { #[ReturnTypeWillChange]
            function open($path, $name) { throw new RuntimeException("no database"); } }
            if ($_SERVER["REQUEST_URI"] === "/pay") { session_set_save_handler(new Broken(), false); }';
        self::assertSame('none', $this->visit($this->page($before))[0]);
    }

    public function testOnTheCommandLineThereIsNone(): void
    {
        $told = self::script('new XPayClient(' . var_export(self::home(), true) . ', "test"); echo session_status() === PHP_SESSION_NONE;');
        self::assertSame('1', $told);
    }

    public function testASessionThatThePageHasClosedStaysClosed(): void
    {
        $shown = 'echo session_status() === PHP_SESSION_ACTIVE ? "active" : "closed";';
        self::assertSame('closed', $this->visit($this->page('session_start(); session_write_close();', '', $shown))[0]);
    }
}
