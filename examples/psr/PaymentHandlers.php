<?php

/**
 * The pages behind LGD_RETURNURL and LGD_CASNOTEURL over PSR-7, for Slim, Mezzio or no framework. Each method is the body of a
 * PSR-15 handler. Checkout and Orders are those of examples/symfony/src/Shop, which use no framework.
 */

declare(strict_types=1);

namespace App;

use App\Shop\Checkout;
use App\Shop\Orders;
use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

final class PaymentHandlers
{
    /** @var Checkout */
    private $checkout;
    /** @var ResponseFactoryInterface */
    private $responses;

    public function __construct(Checkout $checkout, ResponseFactoryInterface $responses)
    {
        $this->checkout = $checkout;
        $this->responses = $responses;
    }

    public function pay(ServerRequestInterface $request): ResponseInterface
    {
        $result = $this->checkout->pay((array) $request->getParsedBody());
        $said = [
            Orders::PAID => '결제되었습니다.',
            Orders::WAITING => '가상계좌가 발급되었습니다. 아직 입금 전입니다.',
            Orders::UNPAID => '결제되지 않았습니다. 결제 금액은 청구되지 않았습니다. ' . $result['reason'],
        ][$result['order']['state']] ?? '결제가 되었는지 확인하고 있습니다. 다시 결제하지 마십시오.';
        return $this->answer(200, ['Content-Type' => 'text/html; charset=utf-8'], '<p>' . htmlspecialchars($said) . '</p>');
    }

    public function notice(ServerRequestInterface $request): ResponseInterface
    {
        $reply = $this->checkout->notice((string) $request->getBody());
        return $this->answer($reply->status(), $reply->headers(), $reply->body());
    }

    /** @param array<string, string> $headers */
    private function answer(int $status, array $headers, string $body): ResponseInterface
    {
        $response = $this->responses->createResponse($status);
        foreach ($headers as $name => $value) {
            $response = $response->withHeader($name, $value);
        }
        $response->getBody()->write($body);
        return $response;
    }
}
