<?php

/** One file of SQLite. */

return [
    'default' => 'shop',
    'connections' => ['shop' => ['driver' => 'sqlite', 'database' => env('SHOP_DATABASE'), 'prefix' => '']],
    'migrations' => 'migrations',
];
