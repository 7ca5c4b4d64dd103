<?php

/**
 * Approvals of a running script. If the script dies, its order may not be saved: the journal then shows the approval as
 * unconfirmed (`xpay recover --list`).
 *
 * @internal
 */
final class XPayClient_Approvals
{
    /** @var array<int, XPayClient_Library> */
    private static $held = [];
    /** @var int the process they belong to: a fork does not confirm its parent's */
    private static $pid = 0;
    /** @var int payments in progress: sent, or in the shop's step */
    private static $open = 0;
    /** @var bool|null the value of ignore_user_abort before a payment; null while it is unchanged */
    private static $ignoring = null;
    /** @var callable|null our exception handler, while an approval is held */
    private static $handler = null;
    /** @var bool whether an exception left the script */
    private static $thrown = false;
    /** @var XPayClient_Destructor|null PHP destroys it only if the script did not die of a fatal error */
    private static $sign = null;
    /** @var bool */
    private static $watching = false;
    /** @var bool */
    private static $survived = false;
    /** @var bool */
    private static $ending = false;
    /** @var XPayClient_Destructor|null */
    private static $last = null;

    /**
     * For the first client of a script.
     *
     * @return void
     */
    public static function watch()
    {
        if (self::$watching) {
            return;
        }
        self::$watching = true;
        self::$sign = new XPayClient_Destructor(static function () {
            self::$survived = true;
        });
        register_shutdown_function(['XPayClient_Approvals', 'end']);
    }

    /**
     * A request is about to leave. From now on the script must not end when the buyer closes the window. Some hosts
     * forbid that.
     *
     * @return void
     */
    public static function begin()
    {
        self::confirm();
        self::$open++;
        if (self::$ignoring === null && function_exists('ignore_user_abort')) {
            self::$ignoring = (bool) ignore_user_abort(true);
        }
    }

    /**
     * The payment that was begun is over.
     *
     * @return void
     */
    public static function over()
    {
        self::$open--;
        self::leave();
    }

    /**
     * The payment that was begun is over. If it was approved, the approval waits until the script continues.
     *
     * @param XPayClient_Library $library
     * @return void
     */
    public static function hold(XPayClient_Library $library)
    {
        if ($library->call('is_held')) {
            self::$pid = XPayClient_Library::pid();
            self::$held[] = $library;
            self::$ending ? self::confirm() : self::listen();
        }
        self::over();
    }

    /**
     * The script continues with its next transaction, or ends.
     *
     * @return void
     */
    public static function confirm()
    {
        $held = self::$pid === XPayClient_Library::pid() ? self::$held : [];
        foreach ($held as $library) {
            $library->confirm();
        }
        self::$held = [];
        self::leave();
    }

    /**
     * The shop confirms one approval.
     *
     * @param XPayClient_Library $library
     * @return bool whether it was waiting
     */
    public static function booked(XPayClient_Library $library)
    {
        $confirmed = $library->confirm();
        self::$held = array_filter(self::$held, static function ($held) use ($library) {
            return $held !== $library;
        });
        self::leave();
        return $confirmed;
    }

    /**
     * Detects an exception that leaves the script: error_get_last() forgets it, and does not see what the shop's own
     * handler gets.
     *
     * @return void
     */
    private static function listen()
    {
        if (self::$handler !== null || !function_exists('set_exception_handler')) {
            return;
        }
        $shops = set_exception_handler(self::$handler = static function (Throwable $thrown) use (&$shops) {
            self::$thrown = true;
            if (!is_callable($shops)) {
                throw $thrown;
            }
            $shops($thrown);
        });
        if ($shops !== null && !is_callable($shops)) {
            // A private method of the shop: it comes first.
            restore_exception_handler();
            self::$handler = null;
        }
    }

    /**
     * Restores the shop's own handlers once no approval is held.
     *
     * @return void
     */
    private static function leave()
    {
        if (self::$held !== [] || self::$open > 0) {
            return;
        }
        if (self::$ignoring !== null) {
            ignore_user_abort(self::$ignoring);
            self::$ignoring = null;
        }
        if (self::$handler !== null) {
            $current = set_exception_handler(null);
            restore_exception_handler();
            // A later handler of the shop stays, and may pass on to ours.
            if ($current === self::$handler) {
                restore_exception_handler();
            }
            self::$handler = null;
        }
    }

    /**
     * The script is over: the shop's shutdown functions and destructors may still undo approvals.
     *
     * @return void
     */
    public static function end()
    {
        self::$ending = true;
        if (self::died()) {
            self::$held = [];
            XPayClient_FFI::letGo();
        } else {
            self::confirm();
        }
        // PHP closes every connection, also what a fork has inherited.
        XPayClient_Inherited::leaveAll();
        // Two objects, because PHP destroys in the order of creation: the second is created when destruction has begun.
        self::$last = new XPayClient_Destructor(static function () {
            self::$last = new XPayClient_Destructor(['XPayClient_Library', 'closeAll']);
        });
    }

    /** @return bool whether clients stay open for later code */
    public static function ending()
    {
        return self::$ending;
    }

    /** @return bool whether the script ended unexpectedly */
    private static function died()
    {
        self::$sign = null;
        $last = error_get_last();
        $fatal = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE | E_RECOVERABLE_ERROR | E_USER_ERROR;
        $failed = $last !== null && ($last['type'] & $fatal) !== 0;
        // Only if the host forbids ignore_user_abort, or the shop reset it.
        $left = function_exists('connection_aborted') && connection_aborted() && !ini_get('ignore_user_abort');
        return !self::$survived || self::$thrown || $failed || $left;
    }
}
