<?php

/**
 * Calls a subclass's own Log() for every line that the library logs. Nothing that Log() does changes a payment.
 *
 * @internal
 */
final class XPayClient_Listener
{
    private const LEVELS = ['FATAL' => LGD_LOG_FATAL, 'ERROR' => LGD_LOG_ERROR, 'WARN' => LGD_LOG_WARN, 'INFO' => LGD_LOG_INFO,
        'DEBUG' => LGD_LOG_DEBUG];

    /** @var XPayClient_Library */
    private $library;
    /** @var bool whether this one passes a line */
    private $passing = false;
    /** @var bool|null whether the script was ending when a line was passed; null while none is. A Log() that calls exit() is over */
    private static $during = null;
    /** @var bool whether PHP's log has the failure of Log() already */
    private static $complained = false;

    private function __construct(XPayClient_Library $library)
    {
        $this->library = $library;
        $library->call('keep_log', [true]);
    }

    /**
     * @param XPayClient $shop
     * @param XPayClient_Library $library
     * @return XPayClient_Listener|null null if its class has the Log() of XPayClient
     */
    public static function of(XPayClient $shop, XPayClient_Library $library)
    {
        $own = get_class($shop) !== 'XPayClient' && (new ReflectionMethod($shop, 'Log'))->getDeclaringClass()->getName() !== 'XPayClient';
        return $own ? new self($library) : null;
    }

    /**
     * Passes what was logged since the last call.
     *
     * @param XPayClient $shop
     * @return void
     */
    public function pass(XPayClient $shop)
    {
        if (self::isPassing()) {
            return;
        }
        self::$during = XPayClient_Approvals::ending();
        $this->passing = true;
        foreach ($this->library->logged() as list($level, , $text)) {
            try {
                $shop->Log($text, self::LEVELS[$level]);
            } catch (Throwable $thrown) {
                $this->complain($thrown);
            }
        }
        $this->passing = false;
        self::$during = null;
    }

    /** @return bool whether a Log() is running, in which nothing may be sent: the payment that it hears of is not over yet */
    public static function isPassing()
    {
        return self::$during === XPayClient_Approvals::ending();
    }

    /**
     * Writes a line of the shop's own, which Log() has had already.
     *
     * @param callable(): mixed $write
     * @param XPayClient $shop
     * @return void
     */
    public function write($write, XPayClient $shop)
    {
        // Of a line that is being passed, the log has it.
        if (!$this->passing) {
            $this->pass($shop);
            $write();
            $this->library->logged();
        }
    }

    /**
     * Not the message, which may hold what Log() connects with.
     *
     * @param Throwable $thrown
     * @return void
     */
    private function complain(Throwable $thrown)
    {
        if (!self::$complained && function_exists('error_log')) {
            self::$complained = true;
            error_log('The Log() of a class over XPayClient threw ' . get_class($thrown) . ': it lacks lines, and payments go on. Repair it. '
                . '/ XPayClient를 확장한 클래스의 Log()에서 예외가 발생해 로그가 빠졌습니다. 결제는 계속됩니다. Log()를 고치십시오.');
        }
    }
}
