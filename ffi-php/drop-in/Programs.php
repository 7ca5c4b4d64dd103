<?php

/**
 * What xpay-recover and xpay-store do. They end with an exit code of `xpay recover`.
 *
 * @internal
 */
final class XPayClient_Programs
{
    private const DONE = 0;
    private const FAILED = 1;
    private const MISUSED = 2;
    private const OPEN = 3;
    /** The longest pause after failures, in seconds. */
    private const LONGEST = 600;
    /** How the library's log names what recovery has rolled back. */
    private const ROLLED_BACK = 'rolled back by recovery';

    /** @var bool whether a signal has come */
    private static $stopped = false;
    /** @var bool whether the last round made no progress, so that the next one may wait longer */
    private static $failed = false;
    /** @var string what was told last: rounds repeat it */
    private static $told = '';

    /**
     * One round of recovery, or rounds without an end.
     *
     * @param array<int, string> $arguments
     * @return int the exit code
     */
    public static function recover(array $arguments)
    {
        $options = self::options($arguments, ['--home' => true, '--every' => true, '--watch' => false]);
        $every = (int) ($options['--every'] ?? 10);
        if ($options === null || $every < 1 || $every > 3600 || isset($options['--every']) && !isset($options['--watch'])) {
            return self::misused('php xpay-recover --home DIR [--watch [--every SECONDS]]');
        }
        $library = self::opened($options);
        if ($library === null) {
            return self::FAILED;
        }
        // As `xpay recover`: what a journal has is settled, also once it is switched off. Its log names each.
        $library->call('set_config', ['journal', 'on']);
        if ((int) $library->call('config', ['log_level']) < 2) {
            $library->call('set_config', ['log_level', '2']);
        }
        $library->call('keep_log', [true]);
        if (!isset($options['--watch'])) {
            return self::round($library, true);
        }
        self::listen();
        fwrite(STDERR, self::of('복구를 시작합니다', 'watching') . "\n");
        for ($pause = $every; !self::$stopped;) {
            self::round($library, false);
            $pause = self::$failed ? min(2 * $pause, max(self::LONGEST, $every)) : $every;
            // A signal ends a second of it.
            for ($second = 0; $second < $pause && !self::$stopped; $second++) {
                sleep(1);
            }
        }
        fwrite(STDERR, self::of('복구를 마칩니다', 'stopped') . "\n");
        return self::DONE;
    }

    /**
     * @param XPayClient_Library $library
     * @param bool $counts whether to say that there was nothing, too
     * @return int the exit code
     */
    private static function round(XPayClient_Library $library, $counts)
    {
        $open = $library->call('recover');
        $open = is_int($open) && $open >= 0 ? $open : null;
        $done = [];
        foreach ($library->logged() as list(, $txId, $text)) {
            if (strpos($text, self::ROLLED_BACK) === 0) {
                $done[] = "$txId  " . self::of('망취소됨', 'rolled back');
            }
        }
        if ($counts && $open !== null) {
            echo self::of('망취소 ' . count($done) . "건, 미결 {$open}건\n", count($done) . " rolled back, $open still open\n");
        }
        echo $done === [] ? '' : implode("\n", $done) . "\n";
        $isStuck = $open === null || (int) $library->call('error_kind') !== 0;
        self::$failed = $isStuck && $done === [];
        if ($isStuck) {
            self::tell((string) $library->call('response_detail'));
        }
        return $open === null ? self::FAILED : ($open > 0 ? self::OPEN : self::DONE);
    }

    /**
     * Executes statements for the command `xpay` until its input ends.
     *
     * @param array<int, string> $arguments
     * @return int the exit code
     */
    public static function store(array $arguments)
    {
        $options = self::options($arguments, ['--home' => true]);
        if ($options === null) {
            return self::misused('xpay recover --store "php xpay-store [--home DIR]"');
        }
        $library = self::opened($options);
        if ($library === null) {
            return self::FAILED;
        }
        $store = XPayClient_Store::configured($library);
        if ($store === null) {
            self::tell('The configuration has no journal_dsn, so the journal is in files. / 설정에 journal_dsn이 없어 저널이 파일에 있습니다.');
            return self::FAILED;
        }
        fwrite(STDOUT, XPayClient_Store::line(['sql' => $store->database(), 'placeholder' => $store->placeholder()]));
        while (($line = fgets(STDIN)) !== false) {
            $statement = json_decode($line, true);
            if (!is_array($statement)) {
                self::tell('A line is no statement. / 입력한 줄이 문장이 아닙니다.');
                return self::FAILED;
            }
            fwrite(STDOUT, XPayClient_Store::line($store->runLine($statement)));
        }
        return self::DONE;
    }

    /**
     * @param array<string, string> $options
     * @return XPayClient_Library|null null if there is no configuration, and then it is said why
     */
    private static function opened(array $options)
    {
        $home = $options['--home'] ?? (string) getenv('XPAY_HOME');
        if ($home === '') {
            self::tell('Name the shop\'s directory with --home or XPAY_HOME. / --home이나 XPAY_HOME으로 상점의 디렉터리를 지정하십시오.');
            return null;
        }
        $library = XPayClient_Library::open();
        if ($library->call('init', [XPayClient_Library::absolute($home), 'service']) !== true) {
            self::tell((string) $library->call('response_detail'));
            return null;
        }
        $library->call('set_config', ['output_UTF8', '1']);
        return $library;
    }

    /**
     * @param array<int, string> $arguments
     * @param array<string, bool> $known whether each takes a value
     * @return array<string, string>|null null if they are wrong
     */
    private static function options(array $arguments, array $known)
    {
        $options = [];
        while ($arguments !== []) {
            list($name, $value) = explode('=', array_shift($arguments), 2) + [1 => null];
            if (!isset($known[$name]) || isset($options[$name])) {
                return null;
            }
            $value = $known[$name] && $value === null ? array_shift($arguments) : $value;
            if ($known[$name] !== ($value !== null)) {
                return null;
            }
            $options[$name] = (string) $value;
        }
        return $options;
    }

    /**
     * A signal lets the round end first, where PHP can wait for one.
     *
     * @return void
     */
    private static function listen()
    {
        if (function_exists('pcntl_async_signals') && function_exists('pcntl_signal')) {
            pcntl_async_signals(true);
            foreach ([SIGTERM, SIGINT, SIGHUP] as $signal) {
                pcntl_signal($signal, static function () {
                    self::$stopped = true;
                });
            }
        }
    }

    /**
     * @param string $usage
     * @return int
     */
    private static function misused($usage)
    {
        fwrite(STDERR, self::of('사용법', 'usage') . ": $usage\n");
        return self::MISUSED;
    }

    /**
     * @param string $words
     * @return void
     */
    private static function tell($words)
    {
        $words === self::$told || fwrite(STDERR, $words . "\n");
        self::$told = $words;
    }

    /**
     * @param string $korean
     * @param string $english
     * @return string in the language of the locale
     */
    private static function of($korean, $english)
    {
        foreach (['LC_ALL', 'LC_MESSAGES', 'LANG'] as $name) {
            $locale = (string) getenv($name);
            if ($locale !== '') {
                return strpos($locale, 'ko') === 0 ? $korean : $english;
            }
        }
        return $english;
    }
}
