<?php

/**
 * The library in the command `xpay-bridge` or `xpay bridge`, which begins with the first call and ends with the script.
 *
 * @internal
 */
final class XPayClient_Pipe extends XPayClient_Bridge
{
    public function lazy()
    {
        return true;
    }

    protected function connect()
    {
        list($command) = self::command();
        $hidden = (string) ini_get('open_basedir') === '' ? '' : ' PHP sees only what is in open_basedir: put xpay-bridge next to XPayClient.php. '
            . '/ PHP는 open_basedir 안만 볼 수 있습니다. XPayClient.php 옆에 xpay-bridge를 두십시오.';
        $pipes = [];
        $process = self::quietly(static function () use ($command, &$pipes) {
            return proc_open([$command, 'bridge'], [['pipe', 'r'], ['pipe', 'w']], $pipes) ?: null;
        });
        return new XPayClient_Lines($pipes[0] ?? null, $pipes[1] ?? null, $process, [
            "The command [$command] and this XPayClient.php are not of the same release: take both from the same one. "
                . "/ 명령 [$command]과 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.",
            "The command [$command] ended: check the system's log for the reason, such as memory or a limit of the host. If it never ran, "
                . "run `$command --version` as PHP's user: it may be for another kind of machine. / 명령 [$command]이 종료되었습니다. 메모리나 "
                . "호스팅의 제한 때문인지 시스템 로그를 확인하십시오. 한 번도 실행되지 않았다면 PHP의 사용자로 `$command --version`을 실행해 보십시오. "
                . "다른 종류의 시스템용 파일일 수 있습니다.$hidden",
            'The command `xpay bridge` only answers the process that started it, not a fork: pay in that process, or allow FFI. '
                . '/ xpay bridge는 자신을 시작한 프로세스에만 응답합니다. 그 프로세스에서 결제하거나 FFI를 허용하십시오.',
        ]);
    }

    /** @return string why it cannot be used; '' if the command is there */
    public static function unusable()
    {
        if (!function_exists('proc_open')) {
            return 'PHP may not start a command: remove proc_open from disable_functions, or allow FFI. / PHP에서 명령을 실행할 수 없습니다. '
                . 'disable_functions에서 proc_open을 빼거나 FFI를 허용하십시오.';
        }
        if (!function_exists('json_encode')) {
            return 'PHP has no JSON extension. / PHP에 JSON 확장이 없습니다.';
        }
        return self::command()[1];
    }

    /** @return array{string, string} the command, and why it cannot be run: '' if it can, as far as PHP may look */
    private static function command()
    {
        $told = (string) getenv('XPAYCLIENT_COMMAND');
        $end = PHP_OS_FAMILY === 'Windows' ? '.exe' : '';
        if ($told !== '') {
            $places = basename($told) === $told ? self::inPath($told) : [$told];
        } else {
            // The small one first, but not another release's elsewhere.
            $places = [];
            foreach (array_merge(self::folders(), self::inPath('')) as $folder) {
                array_push($places, rtrim($folder, '/') . "/xpay-bridge$end", rtrim($folder, '/') . "/xpay$end");
            }
        }
        $shown = $told !== '' ? $told : 'xpay';
        return self::quietly(static function () use ($places, $shown) {
            $refused = '';
            foreach ($places as $place) {
                if (is_file($place) && is_executable($place)) {
                    return [$place, ''];
                }
                $refused = $refused === '' && is_file($place) ? $place : $refused;
            }
            if ($refused !== '') {
                return [$refused, (fileperms($refused) & 0111) === 0
                    ? "The command [$refused] is not executable: chmod 755 it. / 명령 [$refused]에 실행 권한이 없습니다. chmod 755로 권한을 주십시오."
                    : "PHP's user may not run the command [$refused]: its file system is mounted noexec, or its mode or SELinux forbids it. Put it "
                        . "elsewhere and name it in XPAYCLIENT_COMMAND. / PHP의 사용자가 명령 [$refused]을 실행할 수 없습니다. noexec로 마운트되었거나 "
                        . '권한이나 SELinux가 막습니다. 다른 곳에 두고 XPAYCLIENT_COMMAND로 지정하십시오.'];
            }
            // Outside of open_basedir PHP may start a command and not look whether it is there.
            return [$shown, (string) ini_get('open_basedir') !== '' ? '' :
                "The command [$shown] is not there: put xpay-bridge next to XPayClient.php or name it in XPAYCLIENT_COMMAND. "
                . '/ 명령이 없습니다. XPayClient.php 옆에 xpay-bridge를 두거나 XPAYCLIENT_COMMAND로 지정하십시오.'];
        });
    }

    /**
     * @param string $file
     * @return string[] where it may be in the system's path
     */
    private static function inPath($file)
    {
        return array_map(static function ($folder) use ($file) {
            return "$folder/$file";
        }, array_filter(explode(PATH_SEPARATOR, (string) getenv('PATH') ?: '/usr/local/bin:/usr/bin:/bin')));
    }
}
