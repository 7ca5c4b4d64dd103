<?php

/**
 * Which platform's files this PHP takes, by the names of the package's folders, and for which one a file was built.
 *
 * @internal
 */
final class XPayClient_Platform
{
    /** How a file for each of them begins. */
    public const BUILT = [
        'linux-x86_64' => "/^\x7fELF\x02.{13}\x3e\\x00/s",
        'linux-aarch64' => "/^\x7fELF\x02.{13}\xb7\\x00/s",
        'linux-i686' => "/^\x7fELF\x01.{13}\x03\\x00/s",
        'windows-x86_64' => '/^MZ.*?PE\x00\x00\x64\x86/s',
        'windows-aarch64' => '/^MZ.*?PE\x00\x00\x64\xaa/s',
        'windows-i686' => '/^MZ.*?PE\x00\x00\x4c\x01/s',
        'darwin-aarch64' => '/^\xcf\xfa\xed\xfe\x0c\x00\x00\x01/',
        'darwin-x86_64' => '/^\xcf\xfa\xed\xfe\x07\x00\x00\x01/',
    ];
    /** What the linker writes into a file for glibc, and into one for musl: near its beginning. */
    private const GLIBC = '/\x00libc\.so\.6\x00/';
    private const MUSL = '/\x00libc\.(so\x00|musl-)/';
    private const BEGINNING = 65536;

    /** @var string[] */
    private static $names = [];

    /** @return string[] the likeliest first; more than one if PHP cannot tell on which machine or by which C library it runs, and then any may be right */
    public static function names()
    {
        if (self::$names === []) {
            self::$names = self::named(PHP_OS_FAMILY, self::machine(), PHP_INT_SIZE, self::libraries());
        }
        return self::$names;
    }

    /**
     * @param string $family as PHP_OS_FAMILY
     * @param string $machine as the system names it; '' if nobody knows
     * @param int $bytes of PHP's integers, which are as wide as what it can load: a 32-bit PHP may run on a 64-bit system
     * @param string[] $libraries what the names of Linux end in, by the C library
     * @return string[]
     */
    public static function named($family, $machine, $bytes, array $libraries)
    {
        list($intel, $arm) = $bytes === 8 ? ['x86_64', 'aarch64'] : ['i686', 'arm'];
        if ($machine === '') {
            $machines = [$intel, $arm];
        } elseif (preg_match('/^(amd64|x86_64|i\d86|x86)$/i', $machine) === 1) {
            $machines = [$intel];
        } else {
            $machines = [preg_match('/^(aarch64|arm64)/i', $machine) === 1 ? $arm : $machine];
        }
        $names = [];
        foreach ($machines as $one) {
            foreach ($family === 'Linux' ? $libraries : [''] as $library) {
                $names[] = strtolower("$family-$one$library");
            }
        }
        return $names;
    }

    /** @return string '' if the host forbids to ask and to look */
    private static function machine()
    {
        if (function_exists('php_uname')) {
            return php_uname('m');
        }
        $told = function_exists('posix_uname') ? posix_uname() : false;
        if (is_array($told)) {
            return $told['machine'];
        }
        // PHP's own program is for this machine. Elsewhere than on Linux anybody may make what has that name.
        $programs = PHP_OS_FAMILY === 'Linux' ? [PHP_BINARY, '/proc/self/exe'] : [PHP_BINARY];
        foreach (array_filter($programs) as $program) {
            $name = self::begun(self::beginning($program));
            if ($name !== '') {
                return explode('-', $name)[1];
            }
        }
        return self::asked();
    }

    /**
     * A command of another machine must not be tried: the system's shell takes it for a script.
     *
     * @return string what the system's own command says; '' if PHP may not start it, and then the loader decides which library is right
     */
    private static function asked()
    {
        return !function_exists('proc_open') || PHP_OS_FAMILY !== 'Linux' ? '' : XPayClient_Library::quietly(static function () {
            $process = proc_open(['uname', '-m'], [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes);
            $said = is_resource($process) ? trim((string) stream_get_contents($pipes[1])) : '';
            return $process !== false && proc_close($process) === 0 ? $said : '';
        });
    }

    /**
     * Trying does not tell them apart: musl takes a file for glibc as its own as far as it can.
     *
     * @return string[]
     */
    private static function libraries()
    {
        if (PHP_OS_FAMILY === 'Linux' && extension_loaded('ffi')) {
            try {
                FFI::cdef('const char *gnu_get_libc_version(void);');
                return [''];
            } catch (FFI\Exception $error) {
                if (strpos($error->getMessage(), 'Failed resolving') === 0) {
                    return ['-musl'];
                }
            }
        }
        // Without FFI it matters for the command alone, which starts or does not. glibc has this, musl has not.
        return defined('GLOB_BRACE') ? ['', '-musl'] : ['-musl', ''];
    }

    /**
     * @param string $path
     * @return string the name of the platform that a file is for; '' if PHP may not read it or cannot tell
     */
    public static function of($path)
    {
        $bytes = self::beginning($path);
        $name = self::begun($bytes);
        if (strpos($name, 'linux') !== 0 || preg_match(self::GLIBC, $bytes) === 1) {
            return $name;
        }
        return preg_match(self::MUSL, $bytes) === 1 ? "$name-musl" : '';
    }

    /**
     * @param string $path
     * @return string
     */
    private static function beginning($path)
    {
        return (string) XPayClient_Library::quietly(static function () use ($path) {
            return file_get_contents($path, false, null, 0, self::BEGINNING);
        });
    }

    /**
     * @param string $bytes
     * @return string the name of the platform without its C library; '' if it is none of these
     */
    private static function begun($bytes)
    {
        foreach (self::BUILT as $name => $beginning) {
            if (preg_match($beginning, $bytes) === 1) {
                return $name;
            }
        }
        return '';
    }

    /**
     * @param string $path
     * @return bool whether a file is certainly for another platform; a bare name is the system's to find
     */
    public static function isForeign($path)
    {
        return basename($path) !== $path && !in_array(self::of($path), array_merge([''], self::names()), true);
    }
}
