<?php

// The admin sets an order's items to cancelled, and may cancel the payment with them.

include_once './_common.php';

$od = row('order', $od_id);
$pg_res_cd = '';
$pg_res_msg = '';
if ($pg_cancel == 1 && $od['od_tno']) {
    include_once G5_SHOP_PATH . '/settle_lg.inc.php';

    $xpay = new XPay($configPath, $CST_PLATFORM);
    $xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
    $xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
    $xpay->Init_TX($LGD_MID);
    $xpay->Set('LGD_TXNAME', 'Cancel');
    $xpay->Set('LGD_TID', $od['od_tno']);

    if (!$xpay->TX() || !in_array($xpay->Response_Code(), ['0000', 'AV11'])) {
        $pg_res_cd = $xpay->Response_Code();
        $pg_res_msg = $xpay->Response_Msg();
    } else {
        save('order', $od_id, ['od_refund_price' => $od['od_receipt_price']]);
    }
}
save('order', $od_id, ['od_status' => '취소']);
if ($pg_res_cd && $pg_res_msg) {
    alert("취소하지 못했습니다: $pg_res_cd $pg_res_msg");
}
header('Location: ./orderform.php?od_id=' . $od_id);
