<?php

// Takes the payment back after the order could not be saved.

if (isset($xpay) && method_exists($xpay, 'Rollback')) {
    $xpay->Rollback($cancel_msg . ' ' . $xpay->Response('LGD_TID', 0) . ' ' . $xpay->Response('LGD_OID', 0));
}
