<?php

/** What was posted to the shop: the library reads and verifies it. */

declare(strict_types=1);

namespace XPay;

/** @internal */
final class Inbox
{
    /** @var Session */
    private $session;

    public function __construct(Session $session)
    {
        $this->session = $session;
    }

    /**
     * @param string|array<array-key, mixed> $posted the body, or the values as PHP has read them
     * @return string the body as it was sent
     */
    public static function body(
        #[\SensitiveParameter]
        $posted
    ): string {
        return is_string($posted) ? $posted : http_build_query(array_filter($posted, 'is_string'), '', '&');
    }

    /**
     * The notification, if it is about the order that $orderOf returns; also that order.
     *
     * @param callable(string): ?Order $orderOf
     * @return array{Notice, Order}
     * @throws XPayError
     */
    public function notice(
        #[\SensitiveParameter]
        string $body,
        callable $orderOf
    ): array {
        $this->session->done('notice_read', $body, strlen($body));
        $oid = $this->session->text('notice_oid');
        $order = $oid !== '' ? $orderOf($oid) : null;
        if ($order === null) {
            throw $this->session->refusal('LGD_OID', 'is not an order of this shop');
        }
        if ($oid !== $order->oid()) {
            throw $this->session->refusal('LGD_OID', "is not the order's");
        }
        $this->session->done('notice_verify', $order->mid(), $order->amount());
        return [new Notice($this->values('notice_value', $body), $this->session->text('notice_key')), $order];
    }

    /** Whether the shop has to save the order for the mobile payment's note that was verified. */
    public function isDue(string $savedTid): bool
    {
        return $this->session->call('note_due', $savedTid) === true;
    }

    /** What that note is answered with. */
    public function noteAnswer(string $savedTid): string
    {
        return $this->session->text('note_answer', $savedTid);
    }

    /** @throws XPayError */
    public function windowReturn(
        #[\SensitiveParameter]
        string $body,
        string $mid,
        string $oid,
        int $amount
    ): WindowReturn {
        $this->session->done('return_read', $body, strlen($body));
        $this->session->done('return_verify', $mid, $oid, $amount);
        return new WindowReturn($this->values('return_value', $body));
    }

    /** @throws XPayError */
    public function billingReturn(
        #[\SensitiveParameter]
        string $body
    ): BillingReturn {
        $this->session->done('billing_return_read', $body, strlen($body));
        return new BillingReturn($this->values('billing_return_value', $body));
    }

    /** @return array<string, string> by the names of the body */
    private function values(
        string $call,
        #[\SensitiveParameter]
        string $body
    ): array {
        $values = [];
        foreach (array_filter(explode('&', $body)) as $pair) {
            $name = urldecode(explode('=', $pair)[0]);
            $values[$name] = $this->session->text($call, $name);
        }
        return $values;
    }
}
