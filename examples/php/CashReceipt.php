<?php

/**
 * Cash receipts (현금영수증): issues one (AUTH) for a bank transfer (SC0030), a virtual account (SC0040), or money that the merchant
 * received directly, without the gateway (SC0100); and cancels it (CANCEL).
 *
 * The merchant's page: it asks for the shop's password (SHOP_PASSWORD). Assumes one receipt per order, for the remaining amount.
 *
 * 현금영수증 발급과 취소. 상점 비밀번호가 필요합니다. 발급번호(휴대폰·카드·사업자번호)는 저장하지 않습니다.
 */

require __DIR__ . '/shop.php';

merchant_only();
if (query('oid') === '') {
    head('현금영수증', 'Cash receipt');
    choose_order('CashReceipt.php');
    foot();
    exit;
}
$order = Order::lock(query('oid'));
$order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
// An order paid without the gateway: the merchant received the money.
$isCash = $order->state === 'new';
$isBank = $order->state === 'paid' && in_array($order->paytype, ['SC0030', 'SC0040'], true);
$isIssuable = $order->receipt === [] && ($isCash || $isBank);
$said = [];
if ($_SERVER['REQUEST_METHOD'] === 'POST' && post('method') === 'CANCEL' && $order->receipt !== []) {
    $said = cancel($order);
} elseif ($_SERVER['REQUEST_METHOD'] === 'POST' && $isIssuable) {
    $said = issue($order, $isCash);
}
$isIssuable = $isIssuable && $order->receipt === [];

/** @return XPayClient with a transaction for a cash receipt */
function receipt($method, $paytype, $seqno)
{
    $xpay = xpay();
    $xpay->Init_TX(mid());
    $xpay->Set('LGD_ENCODING', 'UTF-8');
    $xpay->Set('LGD_TXNAME', 'CashReceipt');
    $xpay->Set('LGD_METHOD', $method);
    $xpay->Set('LGD_PAYTYPE', $paytype);
    if ($paytype === 'SC0040') {
        // The number of the account's deposit.
        $xpay->Set('LGD_SEQNO', $seqno);
    }
    return $xpay;
}

/** @return string[] */
function issue(Order $order, $isCash)
{
    $paytype = $isCash ? 'SC0100' : $order->paytype;
    $number = preg_replace('/\D/', '', post('number'));
    if (strlen($number) < 10 || strlen($number) > 18 || !in_array(post('use'), ['1', '2'], true)) {
        return ['bad', '발급번호를 확인해 주십시오.', 'Please check the number.'];
    }
    $amount = $isCash ? $order->amount : $order->balance;
    $xpay = receipt('AUTH', $paytype, '001');
    $xpay->Set('LGD_OID', $order->oid);
    $xpay->Set('LGD_AMOUNT', $amount);
    $xpay->Set('LGD_CASHCARDNUM', $number);
    $xpay->Set('LGD_CASHRECEIPTUSE', post('use'));
    $xpay->Set('LGD_CUSTOM_BUSINESSNUM', setting('business_number'));
    $xpay->Set('LGD_CUSTOM_MERTNAME', setting('name'));
    $xpay->Set('LGD_CUSTOM_CEONAME', setting('owner'));
    $xpay->Set('LGD_CUSTOM_MERTPHONE', setting('phone'));
    $isCash ? $xpay->Set('LGD_PRODUCTINFO', $order->title) : $xpay->Set('LGD_TID', $order->tid);
    // A receipt that cannot be saved is rolled back: nobody would know its number.
    $issued = $xpay->Guard(static function ($xpay) use ($order, $paytype, $amount, $isCash) {
        $order->receipt = ['paytype' => $paytype, 'seqno' => '001', 'amount' => $amount,
            'number' => $xpay->Response('LGD_CASHRECEIPTNUM'), 'tid' => $xpay->Response('LGD_TID')];
        if ($isCash) {
            list($order->state, $order->paytype, $order->balance) = ['paid', 'SC0100', $order->amount];
        }
        $order->save();
    });
    return $issued && $xpay->Response_Code() === '0000'
        ? ['good', '현금영수증을 발급했습니다.', 'The cash receipt is issued.']
        : array_merge(['bad'], outcome($xpay), [$xpay->Response_Code() . ' ' . $xpay->Response_Detail()]);
}

/** @return string[] */
function cancel(Order $order)
{
    $xpay = receipt('CANCEL', $order->receipt['paytype'], $order->receipt['seqno']);
    $xpay->Set('LGD_TID', $order->receipt['tid']);
    if (!$xpay->TX() || $xpay->Response_Code() !== '0000') {
        return array_merge(['bad'], outcome($xpay), [$xpay->Response_Code() . ' ' . $xpay->Response_Detail()]);
    }
    $order->receipt = [];
    if ($order->paytype === 'SC0100') {
        list($order->state, $order->balance) = ['cancelled', 0];
    }
    $order->save();
    return ['good', '현금영수증을 취소했습니다.', 'The cash receipt is cancelled.'];
}

head('현금영수증', 'Cash receipt');
say($said);
?>
<section class="card"><dl>
    <dt>주문번호 <small>Order</small></dt><dd><a href="order.php?oid=<?= h($order->oid) ?>"><?= h($order->oid) ?></a></dd>
    <dt>상품 <small>Product</small></dt><dd><?= h($order->title) ?>, <?= h($order->buyer) ?></dd>
    <dt>상태 <small>State</small></dt><dd><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></dd>
<?php if ($order->receipt !== []): ?>
    <dt>승인번호 <small>Receipt</small></dt><dd id="receipt"><?= h($order->receipt['number']) ?> (<?= h(won($order->receipt['amount'])) ?>)</dd>
<?php endif ?>
</dl></section>
<?php if ($order->receipt !== []): ?>
<form class="card actions" method="post">
    <?= csrf() ?>
    <button name="method" value="CANCEL">현금영수증 취소 <small>Cancel the receipt</small></button>
</form>
<?php elseif ($isIssuable): ?>
<form class="card" method="post">
    <?= csrf() ?>
<?php if ($isCash): ?>
    <p>게이트웨이를 거치지 않고 현금으로 받은 주문으로 처리합니다. <small>This books the order as paid in cash, past the gateway.</small></p>
<?php endif ?>
    <label>용도 <small>For</small><select name="use">
        <option value="1">소득공제 · income deduction</option>
        <option value="2">지출증빙 · proof of expense</option>
    </select></label>
    <label>발급번호 <small>Telephone, cash receipt card or business number</small>
        <input name="number" inputmode="numeric" autocomplete="off" required></label>
    <p class="actions"><button name="method" value="AUTH">발급하기 <small>Issue</small></button></p>
</form>
<?php else: ?>
<p class="card">현금영수증을 발급할 수 없는 주문입니다. <small>No cash receipt can be issued for this order.</small></p>
<?php endif ?>
<p><a href="CashReceipt.php">다른 주문 <small>Other orders</small></a></p>
<?php
foot();
