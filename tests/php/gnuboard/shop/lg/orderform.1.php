<?php

// The window's script, as a part of the order form.

if (!defined('_GNUBOARD_')) {
    exit;
}
?>
<script src="<?php echo empty($_SERVER['HTTPS']) ? 'http' : 'https'; ?>://xpay.uplus.co.kr/xpay/js/xpay_crossplatform.js"></script>
