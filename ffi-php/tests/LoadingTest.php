<?php

/** How the class finds the library, and its message if it cannot, in both languages. */

require_once __DIR__ . '/Shop.php';

final class LoadingTest extends Shop
{
    /** Nothing is named, and there is no daemon. */
    private const UNNAMED = ['XPAYCLIENT_BACKEND' => null, 'XPAYCLIENT_LIB' => null, 'XPAYCLIENT_COMMAND' => null,
        'XPAYCLIENT_SOCKET' => '/nowhere/xpay.sock'];

    /** The backend in use, and why the preferred ones are not. */
    private function told(array $options, array $environment, string $more = ''): string
    {
        $tells = 'echo XPayClient::backend(), "\n", implode("\n", XPayClient_Library::why());';
        return self::script($more . $tells, $status, $options, $environment + self::UNNAMED);
    }

    private function command(): array
    {
        return ['XPAYCLIENT_COMMAND' => getenv('XPAYCLIENT_COMMAND')];
    }

    public function testFfiIsTakenWhereTheLibraryIs(): void
    {
        self::assertSame("ffi\n", $this->told([], ['XPAYCLIENT_LIB' => getenv('XPAYCLIENT_LIB')]));
    }

    public function testWithoutTheExtensionTheCommandIsTaken(): void
    {
        // JSON is a separate extension before PHP 8.
        $json = PHP_VERSION_ID < 80000 ? ['-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=json'] : [];
        $told = $this->told(array_merge(['-n'], $json), ['XPAYCLIENT_LIB' => getenv('XPAYCLIENT_LIB')] + $this->command());
        self::assertStringStartsWith("pipe\nPHP has no FFI extension", $told);
        self::assertStringContainsString('FFI 확장이 없습니다', $told);
    }

    public function testWhereFfiIsOffTheCommandIsTaken(): void
    {
        $told = $this->told(['-d', 'ffi.enable=false'], ['XPAYCLIENT_LIB' => getenv('XPAYCLIENT_LIB')] + $this->command());
        self::assertStringStartsWith("pipe\nPHP does not allow FFI here: preload preload.php", $told);
    }

    public function testAMissingLibraryIsNamed(): void
    {
        $told = $this->told([], ['XPAYCLIENT_LIB' => '/nowhere/libxpayclient.so'] + $this->command());
        self::assertStringStartsWith("pipe\nThe library [/nowhere/libxpayclient.so] cannot be loaded: put it next to", $told);
    }

    public function testALibraryOfAnotherAbiIsNotUsed(): void
    {
        $directory = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir($directory);
        file_put_contents("$directory/other.c", 'unsigned xpay_abi_version(void) { return 999; }');
        self::finish(['cc', '-shared', '-fPIC', "$directory/other.c", '-o', "$directory/other.so"], '', $status);
        self::assertSame(0, $status);
        $told = $this->told([], ['XPAYCLIENT_LIB' => "$directory/other.so"] + $this->command());
        array_map('unlink', glob("$directory/*"));
        rmdir($directory);
        self::assertStringStartsWith('pipe', $told);
        self::assertStringContainsString('(ABI 999, not ABI 2)', $told);
    }

    public function testAHostThatForbidsMuchIsPaidAtWithoutAWord(): void
    {
        $oid = self::oid();
        $allowed = implode(PATH_SEPARATOR, [dirname(getenv('XPAYCLIENT_CLASS')), self::home(), dirname(getenv('XPAYCLIENT_SOCKET'))]);
        $options = ['-d', "open_basedir=$allowed", '-d', 'disable_functions=php_uname,getmypid,ignore_user_abort,exec,shell_exec'];
        $told = self::script('
            ' . self::begun($oid) . '
            echo $xpay->TX(), " ", $xpay->Response_Code(), " ", XPayClient::backend();
        ', $status, $options);
        self::assertSame('1 0000 ' . getenv('XPAYCLIENT_BACKEND'), $told);
        self::assertSame([], self::open($oid));
    }

    public function testWithNeitherEveryCallSaysWhy(): void
    {
        $nothing = ['XPAYCLIENT_LIB' => '/nowhere/x.so', 'XPAYCLIENT_COMMAND' => '/nowhere/xpay'];
        $told = $this->told([], $nothing, '
            set_error_handler(function ($level, $message) {
                echo $level === E_USER_ERROR ? "caught: $message" : "other: $message", "\n";
                return true;
            });
            $xpay = new XPayClient("/home", "test");
            $told = [$xpay->Init_TX("x"), $xpay->Set("a", "b"), $xpay->TX()];
            array_push($told, $xpay->Response_Code(), $xpay->Outcome(), $xpay->Response_Names());
            echo json_encode($told), "\n";
        ');
        self::assertStringContainsString('caught: The library [/nowhere/x.so] cannot be loaded', $told);
        self::assertStringContainsString('The command [/nowhere/xpay] is not there', $told);
        self::assertStringContainsString('[false,false,false,"90099","not_sent",null]', $told);
        self::assertStringNotContainsString('other:', $told);
    }

    public function testTheLibraryBesideTheFileIsFound(): void
    {
        $directory = sys_get_temp_dir() . '/' . uniqid('xpay');
        mkdir($directory);
        copy(getenv('XPAYCLIENT_CLASS'), "$directory/XPayClient.php");
        symlink(getenv('XPAYCLIENT_LIB'), "$directory/libxpayclient.so");
        $call = [getenv('XPAY_PHP'), '-r', 'require "' . $directory . '/XPayClient.php"; echo XPayClient::backend();'];
        $told = self::finish($call, '', $status, self::UNNAMED);
        array_map('unlink', glob("$directory/*"));
        rmdir($directory);
        self::assertSame('ffi', $told);
    }
}
