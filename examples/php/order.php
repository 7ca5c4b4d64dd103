<?php

/**
 * The state of an order with its receipts, for the buyer who placed it and for the merchant.
 *
 * Assumes receipt_link.js at `receipt_js` of config.php. Its links have a signature (GetReceiptAuthData), so that not everybody
 * can see the receipt of any LGD_TID.
 *
 * 주문 상태와 영수증 링크. 주문한 사람과 상점만 볼 수 있습니다.
 */

require __DIR__ . '/shop.php';

$order = may_see(query('oid')) ? Order::find(query('oid')) : null;
$order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
$class = ['new' => '', 'paid' => 'good', 'cancelled' => 'bad', 'refused' => 'bad'][$order->state] ?? 'open';
$authdata = $order->tid === '' ? '' : xpay()->GetReceiptAuthData(mid(), $order->tid);
// The kinds of cash receipts as showCashReceipts() names them.
$kind = $order->receipt === [] ? '' : ['SC0030' => 'BANK', 'SC0040' => 'CAS', 'SC0100' => 'CR'][$order->receipt['paytype']];
$means = MEANS[$order->paytype][0] ?? $order->paytype;
$links = ['mid' => mid(), 'tid' => $order->tid, 'authdata' => $authdata, 'oid' => $order->oid, 'seqno' => $order->receipt['seqno'] ?? '',
    'kind' => $kind, 'platform' => setting('platform')];

head('주문', 'Your order');
?>
<section class="card <?= h($class) ?>">
    <p class="big" id="state" data-state="<?= h($order->state) ?>"><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></p>
<?php if ($order->state === 'waiting'): ?>
    <p><?= h($order->result['LGD_FINANCENAME']) ?> <strong id="account"><?= h($order->result['LGD_ACCOUNTNUM']) ?></strong>
        (<?= h($order->result['LGD_SAOWNER']) ?>)로 <strong><?= h(won($order->amount)) ?></strong>을 입금해 주십시오.<br>
        <small>Please pay <?= h(won($order->amount)) ?> into this account.</small></p>
<?php endif ?>
    <dl>
        <dt>주문번호 <small>Order</small></dt><dd id="oid"><?= h($order->oid) ?></dd>
        <dt>상품 <small>Product</small></dt><dd><?= h($order->title) ?></dd>
        <dt>금액 <small>Amount</small></dt><dd><?= h(won($order->amount)) ?></dd>
<?php if ($order->state === 'paid' && $order->balance < $order->amount): ?>
        <dt>취소 후 <small>Left</small></dt><dd id="balance"><?= h(won($order->balance)) ?></dd>
<?php endif ?>
        <dt>주문하신 분 <small>Buyer</small></dt><dd><?= h($order->buyer) ?></dd>
<?php if ($order->tid !== ''): ?>
        <dt>결제수단 <small>Paid by</small></dt><dd><?= h("$means {$order->result['LGD_FINANCENAME']} {$order->result['LGD_CARDNUM']}") ?></dd>
        <dt>결제일시 <small>At</small></dt><dd><?= h(when($order->result['LGD_PAYDATE'])) ?></dd>
    <?php /* Not before the deposit: who knows LGD_TID can forge its notification, see docs/en/returns.md. */ ?>
    <?php if ($order->state !== 'waiting'): ?>
        <dt>거래번호 <small>LGD_TID</small></dt><dd id="LGD_TID"><?= h($order->tid) ?></dd>
    <?php endif ?>
<?php endif ?>
    </dl>
</section>
<p class="actions">
<?php if ($order->state === 'new'): ?>
    <a class="button" href="<?= h($order->payreq()) ?>">결제하기 <small>Pay</small></a>
<?php endif ?>
<?php if ($authdata !== ''): ?>
    <button type="button" class="quiet" id="receipt">영수증 <small>Receipt</small></button>
<?php endif ?>
<?php if ($kind !== ''): ?>
    <button type="button" class="quiet" id="cashreceipt">현금영수증 <small>Cash receipt</small></button>
<?php endif ?>
</p>
<script src="<?= h(setting('receipt_js')) ?>"></script>
<script>
    var of = <?= json_encode($links, JSON_HEX_TAG | JSON_HEX_AMP) ?>;

    function onClick(id, show) {
        var button = document.getElementById(id);
        if (button) button.addEventListener('click', show);
    }
    onClick('receipt', function () { showReceiptByTID(of.mid, of.tid, of.authdata); });
    onClick('cashreceipt', function () { showCashReceipts(of.mid, of.oid, of.seqno, of.kind, of.platform); });
</script>
<?php
foot();
