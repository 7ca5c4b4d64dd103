<?php

// What every page of the shop begins with.

include_once '../common.php';

if (!G5_USE_SHOP) {
    exit('There is no shop');
}
define('_SHOP_', true);
