<?php

/**
 * Downloads a new copy of a configuration file from the gateway (Patch), after its addresses or certificates change.
 *
 * The merchant's page: it asks for the shop's password (SHOP_PASSWORD). Assumes aux_url in lgdacom.conf, and that the web server
 * may write to home_dir/conf. It is safer if it may not; then an administrator does this from the command line.
 *
 * 설정 파일 갱신. 상점 비밀번호와 lgdacom.conf의 aux_url이 필요합니다.
 */

require __DIR__ . '/shop.php';

// Not mall.conf: it contains the merchant's own settings and the MertKeys.
const FILES = ['ca-bundle.crt', 'lgdacom.conf'];

merchant_only();
$said = [];
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    in_array(post('file'), FILES, true) || stop(422, '그런 파일이 없습니다.', 'There is no such file.');
    $xpay = xpay();
    $xpay->Init_TX(mid());
    $said = $xpay->Patch(post('file'))
        ? ['good', '새 파일로 바꾸었습니다.', 'The new file is in place.']
        : ['bad', '바꾸지 않았습니다.', 'Nothing was changed.', $xpay->Response_Code() . ' ' . $xpay->Response_Detail()];
}

head('설정 갱신', 'Patch');
say($said);
?>
<form class="card" method="post">
    <?= csrf() ?>
    <label>파일 <small>File</small><select name="file">
<?php foreach (FILES as $file): ?>
        <option><?= h($file) ?></option>
<?php endforeach ?>
    </select></label>
    <p class="actions"><button>새로 받기 <small>Fetch it</small></button></p>
</form>
<?php
foot();
