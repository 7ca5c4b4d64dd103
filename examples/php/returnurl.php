<?php

/**
 * LGD_RETURNURL: receives the post of the payment window and passes it to the parent page (payment_return() of
 * payreq_crossplatform.php), or continues to payres.php if there is no frame and no popup.
 *
 * The browser sends it, so it is verified with the order's own values. LGD_PAYKEY is not signed, and a failure is not signed at
 * all: nothing is saved here, and payres.php compares the payment with the order once more. The page starts no session: the post
 * comes from another site without cookies, and a new session would log the buyer out of the shop.
 *
 * 결제창의 인증 결과를 주문의 값으로 검증하여 부모 창에 넘깁니다. LGD_PAYKEY는 서명되지 않으므로 여기서는 아무것도 확정하지 않습니다.
 */

require __DIR__ . '/shop.php';

$order = Order::find(post('LGD_OID'));
$code = post('LGD_RESPCODE');
$message = post('LGD_RESPMSG');
$paykey = post('LGD_PAYKEY');
$isOurs = $code === '0000' && $order !== null && $paykey !== ''
    && post('LGD_MID') === mid() && post('LGD_AMOUNT') === (string) $order->amount
    && xpay()->VerifyHashDataCas(mid(), $order->oid, $order->amount, $code, post('LGD_TIMESTAMP'), post('LGD_HASHDATA'));
if ($code === '0000' && !$isOurs) {
    error_log('returnurl: the return is not of an order of this shop');
    list($code, $message, $paykey) = ['SHOP', '주문과 다른 결제입니다. 처음부터 다시 해 주십시오. / This is not your order: please begin anew.', ''];
}

// A failed result is passed on, too: the parent page closes the window.
$oid = $order === null ? '' : $order->oid;
$isPopup = $order !== null && $order->window === 'popup';
head('결제 확인', 'One moment');
?>
<form id="LGD_RETURNINFO" method="post" action="<?= h($order === null ? '' : $order->payres) ?>">
    <input type="hidden" id="LGD_RESPCODE" value="<?= h($code) ?>">
    <input type="hidden" id="LGD_RESPMSG" value="<?= h($message) ?>">
    <input type="hidden" name="LGD_OID" value="<?= h($oid) ?>">
    <input type="hidden" name="LGD_PAYKEY" id="LGD_PAYKEY" value="<?= h($paykey) ?>">
<?php if ($code === '0000'): ?>
    <noscript><button>계속 <small>Go on</small></button></noscript>
<?php else: ?>
    <p class="card bad" role="alert"><?= h("$message ($code)") ?></p>
    <p class="actions">
        <a class="button" href="<?= h($order === null ? 'sample_crossplatform.php' : $order->payreq()) ?>">다시 결제하기 <small>Try again</small></a>
    </p>
<?php endif ?>
</form>
<script>
    // The page that opened this popup, unless it was closed, left or loaded again meanwhile.
    function opened() {
        try {
            return opener !== null && opener.lgdwin === self;
        } catch (elsewhere) {
            return false;
        }
    }

    if (parent !== self) {
        parent.payment_return();
    } else if (<?= $isPopup ? 'true' : 'false' ?> && opened()) {
        opener.payment_return();
    } else if (document.getElementById('LGD_RESPCODE').value === '0000') {
        document.getElementById('LGD_RETURNINFO').submit();
    }
</script>
<?php
foot();
