<?php

/** The shop's contract with the gateway, from the environment (.env). */

$isTest = env('XPAY_MODE') === 'test';

return [
    // "test" or "service", where money moves. No default: a forgotten line must not ship goods that nobody paid for.
    'mode' => (string) env('XPAY_MODE'),
    // The directory that contains conf/mall.conf and conf/lgdacom.conf, outside the web root.
    'home' => env('XPAY_HOME'),
    // CST_MID: the merchant ID of the contract. On the test platform LGD_MID has a t before it.
    'cst_mid' => (string) env('XPAY_CST_MID'),
    'mid' => ($isTest ? 't' : '') . env('XPAY_CST_MID'),
    // Overrides the files; null leaves the file's value. Without XPAY_MERT_KEY the MertKey is mall.conf's.
    'settings' => [
        ($isTest ? 't' : '') . env('XPAY_CST_MID') => env('XPAY_MERT_KEY'),
        'log_level' => env('XPAY_LOG_LEVEL'),
    ],
    // A channel of config/logging.php; null for the default one.
    'log_channel' => env('XPAY_LOG_CHANNEL'),
    'window_js' => env('XPAY_WINDOW_JS', 'https://js.tosspayments.com/xpay_crossplatform/' . ($isTest ? 'sandbox' : 'live') . '/v1'),
];
