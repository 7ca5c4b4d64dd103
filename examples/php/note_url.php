<?php

/**
 * LGD_KVPMISPNOTEURL and LGD_MTRANSFERNOTEURL: the gateway finished a payment in an app. The money has moved, so the answer is
 * exactly OK after the order is saved, and exactly ROLLBACK if it cannot be. Anything else is no answer: the note is not verified,
 * or it is too early to decide.
 *
 * The signature does not prove that the gateway sent it: a buyer who agreed in the window, and then did not pay, has the same one
 * (docs/en/returns.md). So this page assumes the gateway's addresses in config.php (notice_addresses), and accepts no others.
 *
 * 앱 결제 통보. 게이트웨이 주소에서 온 것만 주문의 값으로 검증하고, 저장한 뒤 OK, 저장할 수 없으면 ROLLBACK으로 답합니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/gateway.php';

$_SERVER['REQUEST_METHOD'] === 'POST' || refuse(405, 'notes are posted');
is_gateway($_SERVER['REMOTE_ADDR']) || refuse(403, "{$_SERVER['REMOTE_ADDR']} is not in notice_addresses of config.php");
// While payres.php or mispwapurl.php has the order, this waits.
$order = Order::lock(post('LGD_OID'));
$order !== null || refuse(404, 'there is no such order');
post('LGD_MID') === mid() || refuse(403, 'LGD_MID is not this shop');
post('LGD_AMOUNT') === (string) $order->amount || refuse(403, "LGD_AMOUNT is not the order's");
xpay()->VerifyHashDataCas(mid(), $order->oid, $order->amount, post('LGD_RESPCODE'), post('LGD_TIMESTAMP'), post('LGD_HASHDATA'))
    || refuse(403, 'LGD_HASHDATA is wrong');
// An account waits for its deposit: that note would make it paid without one.
post('LGD_CASFLAG') === '' && post('LGD_PAYTYPE') !== 'SC0040' || refuse(422, 'an account is notified to cas_noteurl.php');

if (post('LGD_RESPCODE') !== '0000') {
    // Nothing was paid. The buyer may try again.
    if ($order->isAwaited) {
        $order->isAwaited = false;
        $order->save();
    }
    answer('OK');
}
$tid = post('LGD_TID');
$tid !== '' || refuse(422, 'LGD_TID is missing');
// A repeated note gets the first answer again.
$order->tid !== $tid || answer('OK');
!in_array($tid, $order->refused, true) || answer('ROLLBACK');
// Another payment of this order may have moved money: neither answer is right before that is known.
!in_array($order->state, ['paying', 'doubt'], true) || refuse(409, "the order is {$order->state}: run xpay recover");
try {
    $isSaved = save_paid($order);
} catch (Throwable $error) {
    error_log("note_url: order {$order->oid} was paid in an app and could not be saved: $error");
    answer('ROLLBACK');
}
answer($isSaved ? 'OK' : 'ROLLBACK');

/**
 * Saves the order as paid by this note, or that its payment goes back.
 *
 * @return bool whether it is paid
 */
function save_paid(Order $order)
{
    // Held until the script ends, so that nobody else takes the last one.
    $piece = $order->state === 'new' ? Order::takePiece($order->product) : false;
    $paid = $piece === false ? null : $order->approved('post');
    if ($paid !== null) {
        $paid->save();
        return true;
    }
    error_log("note_url: order {$order->oid} is {$order->state} or sold out: its payment " . post('LGD_TID') . ' goes back');
    $order->refused[] = post('LGD_TID');
    $order->state = $order->state === 'new' ? 'refused' : $order->state;
    $order->save();
    return false;
}
