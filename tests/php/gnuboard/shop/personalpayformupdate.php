<?php

// Pays an amount that the shop asked of one buyer.

include_once './_common.php';
include G5_SHOP_PATH . '/personalpay.inc.php';
