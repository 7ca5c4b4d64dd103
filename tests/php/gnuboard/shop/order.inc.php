<?php

// What both pages of gnuboard do that save an order.

if (!defined('_GNUBOARD_')) {
    exit;
}

$cart = row('cart', $od_id);
$order_price = $cart['ct_price'] + $cart['send_cost'];
$od_pg = 'lg';
$od_status = '주문';

include G5_SHOP_PATH . '/lg/xpay_result.php';

$od_receipt_price = $od_settle_case === '가상계좌' ? 0 : $amount;
if ($od_receipt_price == $order_price) {
    $od_status = '입금';
}

if ((int) $order_price !== (int) $amount) {
    $cancel_msg = '금액이 다름';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('금액이 다릅니다.');
}

$saved = save('order', $od_id, [
    'od_id' => $od_id,
    'od_pg' => $od_pg,
    'od_tno' => $tno,
    'od_lg_mid' => $LGD_MID,
    'od_settle_case' => $od_settle_case,
    'od_cart_price' => $order_price,
    'od_receipt_price' => $od_receipt_price,
    'od_refund_price' => 0,
    'od_cancel_price' => 0,
    'od_bank_account' => $account,
    'od_casseqno' => '',
    'od_status' => $od_status,
]);
if (!$saved) {
    $cancel_msg = '주문 저장 실패';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('주문을 저장하지 못했습니다.');
}
header('Location: ' . G5_SHOP_URL . '/orderinquiryview.php?od_id=' . $od_id);
