<?php

/** A Messenger worker does not end after a message, which is how the library would know that the orders of send() are saved. */

declare(strict_types=1);

namespace App\EventSubscriber;

use Symfony\Component\EventDispatcher\EventSubscriberInterface;
use Symfony\Component\Messenger\Event\WorkerMessageHandledEvent;
use XPay\Client;

final class ConfirmAfterMessage implements EventSubscriberInterface
{
    /** @var Client */
    private $xpay;

    public function __construct(Client $xpay)
    {
        $this->xpay = $xpay;
    }

    public static function getSubscribedEvents(): array
    {
        return [WorkerMessageHandledEvent::class => 'confirm'];
    }

    public function confirm(): void
    {
        $this->xpay->confirm();
    }
}
