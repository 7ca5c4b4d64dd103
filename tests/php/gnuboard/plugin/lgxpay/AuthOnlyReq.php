<?php

// Opens the identity check: signed by hand, without the class.

include_once './_common.php';

$LGD_MID = ($config['cf_cert_use'] == 2 ? '' : 't') . 'si_' . $config['cf_lg_mid'];
$LGD_BUYERSSN = '0000000000000';
$LGD_TIMESTAMP = date('YmdHis');
$LGD_HASHDATA = md5($LGD_MID . $LGD_BUYERSSN . $LGD_TIMESTAMP . $config['cf_lg_mert_key']);
?>
<form method="post" id="LGD_PAYINFO" action="AuthOnlyRes.php">
<input type="hidden" name="LGD_MID" value="<?php echo $LGD_MID; ?>">
<input type="hidden" name="LGD_HASHDATA" value="<?php echo $LGD_HASHDATA; ?>">
</form>
