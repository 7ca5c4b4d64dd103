<?php

/** The modern interface: UTF-8 in and out, typed answers, and exceptions if there is no answer. */

declare(strict_types=1);

namespace XPay;

/**
 *     $client = new XPay\Client('/home/shop/lgdacom', 'test');
 *     $payment = $client->payByKey('tshop', $_POST['LGD_PAYKEY'], $order->amount, function (XPay\Payment $payment) use ($order) {
 *         $order->markPaid($payment->tid());      // if this throws, the payment is rolled back
 *     });
 */
final class Client
{
    private const MODES = ['test', 'service'];

    /** @var \XPayClient_Library */
    private $library;
    /** @var string */
    private $mode;

    /**
     * Reads $homeDir/conf; $settings override the files.
     *
     * @param string|null $homeDir null for no files: every setting, MertKeys included, is in $settings
     * @param 'test'|'service' $mode service is the gateway where money moves
     * @param array<string, string> $settings
     * @throws XPayError 90003 for another mode; 10001 to 10003, 90004; 90099 if neither FFI nor the command can be used
     */
    public function __construct(
        ?string $homeDir,
        string $mode = 'service',
        #[\SensitiveParameter]
        array $settings = []
    ) {
        $this->library = \XPayClient_Library::open();
        $this->mode = $mode;
        if (!in_array($mode, self::MODES, true)) {
            $this->must($this->call('refuse', 'mode', 'is neither test nor service'));
        }
        $this->must($homeDir === null ? $this->call('init_mode', $mode) : $this->call('init', $homeDir, $mode));
        foreach (['output_UTF8' => '1'] + $settings as $name => $value) {
            $this->must($this->call('set_config', $name, $value));
        }
    }

    /**
     * Sends any transaction: LGD_TXNAME and its parameters.
     *
     * @param array<string, string> $parameters
     * @throws XPayError if no well-formed answer came; its outcome() says whether money may have moved
     */
    public function send(
        string $mid,
        #[\SensitiveParameter]
        array $parameters
    ): Answer {
        $this->transmit($mid, $parameters);
        return $this->answer(Answer::class);
    }

    /**
     * Sends any transaction and, if it is approved, runs the shop's own step. If the step throws, the payment is rolled
     * back and the exception is re-thrown. After a decline the step does not run: check the answer. The step may read,
     * and undo the payment with rollback(); this client can send nothing else in the step (90002).
     *
     * If the script dies in the step, `xpay recover --list` shows the approval as unconfirmed.
     *
     * @param array<string, string> $parameters
     * @param callable(Answer): mixed $step
     * @throws XPayError if no well-formed answer came
     */
    public function guard(
        string $mid,
        #[\SensitiveParameter]
        array $parameters,
        callable $step
    ): Answer {
        return $this->guarded($mid, $parameters, $step, Answer::class);
    }

    /**
     * Sends the final payment request with the payment key that the window returned, for the amount of your own order.
     *
     * @param int $amount in won; the gateway declines if the window had another amount
     * @param callable(Payment): mixed $step saves the order; see guard()
     * @throws XPayError if no well-formed answer came
     */
    public function payByKey(
        string $mid,
        #[\SensitiveParameter]
        string $payKey,
        int $amount,
        callable $step
    ): Payment {
        $parameters = [
            'LGD_TXNAME' => 'PaymentByKey',
            'LGD_PAYKEY' => $payKey,
            'LGD_AMOUNTCHECKYN' => 'Y',
            'LGD_AMOUNT' => (string) $amount,
        ];
        return $this->guarded($mid, $parameters, $step, Payment::class);
    }

    /**
     * Cancels a whole payment.
     *
     * @param string $payType LGD_PAYTYPE of the payment
     * @param array<string, string> $more LGD_CANCELREASON, LGD_RFACCOUNTNUM …
     * @throws XPayError if no well-formed answer came
     */
    public function cancel(string $mid, string $tid, string $payType, array $more = []): Cancellation
    {
        return $this->cancelled($mid, ['LGD_TXNAME' => 'Cancel', 'LGD_TID' => $tid] + $more, $payType);
    }

    /**
     * Cancels a part of a payment.
     *
     * @param int $amount in won
     * @param int $remaining in won, before this cancellation: prevents cancelling the same part twice
     * @param string $payType LGD_PAYTYPE of the payment
     * @param array<string, string> $more LGD_CANCELREASON, LGD_CANCELTAXFREEAMOUNT …
     * @throws XPayError if no well-formed answer came
     */
    public function partialCancel(
        string $mid,
        string $tid,
        int $amount,
        int $remaining,
        string $payType,
        array $more = []
    ): Cancellation {
        $parameters = [
            'LGD_TXNAME' => 'PartialCancel',
            'LGD_TID' => $tid,
            'LGD_CANCELAMOUNT' => (string) $amount,
            'LGD_REMAINAMOUNT' => (string) $remaining,
        ];
        return $this->cancelled($mid, $parameters + $more, $payType);
    }

    /**
     * Rolls back (망취소) the transaction sent last. It also works in a destructor and in a shutdown function.
     *
     * @throws XPayError if no well-formed answer came; in a step always, with 90007, because that ends the step
     */
    public function rollback(string $reason): Answer
    {
        list($bytes, $why) = \XPayClient_Library::text($reason);
        $this->library->rollback($why === '' ? $bytes : 'Rollback');
        if ($this->outcome() !== 'answered') {
            $this->must(false);
        }
        return $this->answer(Answer::class);
    }

    /**
     * Confirms that the order of an approval by send() is saved, so that it is not shown as unconfirmed. A script that
     * ends or begins its next transaction confirms implicitly; a long-running one, such as a queue worker, calls this.
     *
     * @return bool false if no approval was waiting
     */
    public function confirm(): bool
    {
        $this->mustNotBeInStep();
        return \XPayClient_Approvals::booked($this->library);
    }

    /**
     * Connects to the gateway before the buyer pays, so that the payment does not wait for the connection. Sends
     * nothing.
     *
     * @throws XPayError if it cannot connect; you can still try a payment
     */
    public function warmUp(): void
    {
        $this->must($this->call('warm_up'));
    }

    /**
     * Rolls back what dead processes left in doubt; returns the number still open. Call it from a job of its own.
     *
     * @throws XPayError 90006 if the journal cannot be read
     */
    public function recover(): int
    {
        $open = $this->call('recover');
        $this->must(is_int($open) && $open >= 0);
        return (int) $open;
    }

    /** The current LGD_TIMESTAMP, in Korean time. */
    public function timestamp(): string
    {
        return (string) $this->call('timestamp');
    }

    /**
     * LGD_HASHDATA of a payment request, for the page that opens the payment window.
     *
     * @throws XPayError 10004 without a MertKey, 90003 if a field is malformed
     */
    public function hashData(string $mid, string $oid, int $amount, string $timestamp): string
    {
        return $this->signature('hash_data', $mid, $oid, (string) $amount, $timestamp);
    }

    /**
     * The authdata of a receipt link.
     *
     * @throws XPayError 10004 without a MertKey, 90003 if a field is malformed
     */
    public function receiptAuthData(string $mid, string $tid): string
    {
        return $this->signature('receipt_authdata', $mid, $tid);
    }

    /**
     * Verifies a notification against the shop's own order, and returns it.
     *
     * @param array<array-key, mixed> $post the received values; merchant ID, order and amount are not trusted
     * @throws XPayError 90003 names the wrong field; 10004 if the configuration has no MertKey for the order's mid
     */
    public function notice(
        #[\SensitiveParameter]
        array $post,
        Order $order
    ): Notice {
        $values = [];
        foreach ($post as $name => $value) {
            if (is_string($name) && is_string($value)) {
                $values[$name] = self::utf8($value);
            }
        }
        $fields = ['LGD_MID' => $order->mid(), 'LGD_OID' => $order->oid(), 'LGD_AMOUNT' => (string) $order->amount()];
        foreach ($fields as $name => $own) {
            if (($values[$name] ?? '') !== $own) {
                $this->must($this->call('refuse', $name, "is not the order's"));
            }
        }
        foreach (['LGD_RESPCODE', 'LGD_TIMESTAMP', 'LGD_HASHDATA'] as $name) {
            $fields[$name] = $values[$name] ?? '';
        }
        $this->must($this->call('verify_hash_data_cas', ...array_values($fields)));
        return new Notice($values);
    }

    /**
     * The whole page behind LGD_CASNOTEURL: verifies the notification, lets the shop save it, and answers exactly OK.
     *
     * It discards anything that was printed before, with an E_USER_WARNING: otherwise the gateway would send the
     * notification again every 3 minutes. It answers 400 if the verification fails. If $book throws, it answers 500, so
     * that the gateway sends the notification again, and re-throws the exception.
     *
     * @param callable(string): ?Order $orderOf returns the shop's own order by LGD_OID, null if there is none
     * @param callable(Notice): mixed $book saves it once for each dedupKey(), after comparing tid() with the order's
     * @param array<array-key, mixed>|null $post $_POST unless given
     * @return bool whether it was saved and answered with OK
     */
    public function answerNotice(callable $orderOf, callable $book, ?array $post = null): bool
    {
        $post = $post ?? $_POST;
        $oid = $post['LGD_OID'] ?? '';
        try {
            $order = is_string($oid) && $oid !== '' ? $orderOf($oid) : null;
            if ($order === null) {
                $this->must($this->call('refuse', 'LGD_OID', 'is not an order of this shop'));
                return false;
            }
            $notice = $this->notice($post, $order);
        } catch (XPayError $error) {
            self::say(400, $error->getMessage());
            return false;
        }
        try {
            $book($notice);
        } catch (\Throwable $thrown) {
            self::say(500, 'The notification could not be saved. / 통보를 처리하지 못했습니다.');
            throw $thrown;
        }
        self::say(200, 'OK');
        return true;
    }

    /** Keeps everything out of var_dump: the client knows MertKeys. */
    public function __debugInfo(): array
    {
        return ['mode' => $this->mode, 'outcome' => $this->outcome()];
    }

    private function __clone()
    {
    }

    /**
     * Sends; an approval counts as saved unless the script dies of a fatal error.
     *
     * @param array<string, string> $parameters
     */
    private function transmit(
        string $mid,
        #[\SensitiveParameter]
        array $parameters
    ): void {
        $this->begin($mid, $parameters);
        $answered = $this->library->send(true);
        \XPayClient_Approvals::hold($this->library);
        $this->must($answered);
    }

    /**
     * @param array<string, string> $parameters
     */
    private function begin(
        string $mid,
        #[\SensitiveParameter]
        array $parameters
    ): void {
        $this->mustNotBeInStep();
        \XPayClient_Approvals::confirm();
        $this->must($this->call('init_tx', $mid));
        foreach (['LGD_ENCODING' => 'UTF-8'] + $parameters as $name => $value) {
            $this->must($this->call('set', $name, $value));
        }
    }

    /**
     * @template T of Answer
     * @param array<string, string> $parameters
     * @param class-string<T> $class
     * @return T
     */
    private function guarded(
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
        $this->must($this->library->step(static function () use ($step, $answer) {
            $step($answer);
        }));
        return $answer;
    }

    /** @throws XPayError 90002 */
    private function mustNotBeInStep(): void
    {
        if ($this->library->inStep()) {
            $code = (int) \XPayClient_Library::CALL_ORDER;
            throw XPayError::of('usage', $code, \XPayClient_Library::IN_STEP, $this->text('tx_id'), $this->outcome());
        }
    }

    /** @param array<string, string> $parameters */
    private function cancelled(string $mid, array $parameters, string $payType): Cancellation
    {
        $this->transmit($mid, $parameters);
        return $this->answer(Cancellation::class)->counts($this->call('is_cancelled', $payType) === true);
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
        return new $class($this->text('response_code'), $this->text('response_msg'), $this->text('tx_id'), $rows);
    }

    private function signature(string $call, string ...$fields): string
    {
        $made = $this->call($call, ...$fields);
        $this->must(is_string($made));
        return (string) $made;
    }

    private function outcome(): string
    {
        return \XPayClient_Library::OUTCOMES[(int) $this->library->call('outcome')];
    }

    private function text(string $call): string
    {
        return (string) $this->library->call($call);
    }

    /**
     * @param string|int|bool $arguments
     * @return string|int|bool|null
     */
    private function call(
        string $name,
        #[\SensitiveParameter]
        ...$arguments
    ) {
        foreach ($arguments as $number => $argument) {
            if (is_string($argument) && strpos($argument, "\0") !== false) {
                $named = $number > 0 && is_string($arguments[0]) && $name === 'set' ? $arguments[0] : "argument $number of $name";
                return $this->library->call('refuse', [strtr($named, "\0", ' '), 'holds a NUL byte']);
            }
        }
        return $this->library->call($name, array_values($arguments));
    }

    /**
     * @param mixed $done
     * @throws XPayError
     */
    private function must($done): void
    {
        if ($done === false) {
            $kind = \XPayClient_Library::KINDS[(int) $this->library->call('error_kind')];
            $code = (int) $this->text('response_code');
            throw XPayError::of($kind, $code, $this->text('response_detail'), $this->text('tx_id'), $this->outcome());
        }
    }

    /** Converts a value from EUC-KR to UTF-8. */
    private static function utf8(string $value): string
    {
        return preg_match('//u', $value) === 1 ? $value : (string) iconv('CP949', 'UTF-8//IGNORE', $value);
    }

    /** Sends the whole body of the page. */
    private static function say(int $status, string $body): void
    {
        $printed = '';
        while (ob_get_level() > 0 && ($piece = ob_get_clean()) !== false) {
            $printed = $piece . $printed;
        }
        if (headers_sent($file, $line) || $printed !== '') {
            $where = $printed === '' ? "$file:$line" : strlen($printed) . ' bytes';
            // If errors are displayed, this one must not become part of the answer.
            ob_start();
            trigger_error(
                "Output before the answer to a notification ($where): a BOM, a blank line, a warning? "
                    . 'Print only OK. / 통보 응답보다 먼저 출력된 내용이 있습니다. OK만 출력하십시오.',
                E_USER_WARNING
            );
            ob_end_clean();
        }
        if (!headers_sent()) {
            http_response_code($status);
            header('Content-Type: text/plain; charset=utf-8');
        }
        echo $body;
    }
}
