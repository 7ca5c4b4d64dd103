<?php

/** One file, to be read by the tests. */

return ['default' => 'file', 'channels' => ['file' => ['driver' => 'single', 'path' => storage_path('logs/laravel.log'), 'level' => 'debug']]];
