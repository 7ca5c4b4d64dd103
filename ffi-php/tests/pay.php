<?php

/**
 * A shop's payres page for tests/php/test_fpm.py: pays with the drop-in class and prints the result and its worker as JSON.
 */

error_reporting(E_ALL);
set_error_handler(static function ($level, $message, $file, $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
});
require getenv('XPAYCLIENT_CLASS');

$xpay = new XPayClient(getenv('XPAY_HOME'), 'test');
$xpay->Init_TX('tlgdacomxpay');
$xpay->Set('LGD_TXNAME', 'PaymentByKey');
$xpay->Set('LGD_PAYKEY', $_SERVER['PAYKEY']);
$xpay->Set('LGD_PRODUCTINFO', $_SERVER['RUN'] . ' worker ' . getmypid());
$answered = $xpay->TX();
$paid = $answered && $xpay->Response_Code() === '0000';
if ($paid) {
    // The shop's own database, in the simplest form.
    file_put_contents(getenv('XPAY_BOOK'), $xpay->Response('LGD_TID') . "\n", FILE_APPEND | LOCK_EX);
}
$status = file_get_contents('/proc/self/status');
// Without the pages of files, which come and go with the machine's memory.
preg_match('/RssAnon:\s+(\d+)/', $status, $own);
echo json_encode([
    'paid' => $paid,
    'code' => $xpay->Response_Code(),
    'message' => $xpay->Response_Msg(),
    'tid' => $xpay->Response('LGD_TID'),
    'outcome' => $xpay->Outcome(),
    'backend' => XPayClient::backend(),
    'why' => XPayClient_Library::why(),
    'worker' => getmypid(),
    'memory' => (int) $own[1],
]);
