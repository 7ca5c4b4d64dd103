<?php

/** The shop's orders, as far as payments know them. */

declare(strict_types=1);

namespace App\Shop;

use PDO;
use XPay\Notice;
use XPay\Payment;

final class Orders
{
    public const UNPAID = 'unpaid';
    /** The final payment request is under way. If the process dies, it stays so. */
    public const PAYING = 'paying';
    /** Nobody knows whether money moved, until `xpay:recover` has rolled it back. */
    public const DOUBT = 'doubt';
    /** Waits for the deposit into its virtual account. */
    public const WAITING = 'waiting';
    public const PAID = 'paid';

    /** @var PDO */
    private $database;

    public function __construct(PDO $database)
    {
        $this->database = $database;
    }

    /** @return array{oid: string, amount: int, title: string, buyer: string, state: string, tid: string}|null */
    public function find(string $oid): ?array
    {
        $found = $this->database->prepare('SELECT oid, amount, title, buyer, state, tid FROM orders WHERE oid = ?');
        $found->execute([$oid]);
        $order = $found->fetch(PDO::FETCH_ASSOC);
        return $order === false ? null : ['amount' => (int) $order['amount']] + $order;
    }

    /** @return array{oid: string, amount: int, title: string, buyer: string, state: string, tid: string} */
    public function get(string $oid): array
    {
        $order = $this->find($oid);
        if ($order === null) {
            throw new \DomainException('There is no such order');
        }
        return $order;
    }

    /** @return bool false if it is not in the first state: another request came before */
    public function move(string $oid, string $from, string $to, string $tid = ''): bool
    {
        $moved = $this->database->prepare("UPDATE orders SET state = ?, tid = COALESCE(NULLIF(?, ''), tid) WHERE oid = ? AND state = ?");
        $moved->execute([$to, $tid, $oid, $from]);
        return $moved->rowCount() === 1;
    }

    /**
     * Saves the approval, or throws, which rolls the payment back.
     *
     * @param array<string, mixed> $order
     */
    public function approve(array $order, Payment $payment): void
    {
        $isOurs = $payment->oid() === $order['oid'] && $payment->amount() === $order['amount'];
        if (!$isOurs || !$this->move($order['oid'], self::PAYING, $payment->isPaid() ? self::PAID : self::WAITING, $payment->tid())) {
            throw new \DomainException("The approval cannot be saved in order {$order['oid']}");
        }
    }

    /** Saves a notification once; throws if it does not fit the order, so that the gateway sends it again. */
    public function book(Notice $notice): void
    {
        $order = $this->get($notice->oid());
        // LGD_TID and LGD_CASFLAG are not signed.
        if ($order['tid'] === '' || !hash_equals($order['tid'], $notice->tid())) {
            throw new \DomainException("LGD_TID is not that of order {$order['oid']}");
        }
        $this->database->beginTransaction();
        try {
            $this->record($notice, $order['amount']);
            $this->database->commit();
        } catch (\Throwable $error) {
            $this->database->rollBack();
            throw $error;
        }
    }

    private function record(Notice $notice, int $amount): void
    {
        $known = $this->database->prepare('SELECT 1 FROM order_notices WHERE id = ?');
        $known->execute([$notice->dedupKey()]);
        if ($known->fetchColumn() !== false) {
            return;
        }
        // Of two at the same time, the second fails here and is sent again.
        $this->database->prepare('INSERT INTO order_notices (id) VALUES (?)')->execute([$notice->dedupKey()]);
        if (!$notice->isSuccess() || $notice->flag() === Notice::ISSUED) {
            return;
        }
        $isPaid = $notice->flag() === Notice::PAID_IN;
        list($from, $to) = $isPaid ? [self::WAITING, self::PAID] : [self::PAID, self::WAITING];
        if ($isPaid && $notice->paidInTotal() !== $amount || !$this->move($notice->oid(), $from, $to)) {
            throw new \DomainException("{$notice->flag()} of {$notice->paidInTotal()} won does not fit order {$notice->oid()}");
        }
    }
}
