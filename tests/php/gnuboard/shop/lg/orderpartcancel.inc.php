<?php

// A partial cancellation, for the admin's page.

if (!defined('_GNUBOARD_')) {
    exit;
}

include_once G5_SHOP_PATH . '/settle_lg.inc.php';

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$refund = ['LGD_RFACCOUNTNUM', 'LGD_RFBANKCODE', 'LGD_RFCUSTOMERNAME', 'LGD_RFPHONE'];
$xpay->Set("LGD_TXNAME", "PartialCancel");
$xpay->Set("LGD_TID", $od['od_tno']);
$xpay->Set("LGD_CANCELAMOUNT", (int) $tax_mny);
$xpay->Set("LGD_REMAINAMOUNT", (int) $od['od_receipt_price'] - (int) $od['od_refund_price']);
$xpay->Set("LGD_CANCELTAXFREEAMOUNT", (int) $free_mny);
$xpay->Set("LGD_CANCELREASON", iconv('utf-8', 'cp949', $mod_memo));
foreach ($refund as $name) {
    $xpay->Set($name, isset($_POST[$name]) ? $_POST[$name] : '');
}
$xpay->Set("LGD_REQREMAIN", "0");

if (!$xpay->TX() || $xpay->Response_Code() != '0000') {
    alert('부분취소하지 못했습니다: ' . $xpay->Response_Code() . ' ' . $xpay->Response_Msg());
}
save('order', $od['od_id'], ['od_refund_price' => $od['od_refund_price'] + $tax_mny + $free_mny]);
