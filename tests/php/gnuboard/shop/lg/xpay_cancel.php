<?php

// Takes the payment back after the order could not be saved.

if (isset($xpay) && method_exists($xpay, 'Rollback')) {
    $of = '[TID:' . $xpay->Response('LGD_TID', 0) . ',MID:' . $xpay->Response('LGD_MID', 0) . ',OID:' . $xpay->Response('LGD_OID', 0) . ']';
    $xpay->Rollback("$cancel_msg $of");
}
