<?php
/**
 * LGD_CASNOTEURL: the gateway tells of a virtual account. R: given out, I: paid in, C: the deposit was taken back. The answer to what
 * is booked is exactly OK, two bytes. Anything else is a failure, and the gateway sends the notice again every 3 minutes for 2 hours.
 *
 * Assumes nothing of what comes in: anybody may post here. Signed are LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and
 * LGD_TIMESTAMP, without a mark between them, so the order's own are verified; LGD_TID is compared with the order's. LGD_CASFLAG
 * is not signed at all: this address belongs on https, and known to nobody but the gateway.
 *
 * 가상계좌 통보(할당 R, 입금 I, 입금취소 C). 검증하고 저장한 뒤에만 OK로 답합니다. 그 밖의 응답은 모두 다시 전송됩니다.
 */
require __DIR__ . '/shop.php';

/** Ends the script loudly: the gateway's operators see it, and so does the shop's log. */
function refuse($status, $why)
{
    error_log("cas_noteurl: $why (" . substr(preg_replace('/[^\w-]/', '?', post('LGD_OID')), 0, 63) . ')');
    http_response_code($status);
    header('Content-Type: text/plain; charset=UTF-8');
    exit("REFUSED: $why\n");
}

function ok()
{
    header('Content-Type: text/plain; charset=UTF-8');
    exit('OK');
}

$_SERVER['REQUEST_METHOD'] === 'POST' || refuse(405, 'notices are posted');
// While a payment is under way this waits until its LGD_TID is booked.
$order = Order::lock(post('LGD_OID'));
$order !== null || refuse(404, 'there is no such order');
post('LGD_MID') === mid() || refuse(403, 'LGD_MID is not this shop');
post('LGD_AMOUNT') === (string) $order->amount || refuse(403, "LGD_AMOUNT is not the order's");
xpay()->VerifyHashDataCas(mid(), $order->oid, $order->amount, post('LGD_RESPCODE'), post('LGD_TIMESTAMP'), post('LGD_HASHDATA'))
    || refuse(403, 'LGD_HASHDATA is wrong');
$order->tid !== '' && hash_equals($order->tid, post('LGD_TID')) || refuse(403, "LGD_TID is not the order's");

// A notice of what failed changes nothing.
post('LGD_RESPCODE') === '0000' || ok();

// The same again, since our OK did not reach the gateway: it was booked, and is not booked again.
$flag = post('LGD_CASFLAG');
$notice = post('LGD_TID') . ' ' . post('LGD_CASSEQNO') . ' ' . $flag;
!in_array($notice, $order->notices, true) || ok();

// What comes too early is refused, and comes again: a C before its I, an I before payres has booked the account.
$from = ['R' => 'waiting', 'I' => 'waiting', 'C' => 'paid'];
$to = ['R' => 'waiting', 'I' => 'paid', 'C' => 'waiting'];
isset($from[$flag]) || refuse(422, 'LGD_CASFLAG is none of R, I and C');
$order->state === $from[$flag] || refuse(409, "$flag does not follow what the order is: {$order->state}");
// Accounts that take less, more or several deposits are a contract of their own, and need books of their own.
$flag !== 'I' || post('LGD_CASTAMOUNT') === (string) $order->amount || refuse(422, "LGD_CASTAMOUNT is not the order's amount");

$order->state = $to[$flag];
$order->balance = $flag === 'I' ? $order->amount : 0;
$order->notices[] = $notice;
// In one with the state: once it is there, the notice is booked, and never half of it.
$order->save();
ok();
