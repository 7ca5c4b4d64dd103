<?php

/** The three pages of a payment: it opens the window, it pays when the buyer returns, and it takes the gateway's notifications. */

declare(strict_types=1);

namespace App\Controller;

use App\Shop\Checkout;
use App\Shop\Orders;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
// From Symfony 6.4 on: Symfony\Component\Routing\Attribute\Route.
use Symfony\Component\Routing\Annotation\Route;
use Symfony\Component\Routing\Generator\UrlGeneratorInterface;

final class PaymentController extends AbstractController
{
    #[Route('/orders/{oid}/pay', name: 'xpay_show', methods: ['GET'])]
    public function show(string $oid, Request $request, Checkout $checkout, Orders $orders, string $windowJs): Response
    {
        $order = $orders->find($oid);
        if ($order === null || $order['state'] !== Orders::UNPAID) {
            throw $this->createNotFoundException();
        }
        $fields = $checkout->window(
            $order,
            (string) $request->getClientIp(),
            $this->generateUrl('xpay_return', [], UrlGeneratorInterface::ABSOLUTE_URL),
            $this->generateUrl('xpay_notice', [], UrlGeneratorInterface::ABSOLUTE_URL)
        );
        return $this->render('xpay/pay.html.twig', ['order' => $order, 'fields' => $fields, 'window_js' => $windowJs]);
    }

    /** LGD_RETURNURL. It is posted from another site: without the session's cookie. */
    #[Route('/xpay/return', name: 'xpay_return', methods: ['POST'])]
    public function pay(Request $request, Checkout $checkout): Response
    {
        $result = $checkout->pay($request->request->all());
        return $this->render('xpay/returned.html.twig', $result);
    }

    /** LGD_CASNOTEURL. */
    #[Route('/xpay/notice', name: 'xpay_notice', methods: ['POST'])]
    public function notice(Request $request, Checkout $checkout): Response
    {
        $reply = $checkout->notice($request->getContent());
        return new Response($reply->body(), $reply->status(), $reply->headers());
    }
}
