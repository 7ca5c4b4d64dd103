<?php

// The phone's page that opens the window: signed by hand, and sent as a form.

include_once './_common.php';
require_once G5_MSHOP_PATH . '/settle_lg.inc.php';

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$LGD_HASHDATA = md5($LGD_MID . $_POST['LGD_OID'] . $_POST['LGD_AMOUNT'] . $LGD_TIMESTAMP . $xpay->config[$LGD_MID]);
$_SESSION['PAYREQ_MAP'] = $form = [
    'CST_WINDOW_TYPE' => 'submit',
    'LGD_MID' => $LGD_MID,
    'LGD_OID' => $_POST['LGD_OID'],
    'LGD_AMOUNT' => $_POST['LGD_AMOUNT'],
    'LGD_TIMESTAMP' => $LGD_TIMESTAMP,
    'LGD_HASHDATA' => $LGD_HASHDATA,
    'LGD_RETURNURL' => $LGD_RETURNURL,
    'LGD_CASNOTEURL' => $LGD_CASNOTEURL,
];
?>
<script language="javascript" src="http://xpay.uplus.co.kr/xpay/js/xpay_crossplatform.js" type="text/javascript"></script>
<form id="LGD_PAYINFO" method="post">
<?php foreach ($form as $name => $value) { ?>
<input type="hidden" name="<?php echo $name; ?>" value="<?php echo $value; ?>">
<?php } ?>
</form>
