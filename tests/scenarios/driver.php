<?php

/**
 * The scenarios' driver in PHP: the drop-in class as merchants call it; see drivers.py. Its only argument is XPayClient.php.
 *
 * What the class cannot be asked, because it has no object before its files are read, is asked of the library beneath.
 */

error_reporting(E_ALL);
// Notices, deprecations and warnings fail the run; the class's own E_USER_ERROR and E_USER_WARNING are what is looked for.
set_error_handler(static function ($level, $message, $file, $line) {
    if (($level & (E_USER_ERROR | E_USER_WARNING)) === 0 && (error_reporting() & $level) !== 0) {
        fwrite(STDERR, "$message in $file:$line\n");
        exit(3);
    }
    return true;
});
require $argv[1];

/** As shops have it: settings are written from a subclass, after construction. */
class XPay extends XPayClient
{
    public function set_config_value($key, $value)
    {
        $this->config[$key] = $value;
    }
}

function encoded($text)
{
    return strtr(rawurlencode($text), ['~' => '%7E']);
}

function value($value)
{
    return $value === null || $value === false ? 'null' : 'value' . "\t" . encoded((string) $value);
}

function status($returned, $code, $outcome, $message, $detail)
{
    return implode("\t", ['status', $returned ? 'true' : 'false', encoded($code), $outcome, encoded($message), encoded($detail)]);
}

/** A merchant's object. */
function asked(XPay $xpay, $call, array $a)
{
    $left = static function ($returned) use ($xpay) {
        $outcome = array_search($xpay->Outcome(), XPayClient_Library::OUTCOMES, true);
        return status($returned, $xpay->Response_Code(), $outcome, $xpay->Response_Msg(), $xpay->Response_Detail());
    };
    $made = static function ($signature) use ($left) {
        return strpos($signature, 'refused:') === 0 ? $left(false) : value($signature);
    };
    switch ($call) {
        case 'set_config':
            // Writing cannot fail, and calls that read heed nothing of it: what the next call that begins something would say.
            $xpay->set_config_value($a[0], $a[1]);
            $begins = function () {
                $obeyed = $this->obey();
                $this->show();
                return $obeyed;
            };
            return $left(Closure::bind($begins, $xpay, XPayClient::class)());
        case 'warm_up':
            return $left($xpay->Warm_Up());
        case 'init_tx':
            return $left($xpay->Init_TX($a[0]));
        case 'set':
            return $left($xpay->Set($a[0], $a[1]));
        case 'tx':
            return $left($xpay->TX($a[0] === 'true'));
        case 'guarded':
            return $left($xpay->Guard(static function () use ($a) {
                return $a[1] === 'ok';
            }, $a[0] === 'true'));
        case 'rollback':
            return $left($xpay->Rollback($a[0]));
        case 'report':
            return $left($xpay->Report($a[0], $a[1]));
        case 'patch':
            return $left($xpay->Patch($a[0]));
        case 'log':
            $xpay->Log($a[0], $a[1]);
            return $left(true);
        case 'verify_hash_data_cas':
            return $left($xpay->VerifyHashDataCas(...$a));
        case 'hash_data':
        case 'vendor_hash_data':
            return $made($xpay->GetHashData(...$a));
        case 'hash_data_cas':
        case 'vendor_hash_data_cas':
            return $made($xpay->GetHashDataCas(...$a));
        case 'hash_data_openpay':
        case 'vendor_hash_data_openpay':
            return $made($xpay->GetHashDataOpenpay(...$a));
        case 'receipt_authdata':
            return $made($xpay->GetReceiptAuthData(...$a));
        case 'recover':
            $open = $xpay->Recover();
            return $open === false ? $left(false) : value($open);
        case 'config':
            return value(isset($xpay->config[$a[0]]) ? $xpay->config[$a[0]] : null);
        case 'config_count':
            return value(count($xpay->config));
        case 'config_name':
            $names = array_keys($xpay->config);
            return value(isset($names[$a[0]]) ? $names[$a[0]] : null);
        case 'tx_id':
            return value($xpay->TX_ID);
        case 'auth_code':
            return value($xpay->Auth_Code);
        case 'response_json':
            return value($xpay->Response_Json());
        case 'response_count':
            return value($xpay->Response_Count());
        case 'response_name_count':
            return value(count($xpay->Response_Names() ?: []));
        case 'response_name':
            $names = $xpay->Response_Names() ?: [];
            return value(isset($names[$a[0]]) ? $names[$a[0]] : '');
        case 'response':
            return value($xpay->Response($a[0], $a[1]));
    }
    return 'unknown';
}

/** The library beneath, for a client that has not been initialised or is without files. */
function asked_beneath(XPayClient_Library $library, $call, array $a)
{
    $numbers = ['config_name' => 0, 'response_name' => 0, 'response' => 1];
    if (isset($numbers[$call])) {
        $a[$numbers[$call]] = (int) $a[$numbers[$call]];
    }
    if ($call === 'tx') {
        $a = [$a[0] === 'true'];
    }
    $returned = $library->call($call, $a);
    $reads = ['config', 'config_count', 'config_name', 'tx_id', 'auth_code', 'response_json', 'response_count',
        'response_name_count', 'response_name', 'response'];
    if (in_array($call, $reads, true) || is_string($returned) || is_int($returned) && $returned >= 0) {
        return value($returned);
    }
    $said = array_map([$library, 'call'], ['response_code', 'outcome', 'response_msg', 'response_detail']);
    return status($returned === true, ...$said);
}

$clients = [];
while (($line = fgets(STDIN)) !== false) {
    $fields = explode("\t", rtrim($line, "\n"));
    list($number, $call) = $fields;
    $arguments = array_map('rawurldecode', array_slice($fields, 2));
    if ($call === 'init') {
        $clients[$number] = null;
        $xpay = $clients[$number] = new XPay($arguments[0], $arguments[1]);
        // By pipe, the files are read when somebody looks.
        isset($xpay->config);
        $outcome = array_search($xpay->Outcome(), XPayClient_Library::OUTCOMES, true);
        $said = [$xpay->Response_Msg(), $xpay->Response_Detail()];
        $answer = status($xpay->Response_Code() === '', $xpay->Response_Code(), $outcome, ...$said);
    } else {
        if (!isset($clients[$number])) {
            $clients[$number] = XPayClient_Library::open();
        }
        $client = $clients[$number];
        $answer = $client instanceof XPay ? asked($client, $call, $arguments) : asked_beneath($client, $call, $arguments);
    }
    echo $answer, "\n";
    flush();
}
