<?php

/**
 * LGD_KVPMISPWAPURL and LGD_MTRANSFERWAPURL: the buyer comes back from the app. That says nothing of the money: the note may have
 * come before, come now or later, or never. So this page shows the order as it is, asks again while it is not paid, and pays
 * nothing.
 *
 * Assumes the LGD_OID that payreq.php put into the address.
 *
 * 앱에서 돌아오는 페이지. 통보가 먼저 올 수도, 나중에 올 수도 있으므로 주문의 상태만 보여 주고 기다립니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/app.php';

// Before the lock: other pages of this session may wait for that, and need the session released.
$isBuyers = may_see(query('LGD_OID'));
session_write_close();
$order = order_of_app();
if ($order->state === 'new' && !$order->isAwaited) {
    // The buyer's other pages say so, too, until the note comes.
    $order->isAwaited = true;
    $order->save();
}

head('앱 결제 결과', 'Your payment in the app');
app_result(
    $order,
    '결제 통보가 아직 오지 않았습니다. 앱에서 결제하셨다면 다시 결제하지 말고 기다려 주십시오.',
    'We have not heard of your payment yet. If you paid in the app, please wait and do not pay again.'
);
?>
<p class="actions">
<?php if ($order->state === 'new'): ?>
    <a class="button" id="again" href="">다시 확인 <small>Look again</small></a>
<?php endif ?>
<?php if ($isBuyers): ?>
    <a class="button quiet" href="order.php?oid=<?= h($order->oid) ?>">주문 보기 <small>Your order</small></a>
<?php endif ?>
</p>
<?php if ($order->state === 'new'): ?>
<script>
    setTimeout(function () { location.reload(); }, 3000);
</script>
<?php endif ?>
<?php
foot();
