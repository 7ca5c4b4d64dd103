<?php

/**
 * A Laravel application around examples/laravel, for one command:
 *
 *     front.php BASE request    a request as JSON on stdin, its response as JSON on stdout
 *     front.php BASE artisan COMMAND ARGUMENT...
 *     front.php BASE job        a job of the queue that sends what stdin says, after which the worker is killed
 *
 * or for a browser, behind PHP's own server, with SHOP_BASE.
 */

use Illuminate\Contracts\Console\Kernel as ConsoleKernel;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Http\Kernel as HttpKernel;
use Illuminate\Foundation\Application;
use Illuminate\Http\Request;

require_once 'Illuminate/autoload.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

list($base, $what) = PHP_SAPI === 'cli-server' ? [getenv('SHOP_BASE'), 'serve'] : array_slice($argv, 1);
spl_autoload_register(static function (string $class) use ($base): void {
    if (strpos($class, 'App\\') === 0) {
        require $base . '/app/' . strtr(substr($class, 4), '\\', '/') . '.php';
    }
});

/** As a new project has it. */
final class ShopKernel extends Illuminate\Foundation\Http\Kernel
{
    protected $middleware = [
        Illuminate\Foundation\Http\Middleware\ValidatePostSize::class,
        Illuminate\Foundation\Http\Middleware\TrimStrings::class,
        Illuminate\Foundation\Http\Middleware\ConvertEmptyStringsToNull::class,
    ];
    protected $middlewareGroups = ['web' => [
        Illuminate\Cookie\Middleware\EncryptCookies::class,
        Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse::class,
        Illuminate\Session\Middleware\StartSession::class,
        Illuminate\View\Middleware\ShareErrorsFromSession::class,
        Illuminate\Foundation\Http\Middleware\VerifyCsrfToken::class,
        Illuminate\Routing\Middleware\SubstituteBindings::class,
    ]];
}

/** A job that pays without a guard. */
final class SendingJob
{
    /** @var array<string, string> */
    private $parameters;

    public function __construct(array $parameters)
    {
        $this->parameters = $parameters;
    }

    public function handle(XPay\Client $xpay): void
    {
        echo json_encode($xpay->send(config('xpay.mid'), $this->parameters)->isSuccess());
    }
}

$app = new Application($base);
$app->singleton(HttpKernel::class, ShopKernel::class);
$app->singleton(ConsoleKernel::class, Illuminate\Foundation\Console\Kernel::class);
$app->singleton(ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);

// The shop's other pages.
$app->booted(static function (): void {
    Illuminate\Support\Facades\Route::get('/orders/{oid}', static function (string $oid): string {
        return $oid;
    });
    Illuminate\Support\Facades\Route::post('/web', static function (): string {
        return 'posted';
    })->middleware('web');
});
switch ($what) {
    case 'serve':
        $response = $app->make(HttpKernel::class)->handle(Request::capture())->send();
        // PHP's server does not log what a router answers.
        error_log("[{$response->getStatusCode()}]: {$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']}");
        break;
    case 'request':
        list($method, $uri, $body, $headers) = json_decode(file_get_contents('php://stdin'), true);
        $body = base64_decode($body);
        parse_str($body, $post);
        $request = Request::create($uri, $method, $post, [], [], $headers, $body);
        $kernel = $app->make(HttpKernel::class);
        $response = $kernel->handle($request);
        echo json_encode([$response->getStatusCode(), base64_encode($response->getContent()), $response->headers->get('Content-Type')]);
        $kernel->terminate($request, $response);
        break;
    case 'artisan':
        $kernel = $app->make(ConsoleKernel::class);
        exit($kernel->handle(new Symfony\Component\Console\Input\ArgvInput(array_slice($argv, 2))));
    case 'job':
        $app->make(ConsoleKernel::class)->bootstrap();
        $app->make('queue')->connection('sync')->push(new SendingJob(json_decode(file_get_contents('php://stdin'), true)));
        posix_kill(getmypid(), SIGKILL);
}
