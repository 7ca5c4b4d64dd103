<?php

// What both pages of gnuboard do that pay what the shop asked of one buyer. There is no cart.

if (!defined('_GNUBOARD_')) {
    exit;
}

$pp = row('personalpay', $_POST['pp_id']);
if (!$pp || $pp['pp_tno']) {
    alert('개인결제 정보가 존재하지 않습니다.');
}

include G5_SHOP_PATH . '/lg/xpay_result.php';

if ((int) $pp['pp_price'] !== (int) $amount) {
    $cancel_msg = '결제금액 불일치';
    $od_pg = 'lg';
    include G5_SHOP_PATH . '/cancel_pg.inc.php';
    exit('Receipt Amount Error');
}
save('personalpay', $pp['pp_id'], ['pp_tno' => $tno, 'pp_receipt_price' => $amount]);
header('Location: ' . G5_SHOP_URL . '/personalpayresult.php?pp_id=' . $pp['pp_id']);
