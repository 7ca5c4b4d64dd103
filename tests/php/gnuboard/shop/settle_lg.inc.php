<?php

// Who the shop is at the gateway, for each page that pays, cancels or opens the window.

if (!defined('_GNUBOARD_')) {
    exit;
}

require_once G5_LGXPAY_PATH . '/lgdacom/XPayClient.php';

class XPay extends XPayClient
{
    public function set_config_value($key, $val)
    {
        $this->config[$key] = $val;
    }
}

$CST_PLATFORM = $default['de_card_test'] ? 'test' : 'service';
$CST_MID = 'si_' . $config['cf_lg_mid'];
$LGD_MID = ($CST_PLATFORM === 'test' ? 't' : '') . $CST_MID;
$LGD_TIMESTAMP = date('YmdHis');
$LGD_WINDOW_TYPE = 'iframe';
$LGD_RETURNURL = G5_SHOP_URL . '/lg/returnurl.php';
$LGD_CASNOTEURL = G5_SHOP_URL . '/settle_lg_common.php';
$configPath = G5_LGXPAY_PATH . '/lgdacom';
