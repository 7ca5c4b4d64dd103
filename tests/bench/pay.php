<?php

/**
 * Payments from PHP: through the drop-in, or in the pattern of the class that it replaces, a new curl handle for each request.
 *
 * In a shell: pay.php HOW HOME_OR_URL BUNDLE WARM COUNT, with HOW one of ours, legacy, and vendor, which is legacy with files. In
 * php-fpm: the same words as HOW, WHERE, BUNDLE, WARM and COUNT; each page measures its own.
 */

error_reporting(E_ALL);
$words = PHP_SAPI === 'cli'
    ? array_slice($argv, 1)
    : [$_SERVER['HOW'], $_SERVER['WHERE'], $_SERVER['BUNDLE'], $_SERVER['WARM'], $_SERVER['COUNT']];
list($how, $where, $bundle, $warm, $count) = $words;

function ours($home)
{
    require_once getenv('XPAYCLIENT_CLASS');
    $xpay = new XPayClient($home, 'test');
    return static function () use ($xpay) {
        $xpay->Init_TX('tlgdacomxpay');
        $xpay->Set('LGD_TXNAME', 'PaymentByKey');
        $xpay->Set('LGD_PAYKEY', '5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH');
        return $xpay->TX() && $xpay->Response_Code() === '0000' && $xpay->Response('LGD_TID', 0) !== '';
    };
}

function legacy($url, $bundle)
{
    return static function () use ($url, $bundle) {
        $txid = 'tlgdacomxpay-01' . date('YmdHis') . sha1(uniqid('', true));
        $fields = [
            'LGD_TXID' => $txid,
            'LGD_AUTHCODE' => sha1($txid . '95160cce09854ef44d2edb2bfb05f9f3'),
            'LGD_MID' => 'tlgdacomxpay',
            'LGD_TXNAME' => 'PaymentByKey',
            'LGD_PAYKEY' => '5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH',
        ];
        $curl = curl_init();
        curl_setopt_array($curl, [
            CURLOPT_URL => $url,
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => http_build_query($fields),
            CURLOPT_CAINFO => $bundle,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_RETURNTRANSFER => true,
        ]);
        $answer = json_decode(curl_exec($curl), true);
        curl_close($curl);
        return $answer['LGD_RESPCODE'] === '0000' && $answer['LGD_RESPONSE'][0]['LGD_TID'] !== '';
    };
}

/** As a page of a shop has it: the constructor reads both files. */
function vendor($home, $bundle)
{
    $config = [];
    foreach (['mall.conf', 'lgdacom.conf'] as $file) {
        foreach (file("$home/conf/$file") as $line) {
            list($name, $value) = array_map('trim', explode('=', $line, 2) + [1 => '']);
            $config[$name] = $value;
        }
    }
    return legacy($config['test_url'], $bundle);
}

function cpu()
{
    $used = getrusage();
    return 1e6 * ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
}

function pay($pay, $times)
{
    for ($i = 0; $i < $times; $i++) {
        if (!$pay()) {
            throw new Exception('a payment failed');
        }
    }
}

$begun = cpu();
$pay = $how === 'ours' ? ours($where) : $how($where, $bundle);
pay($pay, $warm);
if ($warm > 0) {
    $begun = cpu();
}
$started = microtime(true);
pay($pay, $count);
$each = max(1, $count);
echo json_encode(['cpu' => (cpu() - $begun) / $each, 'wall' => (microtime(true) - $started) * 1e6 / $each]), "\n";
