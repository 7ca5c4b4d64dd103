<?php
/**
 * The shop's settings. Each comes from an environment variable, or is what stands beside it: in a shop of your own, write
 * your values here. This file shows nothing when it is asked for by a browser.
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
// It holds the MertKey: outside of what the web server gives out.
$home = $of('XPAY_HOME', dirname(__DIR__) . '/lgdacom');

return [
    'platform' => $platform,
    'home_dir' => $home,
    // The contracted shop id, CST_MID; on "test" the gateway knows it with a t in front.
    'cst_mid' => $of('XPAY_MID', 'lgdacomxpay'),
    // The drop-in class, with libxpayclient.so or the command xpay beside it.
    'client' => $of('XPAY_CLIENT', dirname(__DIR__, 2) . '/ffi-php/src/XPayClient.php'),
    'window_js' => $of('XPAY_WINDOW_JS', $isTest
        ? 'https://pretest.tosspayments.com:9443/xpay/js/xpay_crossplatform.js'
        : 'https://xpayvvip.tosspayments.com/xpay/js/xpay_crossplatform.js'),
    'receipt_js' => $of('XPAY_RECEIPT_JS', $isTest
        ? 'https://pgweb.tosspayments.com:7085/WEB_SERVER/js/receipt_link.js'
        : 'https://pgweb.tosspayments.com/WEB_SERVER/js/receipt_link.js'),
    // Where these pages are, as the buyer's browser and the gateway call them. Empty: as this request called them.
    'url' => $of('SHOP_URL', ''),
    // Where the orders are kept. Outside of what the web server gives out, too.
    'data' => $of('SHOP_DATA', $home . '/orders'),
    // For the merchant's own pages (Cancel, CashReceipt, patch, ping). Empty: they are closed to everybody.
    'password' => $of('SHOP_PASSWORD', ''),
    // What cash receipts say of the shop.
    'name' => $of('SHOP_NAME', '모의상점'),
    'owner' => $of('SHOP_OWNER', '홍길동'),
    'phone' => $of('SHOP_PHONE', '02-0000-0000'),
    'business_number' => $of('SHOP_BUSINESS_NUMBER', '1234567890'),
];
