<?php

/**
 * What both pages that open the payment window share: the request, signed, and the order that it is for.
 *
 * Assumes that buyer and gateway can reach this shop at `url` of config.php.
 *
 * 결제창을 여는 두 페이지의 공통 부분: 서명한 결제 요청과 주문 표시.
 */

/** @return Order the buyer's order that can be paid. Ends the script if there is none */
function order_to_pay()
{
    $order = may_see(query('oid')) ? Order::find(query('oid')) : null;
    $order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
    $order->state === 'new' || see('order.php?oid=' . $order->oid);
    return $order;
}

/** @return array<string, mixed> the fields of every request */
function window_request(Order $order)
{
    $xpay = xpay();
    $timestamp = $xpay->GetTimeStamp();
    $hashdata = $xpay->GetHashData(mid(), $order->oid, $order->amount, $timestamp);
    strpos($hashdata, 'refused:') !== 0 || stop(500, '상점 설정에 잘못이 있습니다.', 'This shop is not set up.');
    return [
        'CST_PLATFORM' => setting('platform'),
        'CST_MID' => setting('cst_mid'),
        'LGD_MID' => mid(),
        'LGD_OID' => $order->oid,
        'LGD_AMOUNT' => $order->amount,
        'LGD_BUYER' => $order->buyer,
        'LGD_PRODUCTINFO' => $order->title,
        'LGD_TIMESTAMP' => $timestamp,
        'LGD_HASHDATA' => $hashdata,
        'LGD_RETURNURL' => address('returnurl.php'),
        'LGD_CASNOTEURL' => address('cas_noteurl.php'),
        'LGD_CLOSEDATE' => date('YmdHis', time() + 3 * 86400),
        'LGD_BUYERID' => 'guest',
        // The window accepts an address of 15 characters: an IPv6 address does not fit.
        'LGD_BUYERIP' => filter_var($_SERVER['REMOTE_ADDR'], FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) ?: '0.0.0.0',
        'LGD_CUSTOM_PROCESSTYPE' => 'TWOTR',
        'LGD_CUSTOM_USABLEPAY' => $order->means,
        'LGD_DOMAIN_URL' => 'xpayvvip',
        // The form is sent in the charset of this page. Without these three the gateway reads it as EUC-KR.
        'LGD_ENCODING' => 'UTF-8',
        'LGD_ENCODING_RETURNURL' => 'UTF-8',
        'LGD_ENCODING_NOTEURL' => 'UTF-8',
    ];
}

/** Shows the order with the button that pays it, and the request as a form that the window's script sends. */
function window_form(Order $order, array $fields)
{
    ?>
<section class="card">
    <p><?= h($order->title) ?> <small><?= h(PRODUCTS[$order->product]['english']) ?></small></p>
    <p class="big"><?= h(won($order->amount)) ?></p>
    <dl>
        <dt>주문번호 <small>Order</small></dt><dd id="oid"><?= h($order->oid) ?></dd>
        <dt>주문하시는 분 <small>Buyer</small></dt><dd><?= h($order->buyer) ?></dd>
    </dl>
<?php if ($order->isAwaited): ?>
    <p role="alert">앱에서 결제를 마치셨다면 <strong>다시 결제하지 마십시오.</strong> 확인되는 대로 주문에 표시됩니다.
        <small>If you paid in the app, <strong>do not pay again</strong>: your order will show it.</small></p>
<?php endif ?>
    <p id="said" role="alert"></p>
    <p class="actions"><button type="button" id="pay" disabled>결제하기 <small>Pay</small></button></p>
</section>

<form id="LGD_PAYINFO" method="post">
<?php foreach ($fields as $name => $value): ?>
    <input type="hidden" name="<?= h($name) ?>" value="<?= h($value) ?>">
<?php endforeach ?>
</form>

<script src="<?= h(setting('window_js')) ?>"></script>
<script>
    var payinfo = document.getElementById('LGD_PAYINFO');
    var button = document.getElementById('pay');
    var lgdwin;

    function say(text) {
        document.getElementById('said').textContent = text;
    }

    button.addEventListener('click', function () {
        if (typeof openXpay === 'undefined') {
            say('결제창을 불러오지 못했습니다. 잠시 후 다시 시도해 주십시오. / The payment window cannot be reached. Please try again later.');
            return;
        }
        say('');
        var type = (payinfo.elements.LGD_WINDOW_TYPE || payinfo.elements.CST_WINDOW_TYPE).value;
        lgdwin = openXpay(payinfo, payinfo.elements.CST_PLATFORM.value, type, null, '', '');
    });

    // Not earlier: a click while the window's script is loading would be lost.
    button.disabled = false;
</script>
    <?php
}
