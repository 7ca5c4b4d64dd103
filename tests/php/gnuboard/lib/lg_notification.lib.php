<?php

// Checks a notification of a virtual account, and books it. The addresses are some of the gateway's.

if (!defined('_GNUBOARD_')) {
    exit;
}

/**
 * What was sent, if the gateway sent it for this shop.
 *
 * @return array<string, string>|false
 */
function lg_noti_request($post, $server, $config)
{
    $ips = array('13.124.18.147', '115.92.221.121');
    if ($server['REQUEST_METHOD'] !== 'POST' || !in_array($server['REMOTE_ADDR'], $ips, true)) {
        return false;
    }
    $digits = ['OID' => 20, 'TIMESTAMP' => 14, 'PAYDATE' => 14, 'AMOUNT' => 12, 'CASTAMOUNT' => 12, 'CASCAMOUNT' => 12, 'CASSEQNO' => 6];
    foreach ($digits as $name => $most) {
        if (!isset($post["LGD_$name"]) || !ctype_digit($post["LGD_$name"]) || strlen($post["LGD_$name"]) > $most) {
            return false;
        }
    }
    $fixed = ['RESPCODE' => ['0000'], 'PAYTYPE' => ['SC0040'], 'CASFLAG' => ['R', 'I', 'C']];
    foreach ($fixed as $name => $allowed) {
        if (!isset($post["LGD_$name"]) || !in_array($post["LGD_$name"], $allowed, true)) {
            return false;
        }
    }
    $mid = 'si_' . $config['cf_lg_mid'];
    $signed = $post['LGD_MID'] . $post['LGD_OID'] . $post['LGD_AMOUNT'] . $post['LGD_RESPCODE'] . $post['LGD_TIMESTAMP'];
    $fits = in_array($post['LGD_MID'], [$mid, "t$mid"], true);
    return $fits && hash_equals(md5($signed . $config['cf_lg_mert_key']), $post['LGD_HASHDATA']) ? $post : false;
}

/** Books it once. False if it does not fit the order. */
function lg_noti_process(array $data)
{
    $od = row('order', $data['LGD_OID']);
    $accounts = $od ? preg_split('/\s+/', $od['od_bank_account']) : [];
    $fits = $od && $od['od_settle_case'] === '가상계좌' && $od['od_tno'] === $data['LGD_TID'] && $od['od_lg_mid'] === $data['LGD_MID'];
    if (!$fits || !in_array($data['LGD_ACCOUNTNUM'], $accounts, true)) {
        return false;
    }
    if ($data['LGD_CASFLAG'] === 'R') {
        return true;
    }
    $paid = $data['LGD_CASFLAG'] === 'I';
    if ($paid && ($od['od_status'] !== '주문' || $data['LGD_CASTAMOUNT'] != $od['od_cart_price'])) {
        return false;
    }
    return save('order', $od['od_id'], [
        'od_receipt_price' => $paid ? $data['LGD_AMOUNT'] : 0,
        'od_casseqno' => $data['LGD_CASSEQNO'],
        'od_status' => $paid ? '입금' : '주문',
    ]);
}
