<?php

// What both pages of gnuboard do that pay what the shop asked of one buyer. There is no cart.

if (!defined('_GNUBOARD_')) {
    exit;
}

$pp = row('personalpay', $_POST['pp_id']);
if (!$pp || $pp['pp_tno']) {
    alert('결제할 것이 없습니다.');
}

include G5_SHOP_PATH . '/lg/xpay_result.php';

if ((int) $pp['pp_price'] !== (int) $amount) {
    $cancel_msg = '금액이 다름';
    $od_pg = 'lg';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('금액이 다릅니다.');
}
save('personalpay', $pp['pp_id'], ['pp_tno' => $tno, 'pp_receipt_price' => $amount]);
header('Location: ' . G5_SHOP_URL . '/personalpayresult.php?pp_id=' . $pp['pp_id']);
