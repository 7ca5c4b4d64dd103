<?php

/**
 * The library in the daemon of `xpay bridge --listen`, which keeps connections for all PHP processes of one user.
 *
 * @internal
 */
final class XPayClient_Socket extends XPayClient_Bridge
{
    /** Where a package's daemon listens. */
    public const PATH = '/run/xpayclient/bridge.sock';
    /** Seconds for a daemon that does not answer at first, and for a call: those end by themselves. */
    public const PATIENCE = 2;
    public const LONG = 86400;

    protected function connect()
    {
        return self::opened(self::path());
    }

    /** @return string why it cannot be used; '' if the daemon answers */
    public static function unusable()
    {
        if (PHP_OS_FAMILY !== 'Linux') {
            return 'The daemon needs Linux. / 데몬은 Linux에서만 쓸 수 있습니다.';
        }
        foreach (['json_encode', 'stream_socket_client', 'stream_set_timeout', 'stream_socket_shutdown'] as $function) {
            if (!function_exists($function)) {
                return "PHP has no $function, which the daemon's socket needs. / 데몬의 소켓에 필요한 $function 함수를 PHP에서 쓸 수 없습니다.";
            }
        }
        $path = self::path();
        $reason = self::distrusted($path);
        if ($reason !== '') {
            return $reason;
        }
        $lines = self::opened($path);
        $reason = $lines->areOpen() ? self::quietly([$lines, 'greet']) : $lines->words();
        if ($reason === '') {
            self::share($lines);
        }
        return $reason;
    }

    /**
     * @param string $path
     * @return XPayClient_Lines
     */
    private static function opened($path)
    {
        $socket = self::quietly(static function () use ($path) {
            $socket = stream_socket_client("unix://$path", $code, $words, self::PATIENCE) ?: null;
            if ($socket !== null) {
                stream_set_timeout($socket, self::PATIENCE);
            }
            return $socket;
        });
        $told = "at [$path]";
        return new XPayClient_Lines($socket, $socket, null, [
            "The daemon $told and this XPayClient.php are not of the same release: restart the daemon after an upgrade. "
                . "/ [$path]의 데몬과 XPayClient.php의 버전이 다릅니다. 업그레이드한 뒤에는 데몬을 다시 시작하십시오.",
            "The daemon $told does not answer: start `xpay bridge --listen`, or look into its log. "
                . "/ [$path]의 데몬이 응답하지 않습니다. xpay bridge --listen을 시작하거나 그 로그를 확인하십시오.",
            "The connection to the daemon $told belongs to the process that opened it, not to a fork: make an object of its own there. "
                . "/ [$path]의 연결은 이를 연 프로세스의 것입니다. fork한 프로세스에서는 객체를 새로 만드십시오.",
        ]);
    }

    /** @return string */
    private static function path()
    {
        $told = (string) getenv('XPAYCLIENT_SOCKET');
        if ($told !== '') {
            return $told;
        }
        return self::quietly(static function () {
            foreach (self::folders() as $folder) {
                if (file_exists("$folder/xpay.sock")) {
                    return "$folder/xpay.sock";
                }
            }
            return self::PATH;
        });
    }

    /**
     * Whoever owns the socket gets MertKeys and card numbers.
     *
     * @param string $path
     * @return string why it may not be used; '' if it is there, and PHP's user's own or root's
     */
    private static function distrusted($path)
    {
        list($kind, $owner, $own) = self::quietly(static function () use ($path) {
            return [filetype($path), fileowner($path), function_exists('posix_geteuid') ? posix_geteuid() : fileowner('/proc/self')];
        });
        if ($owner === false) {
            return "There is no daemon's socket [$path], or open_basedir hides it. / 데몬의 소켓 [$path]이 없거나 open_basedir로 막혀 있습니다.";
        }
        if ($kind !== 'socket') {
            return "[$path] is no socket. / [$path]은 소켓이 아닙니다.";
        }
        if ($own === false) {
            return 'PHP cannot tell its own user, whose the socket has to be: install php-posix. / PHP의 사용자를 알 수 없어 소켓의 소유자를 '
                . '확인하지 못합니다. php-posix를 설치하십시오.';
        }
        return $owner === $own || $owner === 0 ? '' : "The socket [$path] belongs to user $owner, not to PHP's user $own or root: run the daemon as "
            . "PHP's user. / 소켓 [$path]의 소유자($owner)가 PHP의 사용자($own)나 root가 아닙니다. 데몬을 PHP의 사용자로 실행하십시오.";
    }
}
