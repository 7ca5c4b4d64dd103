<?php

/** A payment from the window to the notification, without a framework. */

declare(strict_types=1);

namespace App\Shop;

use Psr\Log\LoggerInterface;
use XPay\Client;
use XPay\Notice;
use XPay\Order;
use XPay\Payment;
use XPay\Reply;
use XPay\Window;
use XPay\XPayError;

final class Checkout
{
    /** @var Client */
    private $xpay;
    /** @var Orders */
    private $orders;
    /** @var LoggerInterface */
    private $logger;
    /** @var string */
    private $cstMid;
    /** @var string LGD_MID */
    private $mid;

    public function __construct(Client $xpay, Orders $orders, LoggerInterface $logger, string $cstMid, string $mode)
    {
        $this->xpay = $xpay;
        $this->orders = $orders;
        $this->logger = $logger;
        $this->cstMid = $cstMid;
        $this->mid = ($mode === 'test' ? 't' : '') . $cstMid;
    }

    /** @param array<string, mixed> $order */
    public function window(array $order, string $ip, string $returnUrl, string $noticeUrl): Window
    {
        return $this->xpay->window($this->cstMid, [
            'LGD_OID' => $order['oid'],
            'LGD_AMOUNT' => $order['amount'],
            'LGD_BUYER' => $order['buyer'],
            'LGD_BUYERID' => 'guest',
            // The window takes 15 characters: an IPv6 address does not fit.
            'LGD_BUYERIP' => filter_var($ip, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) ?: '0.0.0.0',
            'LGD_PRODUCTINFO' => $order['title'],
            'LGD_RETURNURL' => $returnUrl,
            'LGD_CASNOTEURL' => $noticeUrl,
            'LGD_WINDOW_TYPE' => 'iframe',
            'LGD_DOMAIN_URL' => 'xpayvvip',
        ]);
    }

    /**
     * What LGD_RETURNURL does. Money moves here, for the amount of the shop's own order.
     *
     * @param array<string, mixed> $post
     * @return array{order: array<string, mixed>, reason: string}
     */
    public function pay(array $post): array
    {
        $order = $this->orders->get((string) ($post['LGD_OID'] ?? ''));
        try {
            $return = $this->xpay->verifyReturn($post, $this->mid, $order['oid'], $order['amount']);
        } catch (XPayError $error) {
            $this->logger->error('The return for order {oid} was refused: {exception}', ['oid' => $order['oid'], 'exception' => $error]);
            return ['order' => $order, 'reason' => ''];
        }
        $reason = $return->message();
        if ($return->isSuccess()) {
            // A second click or a reload finds the order taken.
            $isOurs = $this->orders->move($order['oid'], Orders::UNPAID, Orders::PAYING);
            $reason = $isOurs ? $this->approve($order, $return->payKey()) : '';
        }
        return ['order' => $this->orders->get($order['oid']), 'reason' => $reason];
    }

    /** What LGD_CASNOTEURL answers. What it throws has to become an HTTP error: the gateway then sends it again. */
    public function notice(string $body): Reply
    {
        return $this->xpay->replyToNotice(
            $body,
            function (string $oid): ?Order {
                $order = $this->orders->find($oid);
                return $order === null ? null : new Order($this->mid, $order['oid'], $order['amount']);
            },
            function (Notice $notice): void {
                $this->orders->book($notice);
            }
        );
    }

    /**
     * @param array<string, mixed> $order
     * @return string the gateway's reason, if it declined
     */
    private function approve(array $order, string $payKey): string
    {
        try {
            // Not inside a transaction of the database: its commit could still fail after the payment counts.
            $payment = $this->xpay->payByKey($this->mid, $payKey, $order['amount'], function (Payment $payment) use ($order): void {
                $this->orders->approve($order, $payment);
            });
            $declined = !$payment->isSuccess();
        } catch (\Throwable $error) {
            $this->logger->critical('The payment of order {oid} failed: {exception}', ['oid' => $order['oid'], 'exception' => $error]);
            // In doubt, nobody may pay again before the rollback is certain.
            $this->orders->move($order['oid'], Orders::PAYING, $this->xpay->outcome() === 'in_doubt' ? Orders::DOUBT : Orders::UNPAID);
            return '';
        }
        if ($declined) {
            // S007 and XC01: an earlier request may have paid.
            $this->orders->move($order['oid'], Orders::PAYING, $payment->isRepeated() ? Orders::DOUBT : Orders::UNPAID);
        }
        return $declined ? $payment->message() : '';
    }
}
