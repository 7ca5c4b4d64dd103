<?php

/**
 * Requests the payment: saves the order, signs the request (LGD_TIMESTAMP, LGD_HASHDATA) and opens the payment window.
 * returnurl.php receives the buyer's consent and passes it to payres.php. No money moves until then.
 *
 * Assumes the window's script at `window_js` of config.php, and that buyer and gateway can reach this shop at `url`. On phones
 * payreq.php does this.
 *
 * 결제창을 여는 페이지. 아직 승인되지 않습니다. 인증이 끝나면 returnurl.php를 거쳐 payres.php로 갑니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/window.php';

session();
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    // The browser only selects. The price is the shop's.
    $payres = post('payres') === 'payres_euckr.php' ? 'payres_euckr.php' : 'payres.php';
    $window = in_array(post('window'), ['submit', 'popup', 'mobile'], true) ? post('window') : 'iframe';
    $means = isset(MEANS[post('means')]) ? post('means') : '';
    isset(PRODUCTS[post('product')]) || stop(422, '그런 상품이 없습니다.', 'There is no such product.');
    fits(post('buyer'), 30) || stop(
        422,
        '주문하시는 분 이름을 한글 15자(영문 30자)까지, 특수문자 없이 적어 주십시오.',
        'Please give your name in at most 30 letters (15 in Hangul), without < > ; \' " \\ -- or +-.'
    );
    $order = Order::place(post('product'), post('buyer'), $means, $window, $payres);
    $_SESSION['orders'][] = $order->oid;
    see($order->payreq());
}

$order = order_to_pay();
head('결제하기', 'Pay');
window_form($order, window_request($order) + ['LGD_WINDOW_TYPE' => $order->window]);

// What payres needs, and no more: of everything else the shop's own order is right.
?>
<form id="payres" method="post" action="<?= h($order->payres) ?>">
    <input type="hidden" name="LGD_OID" value="<?= h($order->oid) ?>">
    <input type="hidden" name="LGD_PAYKEY" value="">
</form>

<script>
    var payres = document.getElementById('payres');

    // Called by returnurl.php in the window's frame, or in the popup.
    function payment_return() {
        var returned = (lgdwin.contentWindow || lgdwin).document;
        var value = function (name) { return returned.getElementById(name).value; };
        var code = value('LGD_RESPCODE');
        if (code === '0000') {
            payres.elements.LGD_PAYKEY.value = value('LGD_PAYKEY');
            button.disabled = true;
            payres.submit();
        } else {
            say(value('LGD_RESPMSG') + ' (' + code + ')');
            closeIframe();
        }
        // A popup; the frame of an iframe has no such method.
        if (lgdwin.close) lgdwin.close();
    }
</script>
<?php
foot();
