<?php

// The window's script, as a part of the order form.

if (!defined('_GNUBOARD_')) {
    exit;
}
?>
<script src="<?php echo isset($_SERVER['HTTPS']) ? 'https' : 'http'; ?>://xpay.uplus.co.kr/xpay/js/xpay_crossplatform.js"></script>
