<?php

/**
 * A shop for tests/machines: pays with each PAYKEY that it reads, and says what it knows.
 */

require __DIR__ . '/../../ffi-php/src/XPayClient.php';

$xpay = new XPayClient($argv[1], 'test');
while (($paykey = fgets(STDIN)) !== false) {
    $xpay->Init_TX('tlgdacomxpay');
    $xpay->Set('LGD_TXNAME', 'PaymentByKey');
    $xpay->Set('LGD_PAYKEY', trim($paykey));
    if ($xpay->TX() && $xpay->Response_Code() === '0000') {
        echo 'paid ' . $xpay->Response('LGD_TID') . "\n";
    } else {
        echo 'outcome ' . $xpay->Outcome() . ' ' . $xpay->Response_Detail() . "\n";
    }
}
