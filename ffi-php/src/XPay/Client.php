<?php

/** The modern interface: UTF-8 in and out, typed answers, and exceptions if there is no answer. */

declare(strict_types=1);

namespace XPay;

use Psr\Log\LoggerInterface;

/**
 *     $client = new XPay\Client('/home/shop/lgdacom', 'test');
 *     $payment = $client->payByKey('tshop', $_POST['LGD_PAYKEY'], $order->amount, function (XPay\Payment $payment) use ($order) {
 *         $order->markPaid($payment->tid());      // if this throws, the payment is rolled back
 *     });
 */
final class Client
{
    /** @var Session */
    private $session;
    /** @var Inbox */
    private $inbox;
    /** @var string */
    private $mode;

    /**
     * Reads $homeDir/conf; $settings override the files.
     *
     * @param string|null $homeDir null for no files: every setting, MertKeys included, is in $settings
     * @param 'test'|'service' $mode service is the gateway where money moves
     * @param array<string, string|null> $settings null for the default
     * @param LoggerInterface|null $logger gets the lines that log_level lets through, masked as in the library's own log;
     *     what it throws is in PHP's log and changes no payment
     * @param \PDO|(\Closure(): \PDO)|null $journal keeps the journal in your database; see docs/en/php.md. A Closure makes a new
     *     connection each time it is called, so that one that was lost can be replaced. A PDO is one that nothing else uses: in a
     *     transaction it records nothing. Without either, journal_dsn names a database, or the journal is in files
     * @throws XPayError 90003 for another mode or another $journal; 10001 to 10003, 90004; 90099 if neither FFI nor the command can be used
     */
    public function __construct(
        ?string $homeDir,
        string $mode = 'service',
        #[\SensitiveParameter]
        array $settings = [],
        ?LoggerInterface $logger = null,
        $journal = null
    ) {
        $this->session = new Session($homeDir, $mode, $settings, $logger, $journal);
        $this->inbox = new Inbox($this->session);
        $this->mode = $mode;
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
        return $this->session->send($mid, $parameters, Answer::class);
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
        return $this->session->guard($mid, $parameters, $step, Answer::class);
    }

    /**
     * Sends the final payment request with the payment key that the window returned, for the amount of your own order.
     *
     * @param int|float|string $amount in whole won without a fraction; the gateway declines if the window had another amount
     * @param callable(Payment): mixed $step saves the order; see guard()
     * @throws XPayError if no well-formed answer came; UsageError 90003 names the value that cannot be sent
     */
    public function payByKey(
        string $mid,
        #[\SensitiveParameter]
        string $payKey,
        $amount,
        callable $step
    ): Payment {
        $parameters = $this->session->checked($mid, [
            'LGD_TXNAME' => 'PaymentByKey',
            'LGD_PAYKEY' => $payKey,
            'LGD_AMOUNTCHECKYN' => 'Y',
            'LGD_AMOUNT' => $this->session->won('amount', $amount),
        ]);
        return $this->session->guard($mid, $parameters, $step, Payment::class);
    }

    /**
     * Charges a kept card by its billing key (CardAuth), without a window. Each call is a charge of its own: charge an order again
     * only after you know that it was not paid.
     *
     * @param string $billingKey LGD_BILLKEY, see readBillingReturn()
     * @param int|float|string $amount in whole won without a fraction
     * @param callable(Payment): mixed $step saves the order; see guard()
     * @param array<string, string> $more LGD_INSTALL, LGD_BUYER, LGD_PRODUCTINFO …
     * @throws XPayError if no well-formed answer came; UsageError 90003 names the value that cannot be sent
     */
    public function payByBillingKey(
        string $mid,
        #[\SensitiveParameter]
        string $billingKey,
        string $oid,
        $amount,
        callable $step,
        #[\SensitiveParameter]
        array $more = []
    ): Payment {
        $parameters = [
            'LGD_TXNAME' => 'CardAuth',
            'LGD_OID' => $oid,
            'LGD_AMOUNT' => $this->session->won('amount', $amount),
            'LGD_PAN' => $billingKey,
        ];
        $given = $this->session->checked($mid, $parameters, $more) + ['LGD_INSTALL' => '00', 'VBV_ECI' => '010'];
        return $this->session->guard($mid, $given, $step, Payment::class);
    }

    /**
     * Cancels a whole payment.
     *
     * @param string $payType LGD_PAYTYPE of the payment; '' if it is unknown: then only 0000 counts as done
     * @param array<string, string> $more LGD_CANCELREASON, LGD_RFACCOUNTNUM …
     * @throws XPayError if no well-formed answer came; UsageError 90003 names the value that cannot be sent
     */
    public function cancel(
        string $mid,
        string $tid,
        string $payType,
        #[\SensitiveParameter]
        array $more = []
    ): Cancellation {
        return $this->cancelled($mid, ['LGD_TXNAME' => 'Cancel', 'LGD_TID' => $tid], $more, $payType);
    }

    /**
     * Cancels a part of a payment.
     *
     * @param int|float|string $amount in whole won without a fraction
     * @param int|float|string $remaining likewise, before this cancellation: prevents cancelling the same part twice
     * @param string $payType as in cancel()
     * @param array<string, string> $more LGD_CANCELREASON, LGD_CANCELTAXFREEAMOUNT …
     * @throws XPayError if no well-formed answer came; UsageError 90003 names the value that cannot be sent
     */
    public function partialCancel(
        string $mid,
        string $tid,
        $amount,
        $remaining,
        string $payType,
        #[\SensitiveParameter]
        array $more = []
    ): Cancellation {
        $parameters = [
            'LGD_TXNAME' => 'PartialCancel',
            'LGD_TID' => $tid,
            'LGD_CANCELAMOUNT' => $this->session->won('amount', $amount),
            'LGD_REMAINAMOUNT' => $this->session->won('remaining', $remaining),
        ];
        return $this->cancelled($mid, $parameters, $more, $payType);
    }

    /**
     * Rolls back (망취소) the transaction sent last. It also works in a destructor and in a shutdown function.
     *
     * @throws XPayError if no well-formed answer came; in a step always, with 90007, because that ends the step
     */
    public function rollback(string $reason): Answer
    {
        return $this->session->rollback($reason);
    }

    /**
     * Confirms that the order of an approval by send() is saved, so that it is not shown as unconfirmed. A script that
     * ends or begins its next transaction confirms implicitly; a long-running one, such as a queue worker, calls this.
     *
     * @return bool false if no approval was waiting
     */
    public function confirm(): bool
    {
        return $this->session->confirm();
    }

    /**
     * Connects to the gateway before the buyer pays, so that the payment does not wait for the connection. Sends
     * nothing.
     *
     * @throws XPayError if it cannot connect; you can still try a payment
     */
    public function warmUp(): void
    {
        $this->session->done('warm_up');
    }

    /**
     * Rolls back what dead processes left in doubt; returns the number still open. Call it from a job of its own.
     *
     * @throws XPayError 90006 if the journal cannot be read
     */
    public function recover(): int
    {
        return $this->session->recover();
    }

    /** The current LGD_TIMESTAMP, in Korean time. */
    public function timestamp(): string
    {
        return $this->session->text('timestamp');
    }

    /**
     * LGD_HASHDATA of a payment request, for the page that opens the payment window.
     *
     * @throws XPayError 10004 without a MertKey, 90003 if a field is malformed
     */
    public function hashData(string $mid, string $oid, int $amount, string $timestamp): string
    {
        return (string) $this->session->done('hash_data', $mid, $oid, (string) $amount, $timestamp);
    }

    /**
     * The authdata of a receipt link.
     *
     * @throws XPayError 10004 without a MertKey, 90003 if a field is malformed
     */
    public function receiptAuthData(string $mid, string $tid): string
    {
        return (string) $this->session->done('receipt_authdata', $mid, $tid);
    }

    /**
     * The signed form of the payment window, which the page opens by openXpay. LGD_MID, CST_PLATFORM, LGD_TIMESTAMP and
     * LGD_HASHDATA are added, and the page is taken to be UTF-8.
     *
     * @param string $cstMid the contracted merchant ID, without the t of the test platform
     * @param array<string, string|int> $parameters LGD_OID, LGD_AMOUNT, LGD_RETURNURL …, and the shop's own, which come
     *     back in the return with LGD_RETURN_MERT_CUSTOM_PARAM=Y
     * @param list<EscrowItem> $escrowItems what is delivered under escrow
     * @param bool $strict whether a warning is a refusal
     * @throws XPayError 10004 without a MertKey, 90003 names the field that is missing or malformed
     */
    public function window(
        string $cstMid,
        #[\SensitiveParameter]
        array $parameters,
        array $escrowItems = [],
        bool $strict = false
    ): Window {
        return $this->form($cstMid, $parameters, $escrowItems, $strict);
    }

    /**
     * The form of the window in which a buyer registers a card, which the page opens by openXpay; LGD_BILLKEY comes back
     * in the return. It has no order, no amount and no signature.
     *
     * @param string $cstMid as in window()
     * @param array<string, string|int> $parameters LGD_RETURNURL, and LGD_CHECKSSNYN or LGD_BUYERSSN
     * @param bool $smartphone whether it is the window for phones
     * @param bool $strict as in window()
     * @throws XPayError 90003 names the field that is missing or malformed
     */
    public function billingWindow(
        string $cstMid,
        #[\SensitiveParameter]
        array $parameters,
        bool $smartphone = false,
        bool $strict = false
    ): Window {
        $type = $smartphone ? 'CardBillingAuth_smartphone' : 'CardBillingAuth';
        return $this->form($cstMid, $this->session->joined(['LGD_PAYWINDOWTYPE' => $type], $parameters), [], $strict);
    }

    /**
     * The signed form of the window that identifies a person, which the page opens by openAuthonly; LGD_AUTHONLYKEY
     * comes back in the return.
     *
     * @param string $cstMid as in window()
     * @param string $means ASC001 card, ASC002 phone, ASC004 account, ASC007 phone (the alternative)
     * @param array<string, string|int> $parameters LGD_BUYERSSN, LGD_RETURNURL …
     * @param bool $strict as in window()
     * @throws XPayError 10004 without a MertKey, 90003 names the field that is missing or malformed
     */
    public function identityWindow(
        string $cstMid,
        string $means,
        #[\SensitiveParameter]
        array $parameters,
        bool $strict = false
    ): Window {
        return $this->form($cstMid, $this->session->joined(['LGD_PAYTYPE' => $means], $parameters), [], $strict);
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
        return $this->inbox->notice(Inbox::body($post), static function () use ($order): Order {
            return $order;
        })[0];
    }

    /**
     * Verifies what came back from the payment window against the shop's own order. A failure is returned too: it has no
     * payment key, and is not signed.
     *
     * @param string|array<array-key, mixed> $posted the request's body, or $_POST
     * @param string $mid the merchant ID of the order, with the t on the test platform
     * @param int $amount of the order, in won
     * @throws XPayError 90003 names the wrong field; 10004 if the configuration has no MertKey for $mid
     */
    public function verifyReturn(
        #[\SensitiveParameter]
        $posted,
        string $mid,
        string $oid,
        int $amount
    ): WindowReturn {
        return $this->inbox->windowReturn(Inbox::body($posted), $mid, $oid, $amount);
    }

    /**
     * Reads what came back from a billing window. It has no signature: call this only in the session of the buyer who opened the
     * window, once for each window.
     *
     * @param string|array<array-key, mixed> $posted the request's body, or $_POST
     * @throws XPayError 90003 if it is malformed, or has neither a billing key nor a code
     */
    public function readBillingReturn(
        #[\SensitiveParameter]
        $posted
    ): BillingReturn {
        return $this->inbox->billingReturn(Inbox::body($posted));
    }

    /**
     * Verifies a notification to LGD_CASNOTEURL, lets the shop save it, and returns what to answer. For a framework,
     * which sends the answer itself; a page of its own calls answerNotice().
     *
     * What $orderOf or $book throws goes through. Let it end as an HTTP error, so that the gateway sends the notification
     * again.
     *
     * @param string $body the request's body as received
     * @param callable(string): ?Order $orderOf returns the shop's own order by LGD_OID, null if there is none
     * @param callable(Notice): mixed $book saves it once for each dedupKey(), after comparing tid() with the order's
     * @throws ConfigError 10004 if the configuration has no MertKey for the order's mid
     */
    public function replyToNotice(
        #[\SensitiveParameter]
        string $body,
        callable $orderOf,
        callable $book
    ): Reply {
        return $this->reply($body, $orderOf, static function (Notice $notice) use ($book): Reply {
            Step::run($book, $notice);
            return new Reply(200, 'OK');
        });
    }

    /**
     * Verifies the note of a mobile payment (LGD_KVPMISPNOTEURL, LGD_MTRANSFERNOTEURL), lets the shop save it, and returns what to
     * answer: OK, or ROLLBACK if $save throws. For a framework; a page of its own calls answerMobileNote().
     *
     * The gateway has finished the payment, so without ROLLBACK it stands. $save runs once: not for a repetition, not for a
     * failure, and not for an order that another payment has paid. With LGD_CUSTOM_ROLLBACK N, or without it, the gateway does
     * not take the payment back after ROLLBACK. It sends the note again every 3 minutes for 2 hours, and $save runs again.
     *
     * What $orderOf throws goes through: whether the order is saved is unknown then, so neither OK nor ROLLBACK is right.
     *
     * The signature is that of the window's return, which the buyer has seen: let only the gateway's servers reach the page.
     *
     * @param string $body the request's body as received
     * @param callable(string): ?Order $orderOf returns the shop's own order by LGD_OID, with its tid() if it is paid; null if
     *     there is none. Lock it until $save is done
     * @param callable(Notice): mixed $save saves the order as paid with tid(), completely or not at all
     * @throws ConfigError 10004 if the configuration has no MertKey for the order's mid
     */
    public function replyToMobileNote(
        #[\SensitiveParameter]
        string $body,
        callable $orderOf,
        callable $save
    ): Reply {
        return $this->reply($body, $orderOf, function (Notice $note, Order $order) use ($save): Reply {
            if (!$this->inbox->isDue($order->tid())) {
                return new Reply(200, $this->inbox->noteAnswer($order->tid()));
            }
            // Both before the step, which may use this client.
            list($saved, $failed) = [$this->inbox->noteAnswer($note->tid()), $this->inbox->noteAnswer('')];
            try {
                Step::run($save, $note);
            } catch (\Throwable $thrown) {
                return new Reply(200, $failed, $thrown);
            }
            return new Reply(200, $saved);
        });
    }

    /**
     * The whole page behind LGD_CASNOTEURL: verifies the notification, lets the shop save it, and answers exactly OK.
     *
     * It discards anything that was printed before, with an E_USER_WARNING: otherwise the gateway would send the
     * notification again every 3 minutes. It answers 400 if the verification fails. If $orderOf or $book throws, or
     * there is no MertKey, it answers 500, so that the gateway sends the notification again, and re-throws the exception.
     *
     * @param callable(string): ?Order $orderOf returns the shop's own order by LGD_OID, null if there is none
     * @param callable(Notice): mixed $book saves it once for each dedupKey(), after comparing tid() with the order's
     * @param array<array-key, mixed>|null $post $_POST unless given
     * @return bool whether it was saved and answered with OK
     */
    public function answerNotice(callable $orderOf, callable $book, ?array $post = null): bool
    {
        return self::answer(function () use ($orderOf, $book, $post): Reply {
            return $this->replyToNotice(Inbox::body($post ?? $_POST), $orderOf, $book);
        });
    }

    /**
     * The whole page behind LGD_KVPMISPNOTEURL and LGD_MTRANSFERNOTEURL: as answerNotice(), with the answers of
     * replyToMobileNote(). If $save throws, it answers ROLLBACK and re-throws the exception.
     *
     * @param callable(string): ?Order $orderOf as for replyToMobileNote()
     * @param callable(Notice): mixed $save as for replyToMobileNote()
     * @param array<array-key, mixed>|null $post $_POST unless given
     * @return bool whether it answered OK: the order is saved, now or before, or the note is about a failure
     */
    public function answerMobileNote(callable $orderOf, callable $save, ?array $post = null): bool
    {
        return self::answer(function () use ($orderOf, $save, $post): Reply {
            return $this->replyToMobileNote(Inbox::body($post ?? $_POST), $orderOf, $save);
        });
    }

    /**
     * Registers the delivery of an item that was paid in escrow. No money moves.
     *
     * @param string $mid the merchant ID of the payment, with the t on the test platform
     * @param 'sent'|'received' $kind
     * @param array<string, string|\DateTimeInterface> $values oid, productid, orderdate; dlvdate, dlvcompcode, dlvcomp, dlvno,
     *     dlvworker, dlvworkertel or rcvdate, rcvname, rcvrelation. A date of no DateTimeInterface is Korean time as yyyyMMddHHmm
     * @throws XPayError 90009 if the gateway answered something other than OK; 90003 names a wrong value. outcome() is not_sent,
     *     answered, or in_doubt if the gateway may have it: whether a repeat is harmless is not known
     */
    public function registerDelivery(
        string $mid,
        string $kind,
        #[\SensitiveParameter]
        array $values
    ): void {
        $this->session->done('escrow_begin', $mid, $kind);
        foreach ($values as $name => $value) {
            if ($value instanceof \DateTimeInterface) {
                $korean = (new \DateTimeImmutable('@' . $value->getTimestamp()))->setTimezone(new \DateTimeZone('Asia/Seoul'));
                $value = $korean->format('YmdHi');
            }
            $this->session->done('escrow_set', (string) $name, $value);
        }
        $this->session->sendEscrow();
    }

    /** The outcome of the last request: none, answered, not_sent, rolled_back or in_doubt. Also if a step threw. */
    public function outcome(): string
    {
        return $this->session->outcome();
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
     * @param array<string, string|int> $parameters
     * @param list<EscrowItem> $items
     */
    private function form(
        string $cstMid,
        #[\SensitiveParameter]
        array $parameters,
        array $items,
        bool $strict
    ): Window {
        $this->session->done('window_begin', $cstMid);
        $this->session->done('window_strict', $strict);
        $encodings = array_fill_keys(['LGD_ENCODING', 'LGD_ENCODING_RETURNURL', 'LGD_ENCODING_NOTEURL'], 'UTF-8');
        $given = [$parameters + $encodings];
        foreach ($items as $item) {
            $given[] = $item->parameters();
        }
        foreach ($given as $names) {
            foreach ($names as $name => $value) {
                $this->session->done('window_set', (string) $name, (string) $value);
            }
        }
        $this->session->done('window_sign');
        $names = $this->texts('window_count', 'window_name');
        $values = $this->texts('window_count', 'window_value');
        $fields = [];
        foreach ($names as $at => $name) {
            $fields[] = [$name, $values[$at]];
        }
        return new Window($fields, $this->session->text('window_html'), $this->texts('window_warning_count', 'window_warning'));
    }

    /** @return list<string> */
    private function texts(string $count, string $each): array
    {
        $texts = [];
        for ($at = 0, $all = (int) $this->session->call($count); $at < $all; $at++) {
            $texts[] = (string) $this->session->call($each, $at);
        }
        return $texts;
    }

    /**
     * @param array<string, string> $own
     * @param array<string, string> $more
     */
    private function cancelled(
        string $mid,
        array $own,
        #[\SensitiveParameter]
        array $more,
        string $payType
    ): Cancellation {
        $parameters = $this->session->checked($mid, $own, $more);
        if ($payType !== '') {
            $this->session->done('check', 'LGD_PAYTYPE', $payType);
        }
        $done = $this->session->send($mid, $parameters, Cancellation::class);
        return $done->counts($this->session->call('is_cancelled', $payType) === true);
    }

    /**
     * What to answer to a notification: 400 if it is not verified, else what $answer says.
     *
     * @param callable(string): ?Order $orderOf
     * @param callable(Notice, Order): Reply $answer
     * @throws ConfigError
     */
    private function reply(
        #[\SensitiveParameter]
        string $body,
        callable $orderOf,
        callable $answer
    ): Reply {
        try {
            list($notice, $order) = $this->inbox->notice($body, $orderOf);
        } catch (ConfigError $error) {
            // The shop's fault, and not for the sender to read.
            throw $error;
        } catch (XPayError $error) {
            return new Reply(400, $error->getMessage());
        }
        return $answer($notice, $order);
    }

    /** @param callable(): Reply $replied */
    private static function answer(callable $replied): bool
    {
        try {
            $reply = $replied();
        } catch (\Throwable $thrown) {
            (new Reply(500, 'The notification could not be saved. / 통보를 처리하지 못했습니다.'))->send();
            throw $thrown;
        }
        $reply->send();
        $failure = $reply->failure();
        if ($failure !== null) {
            // PHP may print the exception, and only ROLLBACK alone takes the payment back.
            ob_start(static function (): string {
                return '';
            });
            throw $failure;
        }
        return $reply->isOk();
    }
}
