<?php

// The order form: only its part of the window.

include_once './_common.php';
include_once G5_SHOP_PATH . '/settle_lg.inc.php';
include_once G5_SHOP_PATH . '/lg/orderform.1.php';
