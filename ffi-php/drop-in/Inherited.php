<?php

/**
 * The socket of a connection that a fork may inherit: the child must not close it on the wire, as PHP does with every connection when
 * its script ends.
 *
 * @internal
 */
final class XPayClient_Inherited
{
    private const FUNCTIONS = 'int socketpair(int domain, int type, int protocol, int *sockets); int dup2(int from, int to);';
    /** AF_UNIX and SOCK_STREAM, the same numbers on Linux, macOS and the BSDs. */
    private const LOCAL = 1;
    private const STREAM = 1;

    /** @var array<int, int> the processes that opened the sockets that are open, by their numbers */
    private static $all = [];

    /** @var int the process that opened it */
    private $pid;
    /** @var int|null null if it is not known */
    private $number = null;
    /** @var bool whether it may stay open while the script goes on */
    private $mayBeKept;

    /** @param array<int, int>|null $before numbers() before the connection was opened */
    public function __construct($before)
    {
        $this->pid = XPayClient_Library::pid();
        if ($before !== null) {
            $new = array_keys(array_diff_assoc(self::numbers() ?? [], $before));
            $this->number = count($new) === 1 ? $new[0] : null;
        }
        $this->mayBeKept = !function_exists('pcntl_fork') || $this->number !== null;
        if ($this->number !== null) {
            self::$all[$this->number] = $this->pid;
        }
    }

    public function __destruct()
    {
        if ($this->number !== null && (self::$all[$this->number] ?? 0) === $this->pid) {
            unset(self::$all[$this->number]);
        }
    }

    /** @return bool whether another process opened it */
    public function isForks()
    {
        return $this->pid !== XPayClient_Library::pid();
    }

    /** @return bool false if a fork would close it on the wire */
    public function mayBeKept()
    {
        return $this->mayBeKept;
    }

    /**
     * The open sockets of this process. Only where it can fork, and can do something about it.
     *
     * @return array<int, int>|null inodes by their numbers
     */
    public static function numbers()
    {
        if (!function_exists('pcntl_fork') || !extension_loaded('ffi')) {
            return null;
        }
        $sockets = [];
        foreach (scandir('/dev/fd') ?: [] as $number) {
            $found = is_numeric($number) ? stat("/dev/fd/$number") : false;
            if ($found !== false && ($found['mode'] & 0170000) === 0140000) {
                $sockets[(int) $number] = $found['ino'];
            }
        }
        return $sockets;
    }

    /**
     * In a fork, another socket takes the number of each that it has inherited: what a driver says when it closes its connection then
     * reaches nobody.
     *
     * @return void
     */
    public static function leaveAll()
    {
        foreach (self::$all as $number => $pid) {
            if ($pid !== XPayClient_Library::pid()) {
                XPayClient_Library::quietly(static function () use ($number) {
                    $system = FFI::cdef(self::FUNCTIONS);
                    /** @var FFI\CData&ArrayAccess<int, int> $pair */
                    $pair = $system->new('int[2]');
                    if (self::c($system, 'socketpair', [self::LOCAL, self::STREAM, 0, $pair]) === 0) {
                        self::c($system, 'dup2', [$pair[0], $number]);
                    }
                });
                unset(self::$all[$number]);
            }
        }
    }

    /**
     * @param FFI $system
     * @param string $name
     * @param array<int, mixed> $arguments
     * @return mixed
     */
    private static function c(FFI $system, $name, array $arguments)
    {
        return $system->$name(...$arguments);
    }
}
