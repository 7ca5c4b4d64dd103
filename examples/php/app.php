<?php

/**
 * What a buyer sees who comes back from the app of a card or a bank: the state of the order, whatever the app said.
 *
 * Assumes only the order ID: an app may come back to another browser, which has no session. So nothing here says who ordered.
 *
 * 앱에서 돌아온 구매자에게 보이는 화면. 다른 브라우저로 돌아올 수 있어 세션 없이 주문 상태만 보여 줍니다.
 */

/** @return Order locked: a note that comes now waits, or this waits until it is saved. Ends the script if there is none */
function order_of_app()
{
    $order = Order::lock(query('LGD_OID'));
    $order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
    return $order;
}

/** Shows the order, with the words for one that is not paid. */
function app_result(Order $order, $korean, $english)
{
    $class = ['paid' => 'good', 'cancelled' => 'bad', 'refused' => 'bad'][$order->state] ?? 'open';
    $words = [
        'new' => [$korean, $english],
        'paid' => ['결제되었습니다. 이 창을 닫으셔도 됩니다.', 'It is paid. You can close this page.'],
        'refused' => ['주문을 받을 수 없어 결제를 되돌리도록 요청했습니다. 다시 결제하지 마십시오.',
            'We could not accept the order, and asked for the payment to be taken back. Please do not pay again.'],
        'waiting' => ['이 주문은 계좌 입금을 기다리고 있습니다.', 'This order waits for a deposit.'],
        'cancelled' => ['취소된 주문입니다.', 'This order is cancelled.'],
    ][$order->state] ?? ['결제가 되었는지 확인하고 있습니다. 다시 결제하지 마십시오.',
        'We are finding out whether you were charged. Please do not pay again.'];
    ?>
<section class="card <?= h($class) ?>" role="status">
    <p class="big" id="state" data-state="<?= h($order->state) ?>"><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></p>
    <p><?= h($words[0]) ?><br><small><?= h($words[1]) ?></small></p>
    <dl>
        <dt>주문번호 <small>Order</small></dt><dd id="oid"><?= h($order->oid) ?></dd>
        <dt>금액 <small>Amount</small></dt><dd><?= h(won($order->amount)) ?></dd>
    </dl>
</section>
    <?php
}
