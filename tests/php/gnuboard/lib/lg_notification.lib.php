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
    $shapes = [
        'LGD_MID' => '[A-Za-z0-9_-]{1,104}',
        'LGD_OID' => '[1-9][0-9]{0,19}',
        'LGD_TID' => '[A-Za-z0-9_-]{1,64}',
        'LGD_RESPCODE' => '0000',
        'LGD_PAYTYPE' => 'SC0040',
        'LGD_TIMESTAMP' => '[0-9]{14}',
        'LGD_PAYDATE' => '[0-9]{14}',
        'LGD_AMOUNT' => '[1-9][0-9]{0,11}',
        'LGD_CASTAMOUNT' => '[0-9]{1,12}',
        'LGD_CASCAMOUNT' => '[0-9]{1,12}',
        'LGD_CASFLAG' => '[RIC]',
        'LGD_CASSEQNO' => '[0-9]{1,6}',
        'LGD_ACCOUNTNUM' => '[A-Za-z0-9-]{1,30}',
    ];
    foreach ($shapes as $name => $shape) {
        if (!isset($post[$name]) || !preg_match("/\\A$shape\\z/", $post[$name])) {
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
