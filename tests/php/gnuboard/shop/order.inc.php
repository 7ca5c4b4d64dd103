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
    $cancel_msg = '결제금액 불일치';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('Receipt Amount Error');
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
    $cancel_msg = '주문정보 입력 오류';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('고객님의 주문 정보를 처리하는 중 오류가 발생해서 주문이 완료되지 않았습니다.');
}
header('Location: ' . G5_SHOP_URL . '/orderinquiryview.php?od_id=' . $od_id);
