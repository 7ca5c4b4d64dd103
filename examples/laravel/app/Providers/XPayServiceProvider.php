<?php

/** Makes XPay\Client, its routes, the recovery of every minute, and tells the library when a worker's job is done. */

declare(strict_types=1);

namespace App\Providers;

use App\Console\Commands\RecoverPayments;
use Illuminate\Console\Scheduling\Schedule;
use Illuminate\Contracts\Foundation\Application;
use Illuminate\Queue\Events\JobProcessed;
use Illuminate\Support\ServiceProvider;
use XPay\Client;

final class XPayServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        // Not a singleton: Octane and queue workers forget a scoped instance after each request or job.
        $this->app->scoped(Client::class, static function (Application $app): Client {
            $config = $app['config']['xpay'];
            return new Client($config['home'], $config['mode'], $config['settings'], $app['log']->channel($config['log_channel']));
        });
    }

    public function boot(): void
    {
        $this->loadRoutesFrom(base_path('routes/xpay.php'));
        $this->commands([RecoverPayments::class]);
        $this->callAfterResolving(Schedule::class, static function (Schedule $schedule): void {
            $schedule->command('xpay:recover')->everyMinute()->withoutOverlapping();
        });
        // A worker does not end after a job, which is how the library would know that the orders of send() are saved.
        $this->app['events']->listen(JobProcessed::class, function (): void {
            if ($this->app->resolved(Client::class)) {
                $this->app->make(Client::class)->confirm();
            }
        });
    }
}
