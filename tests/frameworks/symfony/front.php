<?php

/**
 * A Symfony application around examples/symfony, for one command:
 *
 *     front.php BASE request    a request as JSON on stdin, its response as JSON on stdout
 *     front.php BASE console COMMAND ARGUMENT...
 *     front.php BASE job        a message to a worker that sends what stdin says, after which the worker is killed
 *
 * or for a browser, behind PHP's own server, with SHOP_BASE.
 */

use Symfony\Bundle\FrameworkBundle\Console\Application;
use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Bundle\FrameworkBundle\Kernel\MicroKernelTrait;
use Symfony\Bundle\TwigBundle\TwigBundle;
use Symfony\Component\Console\Input\ArgvInput;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpKernel\Kernel;
use Symfony\Component\Messenger\Envelope;
use Symfony\Component\Messenger\MessageBusInterface;
use Symfony\Component\Messenger\Worker;
use Symfony\Component\Messenger\Transport\InMemoryTransport;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

require_once 'Symfony/Bundle/FrameworkBundle/autoload.php';
require_once 'Symfony/Bundle/TwigBundle/autoload.php';
require_once 'Symfony/Component/Messenger/autoload.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

list($base, $what) = PHP_SAPI === 'cli-server' ? [getenv('SHOP_BASE'), 'serve'] : array_slice($argv, 1);
spl_autoload_register(static function (string $class) use ($base): void {
    if (strpos($class, 'App\\') === 0) {
        require $base . '/src/' . strtr(substr($class, 4), '\\', '/') . '.php';
    }
});

/** As a new project has it. */
final class ShopKernel extends Kernel
{
    use MicroKernelTrait;

    /** @var string */
    public static $base;

    public function registerBundles(): iterable
    {
        return [new FrameworkBundle(), new TwigBundle()];
    }

    public function getProjectDir(): string
    {
        return self::$base;
    }

    private function configureContainer(ContainerConfigurator $container): void
    {
        $container->extension('framework', [
            'secret' => 'shop',
            'router' => ['utf8' => true],
            'session' => false,
            'messenger' => ['transports' => ['later' => 'in-memory://'], 'routing' => [Sending::class => 'later']],
        ]);
        $container->import(self::$base . '/config/services.yaml');
        $container->services()->set(SendingHandler::class, SendingHandler::class)->autowire()->autoconfigure()
            ->alias('shop.bus', 'messenger.default_bus')->public()
            ->alias('shop.transport', 'messenger.transport.later')->public()
            ->alias('shop.events', 'event_dispatcher')->public();
    }

    private function configureRoutes(RoutingConfigurator $routes): void
    {
        $routes->import(self::$base . '/src/Controller/', 'annotation');
    }
}

/** A message that pays without a guard. */
final class Sending
{
    /** @var array<string, string> */
    public $parameters;

    public function __construct(array $parameters)
    {
        $this->parameters = $parameters;
    }
}

final class SendingHandler implements Symfony\Component\Messenger\Handler\MessageHandlerInterface
{
    /** @var XPay\Client */
    private $xpay;

    public function __construct(XPay\Client $xpay)
    {
        $this->xpay = $xpay;
    }

    public function __invoke(Sending $message): void
    {
        echo json_encode($this->xpay->send('t' . getenv('XPAY_CST_MID'), $message->parameters)->isSuccess());
    }
}

// "prod": no messages of a debugger, and the compiled container.
ShopKernel::$base = $base;
$kernel = new ShopKernel('prod', false);
switch ($what) {
    case 'serve':
        $response = $kernel->handle(Request::createFromGlobals())->send();
        // PHP's server does not log what a router answers.
        error_log("[{$response->getStatusCode()}]: {$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']}");
        break;
    case 'request':
        list($method, $uri, $body, $headers) = json_decode(file_get_contents('php://stdin'), true);
        $body = base64_decode($body);
        parse_str($body, $post);
        $request = Request::create('https://shop.example' . $uri, $method, $post, [], [], $headers, $body);
        $response = $kernel->handle($request);
        echo json_encode([$response->getStatusCode(), base64_encode($response->getContent()), $response->headers->get('Content-Type')]);
        $kernel->terminate($request, $response);
        break;
    case 'console':
        exit((new Application($kernel))->run(new ArgvInput(array_slice($argv, 2))));
    case 'job':
        $kernel->boot();
        $shop = $kernel->getContainer();
        $shop->get('shop.bus')->dispatch(new Sending(json_decode(file_get_contents('php://stdin'), true)));
        $events = $shop->get('shop.events');
        $worker = new Worker(['later' => $shop->get('shop.transport')], $shop->get('shop.bus'), $events);
        $events->addListener(Symfony\Component\Messenger\Event\WorkerRunningEvent::class, static function ($event): void {
            if ($event->isWorkerIdle()) {
                posix_kill(getmypid(), SIGKILL);
            }
        });
        $worker->run();
}
