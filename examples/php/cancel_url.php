<?php

/**
 * LGD_KVPMISPCANCELURL and LGD_MTRANSFERCANCELURL: the buyer comes back from the app without a payment, or after note_url.php
 * answered ROLLBACK. Anybody can open this address, so it changes nothing about an order that is paid, and shows it as paid.
 *
 * Assumes the LGD_OID that payreq.php put into the address.
 *
 * 앱에서 취소하고 돌아오는 페이지. 결제된 주문이면 결제되었다고 보여 줍니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/app.php';

// Before the lock: other pages of this session may wait for that, and need the session released.
$isBuyers = may_see(query('LGD_OID'));
session_write_close();
$order = order_of_app();
if ($order->state === 'new' && $order->isAwaited) {
    $order->isAwaited = false;
    $order->save();
}

head('앱 결제 취소', 'You left the app');
app_result(
    $order,
    '이 주문은 결제되지 않았습니다. 앱에 결제되었다고 나오면 다시 결제하기 전에 문의해 주십시오.',
    'This order is not paid. If your app says that it is, please ask us before you pay again.'
);
?>
<p class="actions">
<?php if ($isBuyers): ?>
    <?php if ($order->state === 'new'): ?>
    <a class="button" href="<?= h($order->payreq()) ?>">다시 결제하기 <small>Try again</small></a>
    <?php endif ?>
    <a class="button quiet" href="order.php?oid=<?= h($order->oid) ?>">주문 보기 <small>Your order</small></a>
<?php endif ?>
</p>
<?php
foot();
