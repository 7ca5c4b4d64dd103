<?php

// Issues a cash receipt for an order.

include_once './_common.php';
require_once G5_SHOP_PATH . '/settle_lg.inc.php';

$od = row('order', $od_id);
$paytypes = ['가상계좌' => 'SC0040', '계좌이체' => 'SC0030', '무통장' => 'SC0100'];
if (!isset($paytypes[$od['od_settle_case']])) {
    exit('현금영수증은 무통장, 가상계좌, 계좌이체에 한해 발급요청이 가능합니다.');
}
$LGD_PAYTYPE = $paytypes[$od['od_settle_case']];

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);
$xpay->Set("LGD_TXNAME", "CashReceipt");
$xpay->Set("LGD_METHOD", "AUTH");
$xpay->Set("LGD_PAYTYPE", $LGD_PAYTYPE);
$xpay->Set("LGD_OID", $od['od_id']);
$xpay->Set("LGD_AMOUNT", $od['od_receipt_price'] - $od['od_refund_price']);
$xpay->Set("LGD_CASHCARDNUM", $_POST['id_info']);
$xpay->Set("LGD_CUSTOM_MERTNAME", $default['de_admin_company_name']);
$xpay->Set("LGD_CUSTOM_BUSINESSNUM", $default['de_admin_company_saupja_no']);
$xpay->Set("LGD_CUSTOM_MERTPHONE", $default['de_admin_company_tel']);
$xpay->Set("LGD_CASHRECEIPTUSE", $_POST['tr_code']);
$xpay->Set("LGD_ENCODING", "UTF-8");
if ($LGD_PAYTYPE === 'SC0100') {
    $xpay->Set("LGD_PRODUCTINFO", '상품');
} else {
    $xpay->Set("LGD_TID", $od['od_tno']);
}
if ($LGD_PAYTYPE === 'SC0040') {
    $xpay->Set("LGD_SEQNO", $od['od_casseqno']);
}

if (!$xpay->TX() || '0000' != $xpay->Response_Code()) {
    exit('현금영수증 발급 요청처리가 정상적으로 완료되지 않았습니다. ' . $xpay->Response_Code() . ' ' . $xpay->Response_Msg());
}
save('order', $od_id, ['od_cash' => 1, 'od_cash_no' => $xpay->Response('LGD_CASHRECEIPTNUM', 0)]);
echo '현금영수증 ', $xpay->Response('LGD_CASHRECEIPTNUM', 0);
