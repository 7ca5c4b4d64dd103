<?php

/**
 * Checks the connection without a payment (Ping): network, certificates, configuration and MertKey, and whether Korean text
 * arrives unchanged.
 *
 * The merchant's page: it asks for the shop's password (SHOP_PASSWORD).
 *
 * 연결 확인. 네트워크, 인증서, 설정, MertKey, 한글을 확인합니다. 상점 비밀번호가 필요합니다.
 */

require __DIR__ . '/shop.php';

merchant_only();
$xpay = xpay();
$xpay->Init_TX(mid());
$xpay->Set('LGD_ENCODING', 'UTF-8');
$xpay->Set('LGD_TXNAME', 'Ping');
$xpay->Set('LGD_RESULTCNT', '3');
$xpay->Set('LGD_PRODUCTINFO', '똠방각하');
$answered = $xpay->TX(false);
$isGood = $answered && $xpay->Response_Code() === '0000';

head('연결 확인', 'Ping');
?>
<section class="card <?= $isGood ? 'good' : 'bad' ?>">
    <p class="big" id="code"><?= h($xpay->Response_Code()) ?></p>
    <p><?= h($xpay->Response_Detail()) ?></p>
    <dl>
        <dt>응답 <small>Answer</small></dt><dd><?= $answered ? '왔습니다 <small>it came</small>' : '없습니다 <small>none</small>' ?></dd>
        <dt>행 <small>Rows</small></dt><dd id="rows"><?= h($xpay->Response_Count()) ?></dd>
        <dt>한글 <small>Korean</small></dt><dd id="LGD_PRODUCTINFO"><?= h($xpay->Response('LGD_PRODUCTINFO')) ?></dd>
        <dt>상점 <small>Shop</small></dt><dd><?= h(mid()) ?> (<?= h(setting('platform')) ?>)</dd>
        <dt>라이브러리 <small>Library</small></dt><dd><?= h(LGD_USER_AGENT) ?>, <?= h(XPayClient::backend()) ?></dd>
        <dt>LGD_TXID</dt><dd><?= h($xpay->TX_ID) ?></dd>
    </dl>
</section>
<?php
foot();
