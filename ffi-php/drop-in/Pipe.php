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
        $tried = [];
        list($commands) = self::commands();
        foreach ($commands as $command) {
            $tried[] = "[$command]";
            $lines = self::started($command, implode(', ', $tried));
            // One for another C library does not start, which shows before anything is sent.
            if (count($tried) === count($commands) || self::quietly([$lines, 'greet']) === '') {
                break;
            }
        }
        return $lines;
    }

    /**
     * @param string $command
     * @param string $named it and those that were tried before it
     * @return XPayClient_Lines
     */
    private static function started($command, $named)
    {
        $end = self::end();
        $hidden = (string) ini_get('open_basedir') === '' ? '' : " PHP sees only what is in open_basedir: put xpay-bridge$end next to "
            . "XPayClient.php. / PHP는 open_basedir 안만 볼 수 있습니다. XPayClient.php 옆에 xpay-bridge{$end}를 두십시오.";
        $names = implode(' or ', XPayClient_Platform::names());
        $pipes = [];
        $process = self::quietly(static function () use ($command, &$pipes) {
            // On Windows, PHP gives up what takes longer than half a minute, unless it is told to block. A payment ends by itself.
            $options = ['blocking_pipes' => true];
            return proc_open([$command, 'bridge'], [['pipe', 'rb'], ['pipe', 'wb']], $pipes, null, null, $options) ?: null;
        });
        return new XPayClient_Lines($pipes[0] ?? null, $pipes[1] ?? null, $process, [
            "The command [$command] and this XPayClient.php are not of the same release: take both from the same one. "
                . "/ 명령 [$command]과 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.",
            "The command $named ended: check the system's log for the reason, such as memory or a limit of the host. If it never ran, "
                . "run `$command --version` as PHP's user: it may be for another kind of machine, and PHP takes that for $names. / 명령 {$named}이 "
                . "종료되었습니다. 메모리나 호스팅의 제한 때문인지 시스템 로그를 확인하십시오. 한 번도 실행되지 않았다면 PHP의 사용자로 `$command --version`을 "
                . "실행해 보십시오. 다른 종류의 시스템용 파일일 수 있으며, PHP는 $names 파일을 씁니다.$hidden",
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
        return self::commands()[1];
    }

    /** @return array{non-empty-array<int, string>, string} what to start, the best first, and why it cannot be run: '' if it can, as far as PHP may look */
    private static function commands()
    {
        $told = (string) getenv('XPAYCLIENT_COMMAND');
        if ($told !== '') {
            $groups = [[basename($told) === $told ? self::inPath($told) : [$told]]];
        } else {
            // Of ours, each folder's. Another release's elsewhere only where there is none of ours.
            $groups = [array_map([self::class, 'inFolder'], self::folders()),
                [array_merge([], ...array_map([self::class, 'inFolder'], self::inPath('')))]];
        }
        $shown = $told !== '' ? $told : 'xpay' . self::end();
        return self::quietly(static function () use ($groups, $shown) {
            $refused = [];
            foreach ($groups as $group) {
                $found = [];
                foreach ($group as $places) {
                    $there = array_values(array_filter($places, 'is_file'));
                    $run = array_values(array_filter($there, 'is_executable'));
                    $found = array_merge($found, array_slice($run, 0, 1));
                    $refused = array_merge($refused, $there);
                }
                if ($found !== []) {
                    return [$found, ''];
                }
            }
            return $refused !== [] ? [[$refused[0]], self::refusal($refused[0])] : [[$shown], self::missing($shown)];
        });
    }

    /**
     * @param string $command which is there
     * @return string why it cannot be run
     */
    private static function refusal($command)
    {
        if (PHP_OS_FAMILY === 'Windows') {
            return "Windows does not run the command [$command]: it is for another kind of machine, or blocked. PHP takes that for "
                . implode(' or ', XPayClient_Platform::names()) . ". / Windows에서 명령 [$command]을 실행할 수 없습니다. 다른 종류의 시스템용이거나 막혀 있습니다.";
        }
        return (fileperms($command) & 0111) === 0
            ? "The command [$command] is not executable: chmod 755 it. / 명령 [$command]에 실행 권한이 없습니다. chmod 755로 권한을 주십시오."
            : "PHP's user may not run the command [$command]: its file system is mounted noexec, or its mode or SELinux forbids it. Put it "
                . "elsewhere and name it in XPAYCLIENT_COMMAND. / PHP의 사용자가 명령 [$command]을 실행할 수 없습니다. noexec로 마운트되었거나 "
                . '권한이나 SELinux가 막습니다. 다른 곳에 두고 XPAYCLIENT_COMMAND로 지정하십시오.';
    }

    /**
     * @param string $command
     * @return string what to do about it; '' outside of open_basedir, where PHP may start a command and not look whether it is there
     */
    private static function missing($command)
    {
        $file = 'xpay-bridge' . self::end();
        $names = implode(' or ', XPayClient_Platform::names());
        // Of a bare name, Windows would start what lies in the page's own folder, where somebody may have uploaded it.
        $findable = PHP_OS_FAMILY !== 'Windows' || basename($command) !== $command;
        return $findable && (string) ini_get('open_basedir') !== '' ? '' :
            "The command [$command] is not there: put $file next to XPayClient.php or name it in XPAYCLIENT_COMMAND; it is the file for $names. "
            . "/ 명령이 없습니다. XPayClient.php 옆에 {$file}를 두거나 XPAYCLIENT_COMMAND로 지정하십시오. $names 파일입니다.";
    }

    /** @return string what a command's name ends in */
    private static function end()
    {
        return PHP_OS_FAMILY === 'Windows' ? '.exe' : '';
    }

    /**
     * @param string $folder
     * @return string[] what the command may be there, the small one first
     */
    private static function inFolder($folder)
    {
        return [rtrim($folder, '/') . '/xpay-bridge' . self::end(), rtrim($folder, '/') . '/xpay' . self::end()];
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
