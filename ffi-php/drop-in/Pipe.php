<?php

/**
 * The library in the command `xpay bridge`, one process per script: one line of JSON for a call and one for its result.
 * Texts are percent-encoded, because they are bytes. Nothing is passed as an argument or in the environment.
 *
 * @internal
 */
final class XPayClient_Pipe extends XPayClient_Library
{
    /** @var resource|null */
    private static $process = null;
    /** @var array<int, resource> */
    private static $pipes = [];
    /** @var int the process that may use the pipes; a fork may not */
    private static $pid = 0;
    /** @var int */
    private static $clients = 0;

    /** @var int */
    private $client;
    /** @var array<string, string|int|bool> known values of the answer, by the call that reads them */
    private $known = [];
    /** @var XPayClient_Nothing|null answers once the bridge is gone */
    private $gone = null;

    public function __construct()
    {
        $this->client = ++self::$clients;
        $this->call('set_language', ['PHP']);
    }

    public function __destruct()
    {
        // The bridge ends with the script.
        if ($this->gone === null && !XPayClient_Approvals::ending()) {
            $this->call('free');
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if ($this->gone !== null) {
            return $this->gone->call($name, $arguments);
        }
        $asked = false;
        $answer = self::$pid === self::pid() ? self::exchange([$this->client, $name, self::encoded($arguments)], $asked) : null;
        if ($answer === null) {
            $words = self::$pid === self::pid()
                ? 'The command `xpay bridge` ended: check the system\'s log for the reason, such as memory or a limit of the host. '
                    . '/ xpay bridge 명령이 종료되었습니다. 메모리나 호스팅의 제한 때문인지 시스템 로그를 확인하십시오.'
                : 'The command `xpay bridge` only answers the process that started it, not a fork: pay in that process, or allow FFI. '
                    . '/ xpay bridge는 자신을 시작한 프로세스에만 응답합니다. 그 프로세스에서 결제하거나 FFI를 허용하십시오.';
            $this->gone = new XPayClient_Nothing('90099', $words, $this->known);
            return $this->gone->lose($name, $arguments, $asked);
        }
        $answer = is_string($answer) ? rawurldecode($answer) : $answer;
        if (XPayClient_Nothing::reads($name)) {
            $this->known[XPayClient_Nothing::key($name, $arguments)] = $answer;
        } elseif (XPayClient_Nothing::sends($name)) {
            $this->known = [];
            $this->learn();
            if ($this->gone !== null) {
                return $this->gone->lose($name, $arguments, true);
            }
        }
        return $answer;
    }

    /**
     * Reads the values that a shop needs of an answer, so that they stay readable if the bridge is gone later.
     *
     * @return void
     */
    private function learn()
    {
        $reads = ['outcome', 'error_kind', 'tx_id', 'auth_code', 'response_code', 'response_msg', 'response_detail', 'response_json',
            'response_count'];
        foreach ($reads as $read) {
            $this->call($read);
        }
        for ($index = 0, $count = (int) $this->call('response_name_count'); $index < $count; $index++) {
            $this->call('response', [(string) $this->call('response_name', [$index]), 0]);
        }
    }

    /** @return string why it cannot be used; '' if it runs */
    public static function unusable()
    {
        if (!function_exists('proc_open')) {
            return 'PHP may not start the command `xpay` (proc_open is disabled). / PHP에서 xpay 명령을 실행할 수 없습니다(proc_open 금지).';
        }
        if (!function_exists('json_encode')) {
            return 'PHP has no JSON extension. / PHP에 JSON 확장이 없습니다.';
        }
        $command = self::find('XPAYCLIENT_COMMAND', PHP_OS_FAMILY === 'Windows' ? 'xpay.exe' : 'xpay');
        self::$pid = self::pid();
        $abi = self::quietly(static function () use ($command) {
            self::$process = proc_open([$command, 'bridge'], [['pipe', 'r'], ['pipe', 'w']], self::$pipes) ?: null;
            return self::$process === null ? null : self::read();
        });
        if ($abi === self::ABI) {
            return '';
        }
        return $abi === null
            ? "The command [$command] cannot be run: put it next to XPayClient.php or name it in XPAYCLIENT_COMMAND. "
                . '/ xpay 명령을 실행할 수 없습니다. XPayClient.php 옆에 두거나 XPAYCLIENT_COMMAND로 지정하십시오.'
            : "The command [$command] has ABI $abi, and this XPayClient.php needs ABI " . self::ABI . ': take both from the '
                . 'same release. / xpay 명령과 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.';
    }

    /**
     * @param array<int, mixed> $call
     * @param bool $asked whether the bridge may have read it
     * @return string|int|bool|null null if the bridge is gone; false if the call has no value
     */
    private static function exchange(
        #[SensitiveParameter]
        array $call,
        &$asked
    ) {
        $line = json_encode($call) . "\n";
        /** @var string|int|bool|null $answer */
        $answer = self::quietly(static function () use ($line, &$asked) {
            $asked = fwrite(self::$pipes[0], $line) === strlen($line);
            return $asked ? self::read() : null;
        });
        return $answer;
    }

    /**
     * Reads the next line of the bridge.
     *
     * @return string|int|bool|null
     */
    private static function read()
    {
        $line = fgets(self::$pipes[1]);
        /** @var array<int, string|int|bool>|null $answer */
        $answer = $line === false ? null : json_decode($line, true);
        return isset($answer[0]) ? $answer[0] : null;
    }

    /**
     * @param array<int, mixed> $arguments
     * @return array<int, mixed>
     */
    private static function encoded(
        #[SensitiveParameter]
        array $arguments
    ) {
        return array_map(static function ($argument) {
            return is_string($argument) ? rawurlencode($argument) : $argument;
        }, $arguments);
    }
}
