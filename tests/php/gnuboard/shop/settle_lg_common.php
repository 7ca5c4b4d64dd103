<?php

// Notifications of virtual accounts (LGD_CASNOTEURL), as older copies have it: the merchant ID and the amount are those that were posted.

include_once './_common.php';

$signed = $_POST['LGD_MID'] . $_POST['LGD_OID'] . $_POST['LGD_AMOUNT'] . $_POST['LGD_RESPCODE'] . $_POST['LGD_TIMESTAMP'];
if (md5($signed . $config['cf_lg_mert_key']) !== $_POST['LGD_HASHDATA']) {
    exit('해쉬값 검증이 실패하였습니다.');
}

$od = row('order', $_POST['LGD_OID']);
if ($_POST['LGD_RESPCODE'] === '0000' && $_POST['LGD_CASFLAG'] === 'I') {
    if (!$od || $od['od_tno'] !== $_POST['LGD_TID']) {
        exit('DB Error');
    }
    save('order', $od['od_id'], [
        'od_receipt_price' => $_POST['LGD_AMOUNT'],
        'od_casseqno' => $_POST['LGD_CASSEQNO'],
        'od_status' => '입금',
    ]);
}
echo 'OK';
