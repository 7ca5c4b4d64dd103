<?php

/** The handlers of examples/psr without a framework: front.php BASE request, a request as JSON on stdin, its response as JSON on stdout. */

use App\PaymentHandlers;
use App\Shop\Checkout;
use App\Shop\Orders;
use Nyholm\Psr7\Factory\Psr17Factory;
use Nyholm\Psr7\ServerRequest;

require_once 'Nyholm/Psr7/autoload.php';
require_once 'Psr/Log/autoload.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

list(, $base, $what) = $argv;
require "$base/PaymentHandlers.php";
require "$base/Shop/Checkout.php";
require "$base/Shop/Orders.php";

$database = new PDO(getenv('SHOP_DATABASE'));
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$logger = new class extends Psr\Log\AbstractLogger {
    public function log($level, $message, array $context = []): void
    {
        fwrite(STDERR, "$level: $message\n");
    }
};
$mode = getenv('XPAY_MODE');
$client = new XPay\Client(getenv('XPAY_HOME'), $mode, [], $logger);
$handlers = new PaymentHandlers(new Checkout($client, new Orders($database), $logger, getenv('XPAY_CST_MID'), $mode), new Psr17Factory());
list($method, $uri, $body, $headers) = json_decode(file_get_contents('php://stdin'), true);
$body = base64_decode($body);
parse_str($body, $post);
$request = (new ServerRequest($method, "https://shop.example$uri", $headers, $body))->withParsedBody($post);
try {
    $response = $handlers->{['/xpay/return' => 'pay', '/xpay/notice' => 'notice'][$uri]}($request);
    echo json_encode([$response->getStatusCode(), base64_encode((string) $response->getBody()), $response->getHeaderLine('Content-Type')]);
} catch (Throwable $thrown) {
    fwrite(STDERR, "$thrown\n");
    echo json_encode([500, base64_encode('Error'), 'text/plain']);
}
