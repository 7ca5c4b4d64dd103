<?php

// The final payment request: included by the pages that save an order or a personal payment.

if (!defined('_GNUBOARD_')) {
    exit;
}

require_once G5_SHOP_PATH . '/settle_lg.inc.php';

$LGD_PAYKEY = isset($_POST['LGD_PAYKEY']) ? $_POST['LGD_PAYKEY'] : '';

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$xpay->Set('LGD_TXNAME', 'PaymentByKey');
$xpay->Set('LGD_PAYKEY', $LGD_PAYKEY);

//$DB_AMOUNT = "the amount";
//$xpay->Set('LGD_AMOUNTCHECKYN', 'Y');
//$xpay->Set('LGD_AMOUNT', $DB_AMOUNT);

if ($xpay->TX()) {
    if ('0000' == $xpay->Response_Code()) {
        $tno = $xpay->Response('LGD_TID', 0);
        $amount = $xpay->Response('LGD_AMOUNT', 0);
        $app_time = $xpay->Response('LGD_PAYDATE', 0);
        $account = $xpay->Response('LGD_FINANCENAME', 0) . ' ' . $xpay->Response('LGD_ACCOUNTNUM', 0);
        $card_name = $xpay->Response('LGD_FINANCENAME', 0);
    } else {
        alert($xpay->Response_Msg() . ' 코드 : ' . $xpay->Response_Code());
    }
} else {
    alert($xpay->Response_Msg() . ' 코드 : ' . $xpay->Response_Code());
}
