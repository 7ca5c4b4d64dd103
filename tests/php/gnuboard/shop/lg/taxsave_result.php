<?php

// Issues a cash receipt for an order.

include_once './_common.php';
require_once G5_SHOP_PATH . '/settle_lg.inc.php';

$od = row('order', $od_id);
$paytypes = ['가상계좌' => 'SC0040', '계좌이체' => 'SC0030', '무통장' => 'SC0100'];
if (!isset($paytypes[$od['od_settle_case']])) {
    exit('현금영수증을 발급할 수 없는 주문입니다.');
}
$LGD_PAYTYPE = $paytypes[$od['od_settle_case']];

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);
$request = [
    'LGD_TXNAME' => 'CashReceipt',
    'LGD_METHOD' => 'AUTH',
    'LGD_PAYTYPE' => $LGD_PAYTYPE,
    'LGD_OID' => $od['od_id'],
    'LGD_AMOUNT' => $od['od_receipt_price'] - $od['od_refund_price'],
    'LGD_CASHCARDNUM' => $_POST['id_info'],
    'LGD_CASHRECEIPTUSE' => $_POST['tr_code'],
    'LGD_CUSTOM_MERTNAME' => $default['de_admin_company_name'],
    'LGD_CUSTOM_BUSINESSNUM' => $default['de_admin_company_saupja_no'],
    'LGD_CUSTOM_MERTPHONE' => $default['de_admin_company_tel'],
    'LGD_ENCODING' => 'UTF-8',
];
$request += $LGD_PAYTYPE === 'SC0100' ? ['LGD_PRODUCTINFO' => '상품'] : ['LGD_TID' => $od['od_tno']];
$request += $LGD_PAYTYPE === 'SC0040' ? ['LGD_SEQNO' => $od['od_casseqno']] : [];
foreach ($request as $name => $value) {
    $xpay->Set($name, $value);
}

if (!$xpay->TX() || $xpay->Response_Code() != '0000') {
    exit('발급하지 못했습니다: ' . $xpay->Response_Code() . ' ' . $xpay->Response_Msg());
}
save('order', $od_id, ['od_cash' => 1, 'od_cash_no' => $xpay->Response('LGD_CASHRECEIPTNUM', 0)]);
echo '현금영수증 ', $xpay->Response('LGD_CASHRECEIPTNUM', 0);
