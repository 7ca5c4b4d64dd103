<?php

/**
 * The final payment: money moves only here. Shows the buyer the outcome.
 *
 * Assumes a new order of this buyer's session (LGD_OID) and the window's consent (LGD_PAYKEY). payres_euckr.php is this page in
 * a shop of EUC-KR: the same text saved in that charset, and the line below.
 *
 * 최종 승인 페이지. 결제 금액은 상점의 주문에서만 가져옵니다. payres_euckr.php는 이 페이지를 EUC-KR로 저장한 것입니다.
 */

const CHARSET = 'UTF-8';
require __DIR__ . '/shop.php';

may_see(post('LGD_OID')) || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
// Other pages of the buyer need not wait during the request.
session_write_close();
// A second click waits here, and then finds the order paid. A virtual account notification waits until the TID is saved.
$order = Order::lock(post('LGD_OID'));
$order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
$said = $order->state === 'new' ? pay($order, post('LGD_PAYKEY')) : [];

/**
 * Requests the payment and saves it.
 *
 * @return string[] what to tell the buyer in addition to the order's state
 */
function pay(Order &$order, $paykey)
{
    // Reloading the page sends the same PAYKEY: it must not pay twice.
    $key = hash('sha256', $paykey);
    if ($paykey === '' || in_array($key, $order->keys, true)) {
        return ['인증 정보가 없거나 이미 사용되었습니다.', 'There is no consent to this payment, or it was used before.'];
    }
    $xpay = xpay();
    if (!$xpay->Init_TX(mid())) {
        return told($xpay, '상점 설정에 잘못이 있어 결제하지 않았습니다.', 'This shop is not set up: nothing was charged.');
    }
    $xpay->Set('LGD_TXNAME', 'PaymentByKey');
    $xpay->Set('LGD_PAYKEY', $paykey);
    // The gateway compares the amount that the buyer agreed to with the order's own, and refuses another one.
    $xpay->Set('LGD_AMOUNTCHECKYN', 'Y');
    $xpay->Set('LGD_AMOUNT', $order->amount);
    if (CHARSET === 'UTF-8') {
        $xpay->Set('LGD_ENCODING', 'UTF-8');
    }
    // If this script dies now, the order's state shows that somebody must check it.
    $order->keys[] = $key;
    $order->txid = $xpay->TX_ID;
    $order->state = 'paying';
    $order->save();

    $isSoldOut = false;
    $paid = null;
    try {
        // The step runs only after an approval. If the step returns false or throws, the payment is rolled back (망취소).
        $xpay->Guard(static function ($xpay) use ($order, &$isSoldOut, &$paid) {
            $booked = $order->approved([$xpay, 'Response']);
            if ($booked === null) {
                return false;
            }
            $piece = Order::takePiece($order->product);
            if ($piece === false) {
                $isSoldOut = true;
                return false;
            }
            $booked->save();
            $paid = $booked;
            return true;
        });
    } catch (Throwable $error) {
        error_log("payres: order {$order->oid} was approved and could not be saved: $error");
    }
    if ($paid !== null) {
        $order = $paid;
        return [];
    }
    $outcome = $xpay->Outcome();
    if ($outcome === 'in_doubt' || $xpay->IsRepeated()) {
        // Nobody may pay again until it is certain that no money moved. S007 and XC01: an earlier request may have taken it.
        $order->state = 'doubt';
    } else {
        $order->state = $isSoldOut ? 'cancelled' : 'new';
    }
    $order->save();
    if ($order->state === 'cancelled') {
        return ['그 사이 품절되어 결제를 취소했습니다. 결제 금액은 청구되지 않았습니다.', 'It was sold out meanwhile and undone: you are not charged.'];
    }
    switch ($outcome) {
        case 'answered':
            return told($xpay, '결제가 승인되지 않았습니다.', 'The payment was declined.', $xpay->Response_Msg());
        case 'not_sent':
            return told($xpay, '게이트웨이에 연결하지 못해 결제하지 않았습니다.', 'The gateway could not be reached: nothing was charged.');
        case 'rolled_back':
            return told($xpay, '결제를 마치지 못해 취소했습니다. 결제 금액은 청구되지 않았습니다.', 'It did not go through and was undone: you are not charged.');
        default:
            return [];
    }
}

/** @return string[] the message for the buyer. The library's detail is for the shop, and in its log */
function told(XPayClient $xpay, $korean, $english, $reason = '')
{
    return [$korean, $english, trim($reason . ' (' . $xpay->Response_Code() . ')')];
}

/** Shows the state of the order. */
function show(Order $order, array $said)
{
    $isBooked = $order->tid !== '';
    $isOpen = in_array($order->state, ['paying', 'doubt'], true);
    $class = ['paid' => 'good', 'waiting' => 'open', 'paying' => 'open', 'doubt' => 'open'][$order->state] ?? 'bad';
    ?>
<section class="card <?= h($class) ?>" role="alert">
    <p class="big" id="state" data-state="<?= h($order->state) ?>"><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></p>
<?php if ($isOpen): ?>
    <p>결제가 되었는지 확인하고 있습니다. <strong>다시 결제하지 마십시오.</strong> 확인되는 대로 알려 드리겠습니다.<br>
        <small>We are finding out whether you were charged. <strong>Please do not pay again.</strong> You will hear from us.</small></p>
<?php elseif ($said !== []): ?>
    <p><?= h($said[0]) ?><br><small><?= h($said[1]) ?></small></p>
    <?php if (isset($said[2])): ?>
    <p id="reason"><small><?= h($said[2]) ?></small></p>
    <?php endif ?>
<?php elseif ($order->state === 'waiting'): ?>
    <p>아래 계좌로 입금해 주십시오. <small>Please pay into the account below.</small></p>
<?php endif ?>
    <dl>
        <dt>주문번호 <small>Order</small></dt><dd id="oid"><?= h($order->oid) ?></dd>
        <dt>상품 <small>Product</small></dt><dd><?= h($order->title) ?></dd>
        <dt>금액 <small>Amount</small></dt><dd><?= h(won($order->amount)) ?></dd>
<?php if ($isBooked): ?>
        <dt>구매자 <small>Buyer</small></dt><dd id="LGD_BUYER"><?= h($order->result['LGD_BUYER']) ?></dd>
        <dt>결제기관 <small>By</small></dt><dd id="LGD_FINANCENAME"><?= h($order->result['LGD_FINANCENAME']) ?></dd>
    <?php if ($order->result['LGD_ACCOUNTNUM'] !== ''): ?>
        <dt>계좌번호 <small>Account</small></dt>
        <dd id="LGD_ACCOUNTNUM"><?= h($order->result['LGD_ACCOUNTNUM'] . ' ' . $order->result['LGD_SAOWNER']) ?></dd>
    <?php endif ?>
    <?php /* Not before the deposit: who knows LGD_TID can forge its notification, see docs/en/returns.md. */ ?>
    <?php if ($order->state !== 'waiting'): ?>
        <dt>거래번호 <small>LGD_TID</small></dt><dd id="LGD_TID"><?= h($order->tid) ?></dd>
    <?php endif ?>
<?php endif ?>
    </dl>
</section>
<p class="actions">
<?php if ($order->state === 'new'): ?>
    <a class="button" href="<?= h($order->payreq()) ?>">다시 결제하기 <small>Try again</small></a>
<?php endif ?>
    <a class="button quiet" href="order.php?oid=<?= h($order->oid) ?>">주문 보기 <small>Your order</small></a>
</p>
    <?php
}

head('결제 결과', 'Your payment');
show($order, $said);
foot();
