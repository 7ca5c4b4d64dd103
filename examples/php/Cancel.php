<?php

/**
 * Cancels a payment, in whole (Cancel) or in part (PartialCancel). A virtual account is refunded to an account of the buyer.
 *
 * The merchant's page: it asks for the shop's password (SHOP_PASSWORD). Assumes that all products are taxed; otherwise a
 * partial cancellation needs LGD_CANCELTAXFREEAMOUNT.
 *
 * 전체·부분취소(환불). 상점 비밀번호가 필요합니다. 가상계좌는 환불받을 계좌를 함께 보냅니다.
 */

require __DIR__ . '/shop.php';

const BANKS = [
    '002' => '산업', '003' => '기업', '004' => '국민', '007' => '수협', '011' => '농협', '020' => '우리', '023' => 'SC제일',
    '027' => '한국씨티', '031' => '대구', '032' => '부산', '034' => '광주', '035' => '제주', '037' => '전북', '039' => '경남',
    '045' => '새마을금고', '048' => '신협', '071' => '우체국', '081' => 'KEB하나', '088' => '신한',
];

merchant_only();
if (query('oid') === '') {
    head('취소', 'Cancel');
    choose_order('Cancel.php');
    foot();
    exit;
}
$order = Order::lock(query('oid'));
$order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
$said = $_SERVER['REQUEST_METHOD'] === 'POST' ? cancel($order) : [];

/**
 * Cancels and saves the result.
 *
 * @return string[] class, Korean, English, and what the gateway said
 */
function cancel(Order $order)
{
    $amount = post('amount');
    $isAmount = preg_match('/^[1-9]\d{0,11}$/D', $amount) && (int) $amount <= $order->balance;
    if (!$order->isRefundable() || !$isAmount) {
        return ['bad', '취소할 수 없는 주문이거나 금액입니다.', 'This order or this amount cannot be cancelled.'];
    }
    if (!fits(post('reason'), 100)) {
        return ['bad', '사유를 적어 주십시오.', 'Please give a reason.'];
    }
    // After a partial cancellation, banks refuse a Cancel (RFFF): cancel the rest as another part.
    $isWhole = (int) $amount === $order->amount;
    $xpay = xpay();
    $xpay->Init_TX(mid());
    $xpay->Set('LGD_ENCODING', 'UTF-8');
    $xpay->Set('LGD_TXNAME', $isWhole ? 'Cancel' : 'PartialCancel');
    $xpay->Set('LGD_TID', $order->tid);
    $xpay->Set('LGD_CANCELREASON', post('reason'));
    $xpay->Set('LGD_CANCELREQUESTER', 'merchant');
    $xpay->Set('LGD_CANCELREQUESTERIP', $_SERVER['REMOTE_ADDR']);
    if (!$isWhole) {
        $xpay->Set('LGD_CANCELAMOUNT', $amount);
        // If a part was cancelled and not saved here, the remaining amount differs, and the gateway refuses.
        $xpay->Set('LGD_REMAINAMOUNT', $order->balance);
    }
    if ($order->paytype === 'SC0040') {
        $xpay->Set('LGD_RFACCOUNTNUM', preg_replace('/\D/', '', post('account')));
        $xpay->Set('LGD_RFBANKCODE', post('bank'));
        $xpay->Set('LGD_RFCUSTOMERNAME', post('holder'));
        $xpay->Set('LGD_RFPHONE', preg_replace('/\D/', '', post('phone')));
    }
    // No Guard: a cancellation that is done and could not be saved is not rolled back. Repeating it changes nothing (AV11, RF15,
    // or another LGD_REMAINAMOUNT), and saves it then.
    $answered = $xpay->TX();
    $code = $xpay->Response_Code();
    // 0000 is not the only code of a refund: AV11 for a card, and some bank codes mean a later refund.
    if (!$answered || !$xpay->IsCancelled($order->paytype)) {
        return array_merge(['bad'], outcome($xpay), ["$code {$xpay->Response_Detail()}"]);
    }
    // AV11: the whole payment was cancelled before.
    $order->balance = $code === 'AV11' ? 0 : $order->balance - (int) $amount;
    $order->state = $order->balance > 0 ? 'paid' : 'cancelled';
    $order->save();
    return $code === '0000'
        ? ['good', '취소되었습니다.', 'It is cancelled.']
        : ['open', '취소를 접수했습니다.', 'The cancel is accepted.', "$code {$xpay->Response_Detail()}"];
}

head('취소', 'Cancel');
say($said);
?>
<section class="card"><dl>
    <dt>주문번호 <small>Order</small></dt><dd><a href="order.php?oid=<?= h($order->oid) ?>"><?= h($order->oid) ?></a></dd>
    <dt>상품 <small>Product</small></dt><dd><?= h($order->title) ?>, <?= h($order->buyer) ?></dd>
    <dt>상태 <small>State</small></dt>
    <dd id="state" data-state="<?= h($order->state) ?>"><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></dd>
    <dt>잔액 <small>Left</small></dt><dd id="balance"><?= h(won($order->balance)) ?></dd>
</dl></section>
<?php if ($order->isRefundable()): ?>
<form class="card" method="post">
    <?= csrf() ?>
    <label>취소할 금액(원) <small>Amount in won</small>
        <input type="number" name="amount" min="1" max="<?= h($order->balance) ?>" value="<?= h($order->balance) ?>" required></label>
    <label>사유 <small>Reason</small><input name="reason" value="구매자 요청" required maxlength="50"></label>
<?php if ($order->paytype === 'SC0040'): ?>
    <fieldset>
        <legend>환불받을 계좌 <small>The buyer's own account</small></legend>
        <label>은행 <small>Bank</small><select name="bank">
<?php foreach (BANKS as $code => $bank): ?>
            <option value="<?= h($code) ?>"><?= h($bank) ?></option>
<?php endforeach ?>
        </select></label>
        <label>계좌번호 <small>Account number</small><input name="account" inputmode="numeric" required></label>
        <label>예금주 <small>Account holder</small><input name="holder" value="<?= h($order->buyer) ?>" required></label>
        <label>연락처 <small>Telephone</small><input name="phone" inputmode="tel"></label>
    </fieldset>
<?php endif ?>
    <p class="actions"><button>취소하기 <small>Cancel it</small></button></p>
</form>
<?php elseif ($order->state === 'paid' && $order->tid === ''): ?>
<p class="card">현금으로 받은 주문입니다. 현금으로 돌려주고 현금영수증을 취소하십시오.
    <small>Paid in cash: give the cash back, and cancel the cash receipt.</small></p>
<?php endif ?>
<p><a href="Cancel.php">다른 주문 <small>Other orders</small></a></p>
<?php
foot();
