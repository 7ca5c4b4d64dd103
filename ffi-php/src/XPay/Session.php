<?php

/** The library's calls for Client: arguments are checked, failures thrown, answers read, log lines passed on. */

declare(strict_types=1);

namespace XPay;

use Psr\Log\LoggerInterface;

/** @internal */
final class Session
{
    private const MODES = ['test', 'service'];

    /** @var \XPayClient_Library */
    private $library;
    /** @var LogRelay */
    private $log;

    /**
     * @param array<string, mixed> $settings null for the default
     * @param mixed $journal
     * @throws XPayError
     */
    public function __construct(
        ?string $homeDir,
        string $mode,
        #[\SensitiveParameter]
        array $settings,
        ?LoggerInterface $logger,
        $journal
    ) {
        self::bringPackage();
        $this->library = \XPayClient_Library::open();
        $this->log = new LogRelay($this->library, $logger);
        if (!in_array($mode, self::MODES, true)) {
            throw $this->refusal('mode', 'is neither test nor service');
        }
        $this->must($homeDir === null ? $this->call('init_mode', $mode)
            : $this->call('init', \XPayClient_Library::absolute($homeDir), $mode));
        // A name of digits only is a number in an array.
        foreach (['output_UTF8' => '1'] + $settings as $name => $value) {
            list($text, $why) = \XPayClient_Library::text($value);
            if ($why !== '') {
                throw $this->refusal((string) $name, $why);
            }
            if ($value !== null) {
                $this->done('set_config', (string) $name, $text);
            }
        }
        if ($journal instanceof \PDO || $journal instanceof \Closure) {
            $this->library->keepJournal($journal);
        } elseif ($journal !== null) {
            throw $this->refusal('journal', 'is neither a PDO nor a Closure');
        }
    }

    /**
     * Also where the classes are preloaded: they look for the library beside this package too, and refuse one of another release. The
     * shop's own XPayClient is not declared: it may have the vendor's.
     */
    private static function bringPackage(): void
    {
        $xpayclient_internals = true;
        require_once dirname(__DIR__) . '/XPayClient.php';
    }

    /**
     * Sends; an approval counts as saved unless the script dies of a fatal error.
     *
     * @template T of Answer
     * @param array<string, string> $parameters
     * @param class-string<T> $class
     * @return T
     * @throws XPayError
     */
    public function send(
        string $mid,
        #[\SensitiveParameter]
        array $parameters,
        string $class
    ): Answer {
        $this->begin($mid, $parameters);
        $answered = $this->library->send(true);
        \XPayClient_Approvals::hold($this->library);
        $this->must($answered);
        return $this->answer($class);
    }

    /**
     * Sends and, if it is approved, runs the shop's own step.
     *
     * @template T of Answer
     * @param array<string, string> $parameters
     * @param callable(T): mixed $step
     * @param class-string<T> $class
     * @return T
     * @throws XPayError
     */
    public function guard(
        string $mid,
        #[\SensitiveParameter]
        array $parameters,
        callable $step,
        string $class
    ): Answer {
        $this->begin($mid, $parameters);
        $answered = $this->library->send(true);
        if (!$this->call('is_held')) {
            \XPayClient_Approvals::over();
            $this->must($answered);
            return $this->answer($class);
        }
        $answer = $this->answer($class);
        try {
            $done = $this->library->step(static function () use ($step, $answer) {
                Step::run($step, $answer);
            });
        } finally {
            $this->log->pass();
        }
        $this->must($done);
        return $answer;
    }

    /** @throws XPayError if no well-formed answer came */
    public function rollback(string $reason): Answer
    {
        list($bytes, $why) = \XPayClient_Library::text($reason);
        $this->library->rollback($why === '' ? $bytes : 'Rollback');
        $this->must($this->outcome() === 'answered');
        return $this->answer(Answer::class);
    }

    /** @return bool false if no approval was waiting */
    public function confirm(): bool
    {
        $this->mustNotBeInStep();
        $confirmed = \XPayClient_Approvals::booked($this->library);
        $this->log->pass();
        return $confirmed;
    }

    /**
     * @return int the number of transactions that are still open
     * @throws XPayError 90006 if the journal cannot be read
     */
    public function recover(): int
    {
        $open = $this->call('recover');
        $this->must(is_int($open) && $open >= 0);
        return (int) $open;
    }

    /**
     * Registers the escrow delivery that was begun.
     *
     * @throws XPayError its outcome is the delivery's own
     */
    public function sendEscrow(): void
    {
        $sent = $this->call('escrow_send');
        $this->log->pass();
        if ($sent === false) {
            throw $this->failure('', \XPayClient_Library::OUTCOMES[(int) $this->call('escrow_outcome')]);
        }
    }

    /** none, answered, not_sent, rolled_back or in_doubt. */
    public function outcome(): string
    {
        return \XPayClient_Library::OUTCOMES[(int) $this->library->call('outcome')];
    }

    public function text(string $call, string ...$arguments): string
    {
        return (string) $this->call($call, ...$arguments);
    }

    /**
     * A call whose failure is thrown.
     *
     * @param string|int|bool $arguments
     * @return string|int|bool|null
     * @throws XPayError
     */
    public function done(
        string $name,
        #[\SensitiveParameter]
        ...$arguments
    ) {
        $done = $this->call($name, ...$arguments);
        $this->must($done);
        return $done;
    }

    /** The error for a value that is refused here: 90003. */
    public function refusal(string $name, string $why): XPayError
    {
        $this->call('refuse', $name, $why);
        return $this->failure();
    }

    /**
     * What a typed call sends, once the library takes every value of it.
     *
     * @param array<string, string> $own of the call's arguments, all of them required
     * @param array<int|string, mixed> $more
     * @return array<string, string>
     * @throws XPayError 90003 names the value that cannot be sent, or one that has another value in $more
     */
    public function checked(
        string $mid,
        #[\SensitiveParameter]
        array $own,
        #[\SensitiveParameter]
        array $more = []
    ): array {
        $this->mustNotBeInStep();
        $parameters = $this->joined($own, $more);
        foreach (['LGD_MID' => $mid] + $parameters as $name => $value) {
            if ($value !== '' || !array_key_exists($name, $more)) {
                $this->done('check', (string) $name, $value);
            }
        }
        return $parameters;
    }

    /**
     * An amount as a shop has it: int, a whole number of round(), the text of a database's column. The library decides whether it
     * can be sent.
     *
     * @param mixed $amount
     * @throws XPayError 90003 if it is no number
     */
    public function won(string $argument, $amount): string
    {
        list($text, $why) = is_int($amount) || is_float($amount) || is_string($amount)
            ? \XPayClient_Library::text($amount)
            : ['', 'must be int, not ' . gettype($amount)];
        if ($why !== '') {
            throw $this->refusal("argument $argument", $why);
        }
        return (string) preg_replace('/^(\d+)\.0+$/D', '$1', $text);
    }

    /**
     * The parameters of a call's own arguments, and $more.
     *
     * @param array<string, string> $own
     * @param array<int|string, mixed> $more
     * @return array<string, string>
     * @throws XPayError 90003 if one of them has another value in $more, or a value of $more is no text
     */
    public function joined(
        #[\SensitiveParameter]
        array $own,
        #[\SensitiveParameter]
        array $more
    ): array {
        $parameters = $own;
        foreach ($more as $name => $value) {
            if (!is_string($name)) {
                throw $this->refusal('argument more', 'must have a LGD_ name for each value');
            }
            list($text, $why) = \XPayClient_Library::text($value);
            if ($why !== '') {
                throw $this->refusal($name, $why);
            }
            if (isset($own[$name]) && $text !== $own[$name]) {
                throw $this->refusal($name, 'is given twice, with different values');
            }
            $parameters[$name] = $text;
        }
        return $parameters;
    }

    /**
     * @param string|int|bool $arguments
     * @return string|int|bool|null
     */
    public function call(
        string $name,
        #[\SensitiveParameter]
        ...$arguments
    ) {
        foreach ($arguments as $number => $argument) {
            if (is_string($argument) && strpos($argument, "\0") !== false) {
                $hasName = $number > 0 && is_string($arguments[0]) && in_array($name, ['set', 'check'], true);
                $named = $hasName ? $arguments[0] : "argument $number of $name";
                return $this->library->call('refuse', [strtr($named, "\0", ' '), 'holds a NUL byte']);
            }
        }
        return $this->library->call($name, array_values($arguments));
    }

    /** @param array<string, string> $parameters */
    private function begin(
        string $mid,
        #[\SensitiveParameter]
        array $parameters
    ): void {
        $this->mustNotBeInStep();
        \XPayClient_Approvals::confirm();
        $this->done('init_tx', $mid);
        foreach (['LGD_ENCODING' => 'UTF-8'] + $parameters as $name => $value) {
            $this->done('set', $name, $value);
        }
    }

    /** @throws XPayError 90002 */
    private function mustNotBeInStep(): void
    {
        if ($this->library->inStep()) {
            $code = (int) \XPayClient_Library::CALL_ORDER;
            throw XPayError::of('usage', $code, \XPayClient_Library::IN_STEP, $this->text('tx_id'), $this->outcome());
        }
    }

    /**
     * @template T of Answer
     * @param class-string<T> $class
     * @return T
     */
    private function answer(string $class): Answer
    {
        $names = [];
        for ($index = 0, $count = (int) $this->call('response_name_count'); $index < $count; $index++) {
            $names[] = (string) $this->call('response_name', $index);
        }
        $rows = [];
        for ($row = 0, $count = (int) $this->call('response_count'); $row < $count; $row++) {
            foreach ($names as $name) {
                $rows[$row][$name] = (string) $this->call('response', $name, $row);
            }
        }
        $repeated = $this->call('is_repeated') === true;
        return new $class($this->text('response_code'), $this->text('response_msg'), $this->text('tx_id'), $rows, $repeated);
    }

    /**
     * @param mixed $done
     * @throws XPayError
     */
    private function must($done): void
    {
        if (!$this->library->inStep()) {
            $this->log->pass();
        }
        if ($done === false) {
            throw $this->failure();
        }
    }

    private function failure(?string $txId = null, ?string $outcome = null): XPayError
    {
        $kind = \XPayClient_Library::KINDS[(int) $this->library->call('error_kind')];
        $code = (int) $this->text('response_code');
        $txId = $txId ?? $this->text('tx_id');
        return XPayError::of($kind, $code, $this->text('response_detail'), $txId, $outcome ?? $this->outcome());
    }
}
