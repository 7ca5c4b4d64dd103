<?php

// Signs the window's request by hand, with the key that the class holds, and puts the request into the session.

include_once './_common.php';
require_once G5_SHOP_PATH . '/settle_lg.inc.php';

$xpay = new XPay($configPath, $CST_PLATFORM);
$xpay->set_config_value('t' . $LGD_MID, $config['cf_lg_mert_key']);
$xpay->set_config_value($LGD_MID, $config['cf_lg_mert_key']);
$xpay->Init_TX($LGD_MID);

$LGD_TIMESTAMP = $_POST['LGD_TIMESTAMP'];
$LGD_HASHDATA = md5($LGD_MID . $_POST['LGD_OID'] . $_POST['LGD_AMOUNT'] . $LGD_TIMESTAMP . $xpay->config[$LGD_MID]);
$_SESSION['PAYREQ_MAP'] = ['LGD_OID' => $_POST['LGD_OID'], 'LGD_HASHDATA' => $LGD_HASHDATA];

exit(json_encode(['LGD_HASHDATA' => $LGD_HASHDATA, 'error' => '']));
