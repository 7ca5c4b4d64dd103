<?php

/** An order of the shop, as far as payments know it. */

declare(strict_types=1);

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Support\Facades\DB;
use XPay\Notice;
use XPay\Payment;

/**
 * @property string $oid LGD_OID: not guessable, and all of one length
 * @property int $amount in won
 * @property string $title
 * @property string $buyer
 * @property string $state
 * @property string $tid LGD_TID of the approval
 */
final class Order extends Model
{
    public const UNPAID = 'unpaid';
    /** The final payment request is under way. If the process dies, it stays so. */
    public const PAYING = 'paying';
    /** Nobody knows whether money moved, until `xpay:recover` has rolled it back. */
    public const DOUBT = 'doubt';
    /** Waits for the deposit into its virtual account. */
    public const WAITING = 'waiting';
    public const PAID = 'paid';

    public $incrementing = false;
    public $timestamps = false;
    protected $primaryKey = 'oid';
    protected $keyType = 'string';
    protected $casts = ['amount' => 'integer'];

    /** @return bool false if it is not unpaid any more, or another request pays for it */
    public function begin(): bool
    {
        return self::query()->whereKey($this->oid)->where('state', self::UNPAID)->update(['state' => self::PAYING]) === 1;
    }

    /** Saves the approval, or throws, which rolls the payment back. */
    public function approve(Payment $payment): void
    {
        if ($payment->oid() !== $this->oid || $payment->amount() !== $this->amount) {
            throw new \DomainException("The gateway approved something other than order {$this->oid}");
        }
        $this->move($payment->isPaid() ? self::PAID : self::WAITING, ['tid' => $payment->tid()]);
    }

    /** Saves a notification once; throws if it does not fit the order, so that the gateway sends it again. */
    public function book(Notice $notice): void
    {
        // LGD_TID and LGD_CASFLAG are not signed.
        if ($this->tid === '' || !hash_equals($this->tid, $notice->tid())) {
            throw new \DomainException("LGD_TID is not that of order {$this->oid}");
        }
        $isNew = DB::table('order_notices')->insertOrIgnore(['id' => $notice->dedupKey()]) === 1;
        if (!$isNew || !$notice->isSuccess() || $notice->flag() === Notice::ISSUED) {
            return;
        }
        $isPaid = $notice->flag() === Notice::PAID_IN;
        if ($this->state !== ($isPaid ? self::WAITING : self::PAID) || $isPaid && $notice->paidInTotal() !== $this->amount) {
            throw new \DomainException("{$notice->flag()} of {$notice->paidInTotal()} won does not fit order {$this->oid}");
        }
        $this->move($isPaid ? self::PAID : self::WAITING);
    }

    /** @param array<string, string> $more */
    public function move(string $state, array $more = []): void
    {
        if (self::query()->whereKey($this->oid)->update(['state' => $state] + $more) !== 1) {
            throw new \RuntimeException("Order {$this->oid} cannot be saved");
        }
    }
}
