<?php

// The final payment request: included by the pages that save an order or a personal payment.

if (!defined('_GNUBOARD_')) {
    exit;
}

require_once G5_SHOP_PATH . '/settle_lg.inc.php';

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$xpay->Set('LGD_TXNAME', 'PaymentByKey');
$xpay->Set('LGD_PAYKEY', (string) ($_POST['LGD_PAYKEY'] ?? ''));

//$DB_AMOUNT = "the amount";
//$xpay->Set('LGD_AMOUNTCHECKYN', 'Y');
//$xpay->Set('LGD_AMOUNT', $DB_AMOUNT);

if (!$xpay->TX() || $xpay->Response_Code() != '0000') {
    alert($xpay->Response_Msg() . ' (' . $xpay->Response_Code() . ')');
}

$tno = $xpay->Response('LGD_TID', 0);
$amount = $xpay->Response('LGD_AMOUNT', 0);
$account = $xpay->Response('LGD_FINANCENAME', 0) . ' ' . $xpay->Response('LGD_ACCOUNTNUM', 0);
