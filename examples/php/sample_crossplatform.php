<?php

/**
 * The first page: the buyer chooses a product and a payment method, and orders. payreq_crossplatform.php continues,
 * and payreq.php on a phone.
 *
 * 상품과 결제수단을 고르는 첫 페이지. 주문은 payreq_crossplatform.php(휴대폰은 payreq.php)로 이어집니다.
 */

require __DIR__ . '/shop.php';

$isPhone = preg_match('/Android|Mobile|iPhone|iPad|iPod/', $_SERVER['HTTP_USER_AGENT'] ?? '') === 1;

head('주문하기', 'Order');
?>
<form class="card" method="post" action="payreq_crossplatform.php">
    <fieldset>
        <legend>상품 <small>Product</small></legend>
<?php foreach (PRODUCTS as $product => $about): ?>
        <label class="choice"><input type="radio" name="product" value="<?= h($product) ?>" required<?= $product === 'mug' ? ' checked' : '' ?>>
            <span><?= h($about['title']) ?> <small><?= h($about['english']) ?></small></span> <b><?= h(won($about['price'])) ?></b></label>
<?php endforeach ?>
    </fieldset>
    <label>주문하시는 분 <small>Your name</small><input name="buyer" value="홍길동" required maxlength="30" autocomplete="name"></label>
    <label>결제수단 <small>Payment method</small><select name="means">
        <option value="">결제창에서 고르기 · choose in the payment window</option>
<?php foreach (MEANS as $code => $names): ?>
        <option value="<?= h($code) ?>"><?= h("$names[0] · $names[1]") ?></option>
<?php endforeach ?>
    </select></label>
    <label>결제창 <small>Payment window</small><select name="window">
        <option value="iframe">이 페이지 위에 · over this page (iframe)</option>
        <option value="submit">페이지 이동 · instead of this page (submit)</option>
        <option value="popup">새 창 · a window of its own (popup)</option>
        <option value="mobile"<?= $isPhone ? ' selected' : '' ?>>휴대폰 · on a phone (SmartXPay)</option>
    </select></label>
    <label>상점의 문자셋 <small>The shop's charset</small><select name="payres">
        <option value="payres.php">UTF-8 (payres.php)</option>
        <option value="payres_euckr.php">EUC-KR (payres_euckr.php)</option>
    </select></label>
    <p class="actions"><button>주문하기 <small>Order</small></button></p>
</form>
<p><small>상점 관리 · For the merchant: <a href="Cancel.php">취소 Cancel</a>, <a href="CashReceipt.php">현금영수증 Cash receipt</a>,
    <a href="ping.php">연결 확인 Ping</a>, <a href="patch.php">설정 갱신 Patch</a></small></p>
<?php
foot();
