<?php

// The same for phones: the final payment request is that of shop/.

include_once './_common.php';
include G5_SHOP_PATH . '/order.inc.php';
