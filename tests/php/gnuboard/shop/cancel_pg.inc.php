<?php

// Which gateway takes the payment back. The name is defined nowhere in gnuboard.

if (!defined('G5_IS_SHOP')) {
    exit;
}

if ($od_pg === 'lg') {
    include G5_SHOP_PATH . '/lg/xpay_cancel.php';
}
