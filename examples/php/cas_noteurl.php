<?php

/**
 * LGD_CASNOTEURL: virtual account notifications. R: issued, I: deposit, C: deposit reversed. After saving one, the page answers
 * exactly OK, two bytes. After any other answer the gateway sends the notification again every 3 minutes for 2 hours.
 *
 * Anybody may post here, so nothing received is trusted. LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed
 * without separators, so the page verifies with the order's own values, and compares LGD_TID with the order's. LGD_CASFLAG is not
 * signed: keep this address on https, and name the gateway's addresses in config.php (notice_addresses).
 *
 * 가상계좌 통보(할당 R, 입금 I, 입금취소 C). 검증하고 저장한 뒤에만 OK로 답합니다. 그 밖의 응답은 모두 다시 전송됩니다.
 */

require __DIR__ . '/shop.php';
require __DIR__ . '/gateway.php';

$_SERVER['REQUEST_METHOD'] === 'POST' || refuse(405, 'notifications are posted');
// Without such a list it is the signature alone that tells.
setting('notice_addresses') === [] || is_gateway($_SERVER['REMOTE_ADDR']) || refuse(403, 'this address is not in notice_addresses');
// During a payment this waits until its LGD_TID is saved.
$order = Order::lock(post('LGD_OID'));
$order !== null || refuse(404, 'there is no such order');
post('LGD_MID') === mid() || refuse(403, 'LGD_MID is not this shop');
post('LGD_AMOUNT') === (string) $order->amount || refuse(403, "LGD_AMOUNT is not the order's");
xpay()->VerifyHashDataCas(mid(), $order->oid, $order->amount, post('LGD_RESPCODE'), post('LGD_TIMESTAMP'), post('LGD_HASHDATA'))
    || refuse(403, 'LGD_HASHDATA is wrong');
$order->tid !== '' && hash_equals($order->tid, post('LGD_TID')) || refuse(403, "LGD_TID is not the order's");

// A notification of a failure changes nothing.
post('LGD_RESPCODE') === '0000' || answer('OK');

// A repeated notification, because our OK did not reach the gateway: it is saved already.
$flag = post('LGD_CASFLAG');
$notice = post('LGD_TID') . ' ' . post('LGD_CASSEQNO') . ' ' . $flag . ' ' . post('LGD_PAYDATE');
!in_array($notice, $order->notices, true) || answer('OK');

// A notification that is too early is refused, and comes again: a C before its I, an I before payres has saved the account.
$from = ['R' => 'waiting', 'I' => 'waiting', 'C' => 'paid'];
$to = ['R' => 'waiting', 'I' => 'paid', 'C' => 'waiting'];
isset($from[$flag]) || refuse(422, 'LGD_CASFLAG must be R, I or C');
$order->state === $from[$flag] || refuse(409, "$flag does not follow the order's state {$order->state}");
// Accounts that accept other amounts or several deposits need a separate contract, and a ledger of deposits.
$flag !== 'I' || post('LGD_CASTAMOUNT') === (string) $order->amount || refuse(422, "LGD_CASTAMOUNT is not the order's amount");

$order->state = $to[$flag];
$order->balance = $flag === 'I' ? $order->amount : 0;
$order->notices[] = $notice;
// Saved together with the state, so a notification is never half recorded.
$order->save();
answer('OK');
