<?php

// The result of the identity check: a class XPay of its own, and the platform from a setting of its own.

include_once './_common.php';

$CST_PLATFORM = $config['cf_cert_use'] == 2 ? 'service' : 'test';
$LGD_MID = ($CST_PLATFORM === 'test' ? 't' : '') . 'si_' . $config['cf_lg_mid'];

require_once G5_LGXPAY_PATH . '/lgdacom/XPayClient.php';

class XPay extends XPayClient
{
    public function set_config_value($key, $val)
    {
        $this->config[$key] = $val;
    }
}

$xpay = new XPay(G5_LGXPAY_PATH . '/lgdacom', $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);
$xpay->Set("LGD_TXNAME", "AuthOnlyByKey");
$xpay->Set("LGD_AUTHONLYKEY", $_POST['LGD_AUTHONLYKEY']);
$xpay->Set("LGD_PAYTYPE", $_POST['LGD_PAYTYPE']);

if (!$xpay->TX() || '0000' != $xpay->Response_Code()) {
    alert('확인하지 못했습니다: ' . $xpay->Response_Code() . ' ' . $xpay->Response_Msg());
}
echo '확인: ', $xpay->Response('LGD_MOBILE_SUBAUTH_NAME', 0);
