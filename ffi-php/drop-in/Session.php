<?php

/**
 * The session that the vendor's constructor starts in a web page without one: pages store what the payment window needs in it.
 *
 * @internal
 */
final class XPayClient_Session
{
    /** @return bool whether this is a web page that has no session and can have one */
    public static function isMissing()
    {
        return !in_array(PHP_SAPI, ['cli', 'phpdbg', 'embed'], true)
            && function_exists('session_start')
            && session_status() === PHP_SESSION_NONE
            // One that the page has closed stays closed: the buyer's other pages would wait for it through the payment.
            && !isset($_SESSION)
            && !headers_sent();
    }

    /**
     * Starts it, and says nothing if that fails: the page would not have had one either.
     *
     * @return void
     */
    public static function start()
    {
        XPayClient_Library::quietly(static function () {
            try {
                session_start();
            } catch (Throwable $failed) {
                // The shop's own handler of sessions.
            }
        });
    }
}
