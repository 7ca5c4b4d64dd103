<?php

// Pays and saves an order. Its amount is what the cart has, whatever the browser sent.

include_once './_common.php';
include G5_SHOP_PATH . '/order.inc.php';
