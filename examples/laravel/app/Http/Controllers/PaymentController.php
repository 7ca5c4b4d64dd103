<?php

/** The three pages of a payment: it opens the window, it pays when the buyer returns, and it takes the gateway's notifications. */

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\Order;
use Illuminate\Contracts\View\View;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\DB;
use XPay\Client;
use XPay\Notice;
use XPay\Payment;
use XPay\XPayError;

final class PaymentController
{
    public function show(Request $request, Client $xpay, Order $order): View
    {
        abort_unless($order->state === Order::UNPAID, 409);
        $fields = $xpay->window(config('xpay.cst_mid'), [
            'LGD_OID' => $order->oid,
            'LGD_AMOUNT' => $order->amount,
            'LGD_BUYER' => $order->buyer,
            'LGD_BUYERID' => 'guest',
            // The window takes 15 characters: an IPv6 address does not fit.
            'LGD_BUYERIP' => filter_var($request->ip(), FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) ?: '0.0.0.0',
            'LGD_PRODUCTINFO' => $order->title,
            'LGD_RETURNURL' => route('xpay.return'),
            'LGD_CASNOTEURL' => route('xpay.notice'),
            'LGD_WINDOW_TYPE' => 'iframe',
            'LGD_DOMAIN_URL' => 'xpayvvip',
        ]);
        return view('xpay.pay', ['order' => $order, 'fields' => $fields]);
    }

    /** LGD_RETURNURL. Money moves here, for the amount of the shop's own order. */
    public function pay(Request $request, Client $xpay): View
    {
        $order = Order::query()->findOrFail((string) $request->input('LGD_OID'));
        try {
            // The body as received: a middleware may have trimmed the values.
            $return = $xpay->verifyReturn($request->getContent(), config('xpay.mid'), $order->oid, $order->amount);
        } catch (XPayError $error) {
            report($error);
            return view('xpay.returned', ['order' => $order, 'reason' => '']);
        }
        if (!$return->isSuccess()) {
            return view('xpay.returned', ['order' => $order, 'reason' => $return->message()]);
        }
        // A second click or a reload finds the order taken.
        $reason = $order->begin() ? $this->approve($xpay, $order, $return->payKey()) : '';
        return view('xpay.returned', ['order' => $order->fresh(), 'reason' => $reason]);
    }

    public function notice(Request $request, Client $xpay): Response
    {
        $reply = $xpay->replyToNotice(
            $request->getContent(),
            static function (string $oid): ?\XPay\Order {
                $order = Order::query()->find($oid);
                return $order === null ? null : new \XPay\Order(config('xpay.mid'), $order->oid, $order->amount);
            },
            static function (Notice $notice): void {
                DB::transaction(static function () use ($notice): void {
                    Order::query()->lockForUpdate()->findOrFail($notice->oid())->book($notice);
                });
            }
        );
        return response($reply->body(), $reply->status(), $reply->headers());
    }

    /** @return string the gateway's reason, if it declined */
    private function approve(Client $xpay, Order $order, string $payKey): string
    {
        try {
            // Not inside a transaction of the database: its commit could still fail after the payment counts.
            $payment = $xpay->payByKey(config('xpay.mid'), $payKey, $order->amount, static function (Payment $payment) use ($order): void {
                DB::transaction(static function () use ($order, $payment): void {
                    $order->approve($payment);
                });
            });
            if ($payment->isSuccess()) {
                return '';
            }
            // S007 and XC01: an earlier request may have paid.
            $order->move($payment->isRepeated() ? Order::DOUBT : Order::UNPAID);
            return $payment->message();
        } catch (\Throwable $error) {
            report($error);
            // In doubt, nobody may pay again before the rollback is certain.
            $order->move($xpay->outcome() === 'in_doubt' ? Order::DOUBT : Order::UNPAID);
            return '';
        }
    }
}
