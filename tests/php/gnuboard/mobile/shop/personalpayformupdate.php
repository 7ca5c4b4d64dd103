<?php

// The same for phones.

include_once './_common.php';
include G5_SHOP_PATH . '/personalpay.inc.php';
