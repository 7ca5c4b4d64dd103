<?php

// The admin cancels a part.

include_once './_common.php';

$od = row('order', $od_id);
$tax_mny = (int) $_POST['mod_tax_mny'];
$free_mny = (int) $_POST['mod_free_mny'];
include_once G5_SHOP_PATH . '/' . $od['od_pg'] . '/orderpartcancel.inc.php';
echo '부분취소했습니다.';
