<?php

// The buyer cancels an order that nobody has begun to handle. Only TX decides; the gateway's code is not looked at.

include_once './_common.php';

$od = row('order', $od_id);
if (!$od || $od['od_status'] !== '주문') {
    alert('이 주문은 취소할 수 없습니다.');
}

require_once './settle_lg.inc.php';
$LGD_TID = $od['od_tno'];
$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$xpay->Set("LGD_TXNAME", "Cancel");
$xpay->Set("LGD_TID", $LGD_TID);

if (!$xpay->TX()) {
    alert('취소하지 못했습니다: ' . $xpay->Response_Code() . ' ' . $xpay->Response_Msg());
}

save('order', $od_id, ['od_status' => '취소', 'od_cancel_price' => $od['od_cart_price'], 'od_receipt_price' => 0]);
header('Location: ' . G5_SHOP_URL . '/orderinquiryview.php?od_id=' . $od_id);
