<?php

/**
 * payreq_crossplatform.php for phones (SmartXPay): opens the payment window in place of the page, and says where the gateway
 * finds this shop if the buyer pays in the app of a card (ISP) or a bank. Then the gateway finishes the payment by itself: it
 * posts a note to note_url.php, and the buyer comes back to mispwapurl.php or cancel_url.php. By every other way the buyer comes
 * back to returnurl.php, and payres.php pays.
 *
 * Assumes an order of sample_crossplatform.php, and the gateway's addresses in config.php (notice_addresses). Without them
 * note_url.php accepts nothing, so this page names none of the app's pages.
 *
 * 휴대폰용 결제창을 여는 페이지. 앱카드(ISP)와 계좌이체 앱의 결제는 게이트웨이가 끝내고 note_url.php로 알립니다. config.php에
 * notice_addresses가 없으면 앱 결제 주소를 보내지 않습니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/window.php';

$order = order_to_pay();
$fields = window_request($order) + [
    'CST_WINDOW_TYPE' => 'submit',
    // The card company's own page, too, takes the whole screen.
    'LGD_CUSTOM_SWITCHINGTYPE' => 'SUBMIT',
];
if (setting('notice_addresses') !== []) {
    // N: a browser of iOS. A: Android. A shop's own app with a web view says A on both.
    $app = preg_match('/iPhone|iPad|iPod/', $_SERVER['HTTP_USER_AGENT'] ?? '') === 1 ? 'N' : 'A';
    $back = address("mispwapurl.php?LGD_OID={$order->oid}");
    $cancelled = address("cancel_url.php?LGD_OID={$order->oid}");
    $fields += [
        'LGD_KVPMISPAUTOAPPYN' => $app,
        'LGD_KVPMISPNOTEURL' => address('note_url.php'),
        'LGD_KVPMISPWAPURL' => $back,
        'LGD_KVPMISPCANCELURL' => $cancelled,
        'LGD_MTRANSFERAUTOAPPYN' => $app,
        'LGD_MTRANSFERNOTEURL' => address('note_url.php'),
        'LGD_MTRANSFERWAPURL' => $back,
        'LGD_MTRANSFERCANCELURL' => $cancelled,
        'LGD_CUSTOM_ROLLBACK' => setting('custom_rollback'),
    ];
}

head('결제하기', 'Pay');
window_form($order, $fields);
foot();
