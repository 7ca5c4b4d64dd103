<?php

/**
 * Requests the payment: saves the order, signs the request (LGD_TIMESTAMP, LGD_HASHDATA) and opens the payment window.
 * returnurl.php receives the buyer's consent and passes it to payres.php. No money moves until then.
 *
 * Assumes the window's script at `window_js` of config.php, and that buyer and gateway can reach this shop at `url`.
 *
 * 결제창을 여는 페이지. 아직 승인되지 않습니다. 인증이 끝나면 returnurl.php를 거쳐 payres.php로 갑니다.
 */

require __DIR__ . '/shop.php';

session();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    // The browser only selects. The price is the shop's.
    $payres = post('payres') === 'payres_euckr.php' ? 'payres_euckr.php' : 'payres.php';
    $window = post('window') === 'submit' ? 'submit' : 'iframe';
    $means = isset(MEANS[post('means')]) ? post('means') : '';
    isset(PRODUCTS[post('product')]) || stop(422, '그런 상품이 없습니다.', 'There is no such product.');
    fits(post('buyer'), 30) || stop(
        422,
        '주문하시는 분 이름을 한글 15자(영문 30자)까지, 특수문자 없이 적어 주십시오.',
        'Please give your name in at most 30 letters (15 in Hangul), without < > ; \' " \\ -- or +-.'
    );
    $order = Order::place(post('product'), post('buyer'), $means, $window, $payres);
    $_SESSION['orders'][] = $order->oid;
    see('payreq_crossplatform.php?oid=' . $order->oid);
}

$order = may_see(query('oid')) ? Order::find(query('oid')) : null;
$order !== null || stop(404, '그런 주문이 없습니다.', 'There is no such order.');
$order->state === 'new' || see('order.php?oid=' . $order->oid);

$xpay = xpay();
$timestamp = $xpay->GetTimeStamp();
$hashdata = $xpay->GetHashData(mid(), $order->oid, $order->amount, $timestamp);
strpos($hashdata, 'refused:') !== 0 || stop(500, '상점 설정에 잘못이 있습니다.', 'This shop is not set up.');
// The window accepts an address of 15 characters: an IPv6 address does not fit.
$ip = filter_var($_SERVER['REMOTE_ADDR'], FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) ?: '0.0.0.0';
$fields = [
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
    'LGD_WINDOW_TYPE' => $order->window,
    'LGD_BUYERID' => 'guest',
    'LGD_BUYERIP' => $ip,
    'LGD_CUSTOM_PROCESSTYPE' => 'TWOTR',
    'LGD_CUSTOM_USABLEPAY' => $order->means,
    'LGD_DOMAIN_URL' => 'xpayvvip',
    // The form is sent in the charset of this page. Without these three the gateway reads it as EUC-KR.
    'LGD_ENCODING' => 'UTF-8',
    'LGD_ENCODING_RETURNURL' => 'UTF-8',
    'LGD_ENCODING_NOTEURL' => 'UTF-8',
];

head('결제하기', 'Pay');
?>
<section class="card">
    <p><?= h($order->title) ?> <small><?= h(PRODUCTS[$order->product]['english']) ?></small></p>
    <p class="big"><?= h(won($order->amount)) ?></p>
    <dl>
        <dt>주문번호 <small>Order</small></dt><dd id="oid"><?= h($order->oid) ?></dd>
        <dt>주문하시는 분 <small>Buyer</small></dt><dd><?= h($order->buyer) ?></dd>
    </dl>
    <p id="said" role="alert"></p>
    <p class="actions"><button type="button" id="pay" disabled>결제하기 <small>Pay</small></button></p>
</section>

<form id="LGD_PAYINFO" method="post">
<?php foreach ($fields as $name => $value): ?>
    <input type="hidden" name="<?= h($name) ?>" value="<?= h($value) ?>">
<?php endforeach ?>
</form>

<?php /* What payres needs, and no more: of everything else the shop's own order is right. */ ?>
<form id="payres" method="post" action="<?= h($order->payres) ?>">
    <input type="hidden" name="LGD_OID" value="<?= h($order->oid) ?>">
    <input type="hidden" name="LGD_PAYKEY" value="">
</form>

<script src="<?= h(setting('window_js')) ?>"></script>
<script>
    var payinfo = document.getElementById('LGD_PAYINFO');
    var payres = document.getElementById('payres');
    var lgdwin;

    function say(text) {
        document.getElementById('said').textContent = text;
    }

    var button = document.getElementById('pay');
    button.addEventListener('click', function () {
        if (typeof openXpay === 'undefined') {
            say('결제창을 불러오지 못했습니다. 잠시 후 다시 시도해 주십시오. / The payment window cannot be reached. Please try again later.');
            return;
        }
        say('');
        lgdwin = openXpay(payinfo, payinfo.elements.CST_PLATFORM.value, payinfo.elements.LGD_WINDOW_TYPE.value, null, '', '');
    });

    // Not earlier: a click while the window's script is loading would be lost.
    button.disabled = false;

    // Called by returnurl.php in the window's frame.
    function payment_return() {
        var returned = (lgdwin.contentWindow || lgdwin).document;
        var value = function (name) { return returned.getElementById(name).value; };
        if (value('LGD_RESPCODE') === '0000') {
            payres.elements.LGD_PAYKEY.value = value('LGD_PAYKEY');
            payres.submit();
        } else {
            say(value('LGD_RESPMSG') + ' (' + value('LGD_RESPCODE') + ')');
            closeIframe();
        }
    }
</script>
<?php
foot();
