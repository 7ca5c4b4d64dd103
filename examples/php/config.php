<?php

/**
 * The shop's settings. Each comes from an environment variable, or is the default next to it: in your own shop, write your
 * values here. This file outputs nothing if a browser requests it.
 *
 * 상점 설정. 환경 변수가 없으면 옆의 값을 씁니다. 실제 상점에서는 이 파일에 값을 적으십시오.
 */

$of = static function ($variable, $default) {
    $value = getenv($variable);
    return $value === false || $value === '' ? $default : $value;
};
// "test", or "service", where money moves.
$platform = $of('XPAY_PLATFORM', 'test');
$isTest = $platform === 'test';
// It contains the MertKey: keep it outside the web root.
$home = $of('XPAY_HOME', dirname(__DIR__) . '/lgdacom');

return [
    'platform' => $platform,
    'home_dir' => $home,
    // The contract's merchant ID, CST_MID; on "test" the gateway expects a t before it.
    'cst_mid' => $of('XPAY_MID', 'lgdacomxpay'),
    // The drop-in class, with libxpayclient.so or the xpay command next to it.
    'client' => $of('XPAY_CLIENT', dirname(__DIR__, 2) . '/ffi-php/src/XPayClient.php'),
    'window_js' => $of('XPAY_WINDOW_JS', $isTest
        ? 'https://js.tosspayments.com/xpay_crossplatform/sandbox/v1'
        : 'https://js.tosspayments.com/xpay_crossplatform/live/v1'),
    'receipt_js' => $of('XPAY_RECEIPT_JS', $isTest
        ? 'https://pgweb.tosspayments.com:7085/WEB_SERVER/js/receipt_link.js'
        : 'https://pgweb.tosspayments.com/WEB_SERVER/js/receipt_link.js'),
    // The URL of these pages for the buyer's browser and the gateway. Empty: the URL of this request.
    'url' => $of('SHOP_URL', ''),
    // Addresses or networks (192.0.2.0/24) from which the gateway posts notifications: ask its operator for them. Empty: payments
    // in apps are notified to nobody (note_url.php), and deposits are accepted from anywhere.
    'notice_addresses' => preg_split('/[\s,]+/', $of('SHOP_NOTICE_ADDRESSES', ''), -1, PREG_SPLIT_NO_EMPTY),
    // LGD_CUSTOM_ROLLBACK, for payments in apps. Y: whatever keeps note_url.php from answering OK takes the payment back.
    'custom_rollback' => $of('SHOP_CUSTOM_ROLLBACK', 'Y'),
    // The directory of the orders, also outside the web root.
    'data' => $of('SHOP_DATA', $home . '/orders'),
    // For the merchant's own pages (Cancel, CashReceipt, patch, ping). Empty: they are closed to everybody.
    'password' => $of('SHOP_PASSWORD', ''),
    // The shop's data on cash receipts.
    'name' => $of('SHOP_NAME', '모의상점'),
    'owner' => $of('SHOP_OWNER', '홍길동'),
    'phone' => $of('SHOP_PHONE', '02-0000-0000'),
    'business_number' => $of('SHOP_BUSINESS_NUMBER', '1234567890'),
];
