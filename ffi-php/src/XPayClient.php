<?php
/**
 * XPayClient: swap the vendor's lgdacom/XPayClient.php for this file and change no other line.
 * 기존 lgdacom/XPayClient.php를 이 파일로 바꾸면 됩니다. 다른 코드는 그대로 둡니다.
 *
 * Beside it lies libxpayclient.so (PHP's FFI extension), or the command `xpay` where FFI may not be used.
 * 같은 폴더에 libxpayclient.so(FFI 확장) 또는 xpay 명령(FFI를 쓸 수 없는 호스팅)을 둡니다.
 *
 * PHP 7.4 to 8.x. SPDX-License-Identifier: MIT OR Apache-2.0
 */

// Constants come before the classes: those may have been preloaded, and constants cannot be.
foreach ([
    'LGD_USER_AGENT' => 'XPayClient (0.1.0/PHP)',
    'LGD_LOG_FATAL' => 0,
    'LGD_LOG_ERROR' => 1,
    'LGD_LOG_WARN' => 2,
    'LGD_LOG_INFO' => 3,
    'LGD_LOG_DEBUG' => 4,
    'LGD_ERR_NO_HOME_DIR' => '10001',
    'LGD_ERR_NO_MALL_CONFIG' => '10002',
    'LGD_ERR_NO_LGDACOM_CONFIG' => '10003',
    'LGD_ERR_NO_MID' => '10004',
    'LGD_ERR_OUT_OF_MEMORY' => '10005',
    'LGD_ERR_HTTP_URL' => '20001',
    'LGD_ERR_RESOLVE_HOST' => '20002',
    'LGD_ERR_RESOLVE_PROXY' => '20003',
    'LGD_ERR_CONNECT' => '20004',
    'LGD_ERR_WRITE' => '20005',
    'LGD_ERR_READ' => '20006',
    'LGD_ERR_SEND' => '20007',
    'LGD_ERR_RECV' => '20008',
    'LGD_ERR_TIMEDOUT' => '20009',
    'LGD_ERR_SSL' => '20101',
    'LGD_ERR_CURL' => '20201',
    'LGD_ERR_JSON_DECODE' => '40001',
] as $xpayclient_name => $xpayclient_value) {
    defined($xpayclient_name) || define($xpayclient_name, $xpayclient_value);
}
unset($xpayclient_name, $xpayclient_value);

// A second copy of this file, or a preloaded one.
if (class_exists('XPayClient', false)) {
    return;
}

/**
 * A shop's connection to the gateway, with the vendor's calls: Init_TX, Set, TX, Response, Rollback.
 *
 *     $xpay = new XPayClient($home_dir, 'test');
 *     $xpay->Init_TX($mid);
 *     $xpay->Set('LGD_TXNAME', 'PaymentByKey');
 *     $xpay->Set('LGD_PAYKEY', $paykey);
 *     if ($xpay->TX() && $xpay->Response_Code() === '0000') { … $xpay->Response('LGD_TID') … }
 *
 * Strings are bytes in both directions: EUC-KR (CP949) unless LGD_ENCODING and output_UTF8 say otherwise. A number, null
 * and an object with __toString become text; an array and a string with a NUL byte are refused with code 90003.
 */
#[AllowDynamicProperties]
class XPayClient
{
    /** @var array<string, mixed> the settings of both files, MertKeys by shop id; what is written here is obeyed */
    public $config = [];
    /** @var mixed */
    public $home_dir;
    /** @var mixed */
    public $mode;
    /** @var bool whether the test gateway is meant */
    public $bTest;
    /** @var string LGD_TXID */
    public $TX_ID = '';
    /** @var string */
    public $MID = '';
    /** @var string LGD_AUTHCODE */
    public $Auth_Code = '';
    /** @var array<string, string> the parameters of the transaction, in order */
    public $Post = [];
    /** @var string */
    public $response_code = '';
    /** @var string */
    public $response_msg = '';
    /** @var array<array-key, mixed>|null the answer as it was decoded, UTF-8 */
    public $response_array = null;
    /** @var string the answer as it was received, UTF-8 */
    public $response_json = '';

    /** @var XPayClient_Library */
    private $library;
    /** @var array<string, mixed> the settings as the library has them */
    private $obeyed = [];
    /** @var string the third argument of older classes */
    private $mertKey;

    /**
     * Reads $home_dir/conf/mall.conf and lgdacom.conf. What is missing is an E_USER_ERROR.
     *
     * @param mixed $home_dir
     * @param mixed $mode "test", anything else is the service gateway, where money moves
     * @param mixed $mertKey the MertKey of every shop id this object is used for, in place of mall.conf's
     */
    public function __construct(
        $home_dir,
        $mode = 'real',
        #[SensitiveParameter]
        $mertKey = ''
    ) {
        $this->home_dir = $home_dir;
        $this->mode = $mode;
        $this->bTest = $mode === 'test';
        $this->mertKey = (string) $mertKey;
        $this->library = XPayClient_Library::open();
        $initialised = $this->ask('init', compact('home_dir', 'mode'));
        $this->show();
        if ($initialised) {
            $this->config = $this->obeyed = $this->library->settings();
        } else {
            self::stop($this->response_msg);
        }
    }

    /**
     * Begins a transaction of a shop.
     *
     * @param mixed $mid
     * @return bool false without a MertKey for the shop id (10004)
     */
    public function Init_TX($mid)
    {
        XPayClient_Approvals::confirm();
        $begun = $this->obey($mid) && $this->ask('init_tx', compact('mid'));
        $this->show();
        if ($begun) {
            $this->MID = (string) $mid;
            $this->Post = ['LGD_TXID' => $this->TX_ID, 'LGD_AUTHCODE' => $this->Auth_Code, 'LGD_MID' => $this->MID];
        }
        return $begun;
    }

    /**
     * Sets a parameter, or replaces its value.
     *
     * @param mixed $name
     * @param mixed $value
     * @return bool false when the value is refused (90003); TX then refuses too
     */
    public function Set(
        $name,
        #[SensitiveParameter]
        $value
    ) {
        $name = $this->bytes('name', $name);
        $value = $name === null ? null : $this->bytes($name, $value);
        if ($name === null || $value === null || $this->library->call('set', [$name, $value]) !== true) {
            $this->show();
            return false;
        }
        $this->Post[$name] = $value;
        return true;
    }

    /**
     * Sends the transaction and waits for the answer.
     *
     * @param mixed $bRollbackOnError whether a request that got no answer in form is cancelled at once (망취소)
     * @return bool whether the gateway answered in form: Response_Code() says what, "0000" for success
     */
    public function TX($bRollbackOnError = true)
    {
        XPayClient_Approvals::confirm();
        $this->obey();
        $answered = $this->library->call('tx_held', [(bool) $bRollbackOnError]) === true;
        $this->show();
        if ($this->library->call('is_held')) {
            XPayClient_Approvals::hold($this->library);
        }
        return $answered;
    }

    /**
     * A value of the answer.
     *
     * @param mixed $name
     * @param mixed $index the row, from 0
     * @return string '' when missing
     */
    public function Response($name, $index = 0)
    {
        $this->obey();
        $known = is_scalar($name) && is_numeric($index) && $index >= 0;
        return $known ? (string) $this->library->call('response', [(string) $name, (int) $index]) : '';
    }

    /** @return string */
    public function Response_Code()
    {
        $this->obey();
        return $this->response_code;
    }

    /** @return string */
    public function Response_Msg()
    {
        $this->obey();
        return $this->response_msg;
    }

    /** @return int */
    public function Response_Count()
    {
        $this->obey();
        return (int) $this->library->call('response_count');
    }

    /** @return string[]|null the names of the first row; null when there is no row */
    public function Response_Names()
    {
        if ($this->Response_Count() === 0) {
            return null;
        }
        $names = [];
        for ($index = 0, $count = (int) $this->library->call('response_name_count'); $index < $count; $index++) {
            $names[] = (string) $this->library->call('response_name', [$index]);
        }
        return $names;
    }

    /** @return string */
    public function Response_Json()
    {
        return $this->response_json;
    }

    /**
     * 망취소: undoes the transaction sent last, for when the shop's own step fails after an approval.
     *
     * @param mixed $reason
     * @return bool whether the gateway answered "0000"
     */
    public function Rollback($reason)
    {
        // Money goes back also where the reason or a setting is no text.
        $this->obey();
        $reason = $this->bytes('reason', $reason);
        $undone = $this->library->call('rollback', [$reason === null ? 'Rollback' : $reason]) === true;
        $this->show();
        return $undone;
    }

    /**
     * Tells the gateway's operators, at aux_url, of something that went wrong.
     *
     * @param mixed $status
     * @param mixed $msg
     * @return bool whether they answered "0000"
     */
    public function Report($status, $msg)
    {
        return $this->obeyAndAsk('report', compact('status', 'msg'));
    }

    /**
     * Asks aux_url for a new copy of mall.conf, lgdacom.conf or ca-bundle.crt.
     *
     * @param mixed $filename
     * @return bool whether it was put in place
     */
    public function Patch($filename)
    {
        return $this->obeyAndAsk('patch', compact('filename'));
    }

    /**
     * Writes a line into the log, under the LGD_TXID of the transaction.
     *
     * @param mixed $msg
     * @param mixed $level LGD_LOG_FATAL to LGD_LOG_DEBUG
     * @return void
     */
    public function Log($msg, $level = 0)
    {
        $msg = $this->bytes('msg', $msg);
        if ($msg === null) {
            $this->show();
        } elseif ($this->obey()) {
            $this->library->call('log', [$msg, (int) $level]);
        }
    }

    /** @return string now in Korea, yyyyMMddHHmmss */
    public function GetTimeStamp()
    {
        return (string) $this->library->call('timestamp');
    }

    /**
     * LGD_HASHDATA of a payment request.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $timestamp
     * @return string '' and an E_USER_WARNING when a field has not its form
     */
    public function GetHashData($mid, $oid, $amount, $timestamp)
    {
        return $this->sign('hash_data', compact('mid', 'oid', 'amount', 'timestamp'));
    }

    /**
     * LGD_HASHDATA of a payment result or notice; to check one, use VerifyHashDataCas.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $respcode
     * @param mixed $timestamp
     * @return string '' and an E_USER_WARNING when a field has not its form
     */
    public function GetHashDataCas($mid, $oid, $amount, $respcode, $timestamp)
    {
        return $this->sign('hash_data_cas', compact('mid', 'oid', 'amount', 'respcode', 'timestamp'));
    }

    /**
     * LGD_HASHDATA of OpenPay.
     *
     * @param mixed $venderno
     * @param mixed $mid
     * @param mixed $mer_uid
     * @param mixed $token '' where there is none
     * @param mixed $timestamp
     * @return string '' and an E_USER_WARNING when a field has not its form
     */
    public function GetHashDataOpenpay($venderno, $mid, $mer_uid, $token, $timestamp)
    {
        return $this->sign('hash_data_openpay', compact('venderno', 'mid', 'mer_uid', 'token', 'timestamp'));
    }

    // From here on what the vendor's class has not.

    /**
     * The authdata of a receipt link.
     *
     * @param mixed $mid
     * @param mixed $tid
     * @return string '' and an E_USER_WARNING when a field has not its form
     */
    public function GetReceiptAuthData($mid, $tid)
    {
        return $this->sign('receipt_authdata', compact('mid', 'tid'));
    }

    /**
     * Whether a payment result or notice is the gateway's. Pass the order's own oid and amount, not those that came in:
     * where one field ends and the next begins is not signed.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $respcode
     * @param mixed $timestamp
     * @param mixed $hashdata LGD_HASHDATA
     * @return bool when false, Response_Msg() names what is wrong
     */
    public function VerifyHashDataCas($mid, $oid, $amount, $respcode, $timestamp, $hashdata)
    {
        $signed = compact('mid', 'oid', 'amount', 'respcode', 'timestamp', 'hashdata');
        $verified = $this->obey($mid) && $this->ask('verify_hash_data_cas', $signed);
        $this->show();
        return $verified;
    }

    /**
     * Whether the answer to a Cancel or PartialCancel counts as done: "0000", and by the payment's means some others.
     *
     * @param mixed $paytype LGD_PAYTYPE of the payment
     * @return bool
     */
    public function IsCancelled($paytype)
    {
        return is_scalar($paytype) && $this->library->call('is_cancelled', [(string) $paytype]) === true;
    }

    /** @return string what became of the last TX or Rollback: none, answered, not_sent, rolled_back or in_doubt */
    public function Outcome()
    {
        return XPayClient_Library::OUTCOMES[(int) $this->library->call('outcome')];
    }

    /**
     * TX, and once it is approved the shop's own step, as the order's line in the database. When the step returns false or
     * throws, the payment is rolled back; what it threw is thrown on.
     *
     * @param callable(XPayClient): mixed $step it may read the answer, and begin no transaction on this object
     * @param mixed $bRollbackOnError as for TX
     * @return bool as TX; false with Response_Code() 90007 when the step returned false
     */
    public function Guard($step, $bRollbackOnError = true)
    {
        XPayClient_Approvals::confirm();
        $this->obey();
        $answered = $this->library->call('tx_held', [(bool) $bRollbackOnError]) === true;
        $this->show();
        if (!$this->library->call('is_held')) {
            return $answered;
        }
        $done = false;
        try {
            $done = $step($this) !== false;
        } finally {
            $done ? $this->library->call('confirm') : $this->library->call('undo', ['Shop step failed']);
            $this->show();
        }
        return $done;
    }

    /**
     * Connects to the gateway before the buyer pays, so that TX need not wait for it: a page calls this first and then does
     * what else it has to. Nothing is sent. The connection is kept for `keep_alive` seconds, for whoever pays next in this
     * worker; without FFI, for this page alone.
     *
     * @return bool false when it cannot be made; TX may be tried all the same
     */
    public function Warm_Up()
    {
        $done = $this->obey() && $this->library->call('warm_up') === true;
        if (!$done) {
            $this->show();
        }
        return $done;
    }

    /**
     * Rolls back what dead processes left in doubt. Better a job of its own, or `xpay recover`, than a page.
     *
     * @return int|false how many are still open; false when the journal cannot be read
     */
    public function Recover()
    {
        $open = $this->obey() ? $this->library->call('recover') : false;
        $this->show();
        return is_int($open) && $open >= 0 ? $open : false;
    }

    /** @return string "ffi" or "pipe"; "" when neither is to be had. XPayClient_Library::why() then tells */
    public static function backend()
    {
        return XPayClient_Library::backend();
    }

    /**
     * MertKeys and card numbers stay out of var_dump.
     *
     * @return array<string, mixed>
     */
    public function __debugInfo()
    {
        return [
            'home_dir' => $this->home_dir,
            'mode' => $this->mode,
            'MID' => $this->MID,
            'TX_ID' => $this->TX_ID,
            'response_code' => $this->response_code,
            'response_msg' => $this->response_msg,
        ];
    }

    /** @return void */
    public function __clone()
    {
        throw new LogicException('An XPayClient cannot be cloned; make another. / XPayClient는 복제할 수 없습니다. 새로 만드십시오.');
    }

    /** @return string[] */
    public function __sleep()
    {
        throw new LogicException(
            'An XPayClient holds MertKeys and cannot be stored. / XPayClient는 MertKey를 담고 있어 저장할 수 없습니다.'
        );
    }

    /**
     * Raises an E_USER_ERROR. That PHP has deprecated those since 8.4 is not for the shop's log.
     *
     * @param string $message
     * @return void
     */
    private static function stop($message)
    {
        $shops = set_error_handler(static function ($level, $message, $file, $line) use (&$shops) {
            return $level === E_DEPRECATED || is_callable($shops) && $shops($level, $message, $file, $line) !== false;
        });
        trigger_error($message, E_USER_ERROR);
        restore_error_handler();
    }

    /**
     * A call whose arguments are all texts.
     *
     * @param string $call
     * @param array<string, mixed> $texts by the name that an error calls them
     * @return bool false also when one of them cannot become bytes
     */
    private function ask($call, array $texts)
    {
        $arguments = $this->allBytes($texts);
        return $arguments !== null && $this->library->call($call, $arguments) === true;
    }

    /**
     * @param array<string, mixed> $texts
     * @return array<int, string>|null
     */
    private function allBytes(array $texts)
    {
        $all = [];
        foreach (array_keys($texts) as $name) {
            $bytes = $this->bytes($name, $texts[$name]);
            if ($bytes === null) {
                return null;
            }
            $all[] = $bytes;
        }
        return $all;
    }

    /**
     * @param string $call
     * @param array<string, mixed> $texts
     * @return bool
     */
    private function obeyAndAsk($call, array $texts)
    {
        $done = $this->obey() && $this->ask($call, $texts);
        $this->show();
        return $done;
    }

    /**
     * @param string $call
     * @param array<string, mixed> $fields
     * @return string
     */
    private function sign($call, array $fields)
    {
        $obeyed = $this->obey($fields['mid']);
        $arguments = $this->allBytes($fields);
        $signature = $obeyed && $arguments !== null ? $this->library->call($call, $arguments) : false;
        if (is_string($signature)) {
            return $signature;
        }
        $this->show();
        trigger_error($this->response_msg, E_USER_WARNING);
        return '';
    }

    /**
     * A value as the vendor's class would send it, or null once it has been refused.
     *
     * @param string $name
     * @param mixed $value
     * @return string|null
     */
    private function bytes(
        $name,
        #[SensitiveParameter]
        $value
    ) {
        if (is_array($value) || is_resource($value) || is_object($value) && !method_exists($value, '__toString')) {
            $why = is_object($value) ? 'is an object without __toString' : 'is ' . (is_array($value) ? 'an array' : 'a resource');
        } else {
            // (string) makes 1.0E+15 of an amount.
            $whole = is_float($value) && floor($value) === $value && abs($value) < 1e15;
            $bytes = $whole ? sprintf('%d', $value) : (string) $value;
            if (strpos($bytes, "\0") === false) {
                return $bytes;
            }
            $why = 'holds a NUL byte';
        }
        $this->library->call('refuse', [strtr($name, "\0", ' '), $why]);
        return null;
    }

    /**
     * Tells the library what was written into $config since.
     *
     * @param mixed $mid whose MertKey was the constructor's third argument
     * @return bool when false, TX refuses too
     */
    private function obey($mid = null)
    {
        if ($this->mertKey !== '' && is_string($mid)) {
            $this->config[$mid] = $this->mertKey;
        }
        if ($this->config === $this->obeyed) {
            return true;
        }
        // A setting that was unset counts as empty.
        $gone = array_fill_keys(array_keys(array_diff_key($this->obeyed, $this->config)), '');
        foreach ($this->config + $gone as $name => $value) {
            if (!array_key_exists($name, $this->obeyed) || $this->obeyed[$name] !== $value) {
                $bytes = $this->bytes("config[$name]", $value);
                if ($bytes === null || $this->library->call('set_config', [(string) $name, $bytes]) !== true) {
                    $this->show();
                    return false;
                }
            }
        }
        $this->obeyed = $this->config;
        $this->show();
        return true;
    }

    /**
     * Shows what the last call left.
     *
     * @return void
     */
    private function show()
    {
        $this->response_code = (string) $this->library->call('response_code');
        $this->response_msg = (string) $this->library->call('response_msg');
        foreach (['TX_ID' => 'tx_id', 'Auth_Code' => 'auth_code'] as $property => $call) {
            $value = $this->library->call($call);
            // Of a library that went nothing can be asked; what was known then is still true.
            $this->$property = is_string($value) ? $value : $this->$property;
        }
        $json = (string) $this->library->call('response_json');
        if ($json !== $this->response_json) {
            $this->response_json = $json;
            // Without the extension nothing may fail here: money may have moved.
            $decoded = $json !== '' && function_exists('json_decode') ? json_decode($json, true) : null;
            $this->response_array = is_array($decoded) ? $decoded : null;
        }
    }
}

/**
 * Approvals whose script goes on. What a script approved before it died of a fatal error nobody may have booked: the
 * journal then shows it as unconfirmed (`xpay recover --list`).
 *
 * @internal
 */
final class XPayClient_Approvals
{
    /** @var XPayClient_Library[] */
    private static $held = [];
    /** @var int whose they are: a fork confirms nothing of its parent's */
    private static $pid = 0;
    /** @var bool */
    private static $ending = false;

    /**
     * @param XPayClient_Library $library
     * @return void
     */
    public static function hold(XPayClient_Library $library)
    {
        // A buyer who closes the window must not end the script between the approval and the order. Some hosts forbid that.
        if (function_exists('ignore_user_abort')) {
            ignore_user_abort(true);
        }
        self::$pid = XPayClient_Library::pid();
        self::$held[] = $library;
        if (self::$ending) {
            self::confirm();
        }
    }

    /**
     * The script went on to its next transaction, or to its end.
     *
     * @return void
     */
    public static function confirm()
    {
        $held = self::$pid === XPayClient_Library::pid() ? self::$held : [];
        self::$held = [];
        foreach ($held as $library) {
            if ($library->call('is_held')) {
                $library->call('confirm');
            }
        }
    }

    /**
     * @return void
     */
    public static function end()
    {
        self::$ending = true;
        $last = error_get_last();
        $fatal = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE | E_RECOVERABLE_ERROR;
        if ($last === null || ($last['type'] & $fatal) === 0) {
            self::confirm();
            return;
        }
        self::$held = [];
        XPayClient_FFI::freeAll();
    }
}

/**
 * The functions of xpayclient.h, by their names without the prefix, on one client.
 *
 * @internal
 */
abstract class XPayClient_Library
{
    const ABI = 2;
    const OUTCOMES = ['none', 'answered', 'not_sent', 'rolled_back', 'in_doubt'];

    /** @var string[] */
    private static $why = [];
    /** @var string|null */
    private static $backend = null;

    /**
     * @param string $name
     * @param array<int, string|int|bool> $arguments
     * @return string|int|bool|null
     */
    abstract public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    );

    /**
     * A client of its own. Where neither FFI nor the command can be used, it answers every call with the reason.
     *
     * @return XPayClient_Library
     */
    public static function open()
    {
        switch (self::backend()) {
            case 'ffi':
                return new XPayClient_FFI();
            case 'pipe':
                return new XPayClient_Pipe();
            default:
                return new XPayClient_Nothing(implode(' ', self::$why), false);
        }
    }

    /** @return string "ffi", "pipe" or "" */
    public static function backend()
    {
        if (self::$backend === null) {
            register_shutdown_function(['XPayClient_Approvals', 'end']);
            $wanted = getenv('XPAYCLIENT_BACKEND');
            self::$backend = '';
            foreach (['ffi' => 'XPayClient_FFI', 'pipe' => 'XPayClient_Pipe'] as $name => $class) {
                $reason = $wanted === false || $wanted === $name ? $class::unusable() : "XPAYCLIENT_BACKEND=$wanted.";
                if ($reason === '') {
                    self::$backend = $name;
                    break;
                }
                self::$why[] = $reason;
            }
        }
        return self::$backend;
    }

    /** @return string[] why each backend before the one in use is not used, in English and Korean */
    public static function why()
    {
        self::backend();
        return self::$why;
    }

    /** @return array<string, string> all settings in the order in which they were first seen */
    public function settings()
    {
        $settings = [];
        for ($index = 0, $count = (int) $this->call('config_count'); $index < $count; $index++) {
            $name = (string) $this->call('config_name', [$index]);
            $settings[$name] = (string) $this->call('config', [$name]);
        }
        return $settings;
    }

    /**
     * Where a file of ours lies: what the environment says, beside this file, in the package, and then the system's path.
     *
     * @param string $variable
     * @param string $file
     * @return string
     */
    protected static function find($variable, $file)
    {
        $told = getenv($variable);
        if ($told !== false && $told !== '') {
            return $told;
        }
        $machine = function_exists('php_uname') ? php_uname('m') : 'x86_64';
        $package = dirname(__DIR__) . '/lib/' . strtolower(PHP_OS_FAMILY) . '-' . $machine;
        /** @var string $found */
        $found = self::quietly(static function () use ($package, $file) {
            foreach ([__DIR__, $package] as $folder) {
                if (is_file("$folder/$file")) {
                    return "$folder/$file";
                }
            }
            return $file;
        });
        return $found;
    }

    /** @return int this process; 0 on hosts that do not tell */
    public static function pid()
    {
        return function_exists('getmypid') ? (int) getmypid() : 0;
    }

    /**
     * Without a word of PHP's, of a pipe that broke or open_basedir: handlers hear also what is silenced by @.
     *
     * @param callable $act
     * @return mixed
     */
    protected static function quietly($act)
    {
        set_error_handler(static function () {
            return true;
        });
        try {
            return $act();
        } finally {
            restore_error_handler();
        }
    }
}

/**
 * The library in this process, by PHP's FFI extension.
 *
 * @internal
 */
final class XPayClient_FFI extends XPayClient_Library
{
    const SIGNATURES = [
        'timestamp' => 15,
        'hash_data' => 33,
        'hash_data_cas' => 33,
        'hash_data_openpay' => 129,
        'receipt_authdata' => 33,
    ];

    /** @var FFI|null */
    private static $ffi = null;
    /** @var array<int, FFI\CData> the clients that live, for a script that dies: PHP destroys no object then */
    private static $clients = [];
    /** @var FFI\CData */
    private $client;

    public function __construct()
    {
        /** @var FFI\CData $client */
        $client = self::c(self::ffi(), 'new', []);
        $this->client = $client;
        self::c(self::ffi(), 'set_language', [$this->client, 'PHP']);
        self::$clients[spl_object_id($this)] = $this->client;
    }

    public function __destruct()
    {
        if (isset(self::$clients[spl_object_id($this)])) {
            unset(self::$clients[spl_object_id($this)]);
            self::c(self::ffi(), 'free', [$this->client]);
        }
    }

    /** @return void */
    public static function freeAll()
    {
        foreach (self::$clients as $client) {
            self::c(self::ffi(), 'free', [$client]);
        }
        self::$clients = [];
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if (!isset(self::SIGNATURES[$name])) {
            /** @var string|int|bool|null $returned */
            $returned = self::c(self::ffi(), $name, array_merge([$this->client], $arguments));
            return $returned;
        }
        /** @var FFI\CData $out */
        $out = self::ffi()->new('char[' . self::SIGNATURES[$name] . ']');
        return self::c(self::ffi(), $name, array_merge([$this->client], $arguments, [$out])) === true ? FFI::string($out) : false;
    }

    /**
     * A function of the library, the only place from which one is called.
     *
     * @param FFI $ffi
     * @param string $name
     * @param array<int, mixed> $arguments
     * @return mixed
     */
    private static function c(
        FFI $ffi,
        $name,
        #[SensitiveParameter]
        array $arguments
    ) {
        return $ffi->{"xpay_$name"}(...$arguments);
    }

    /** @return FFI loaded by unusable(), without which no object is made */
    private static function ffi()
    {
        /** @var FFI $ffi */
        $ffi = self::$ffi;
        return $ffi;
    }

    /** @return string why it cannot be used, or '' once it is loaded */
    public static function unusable()
    {
        if (!extension_loaded('ffi')) {
            return 'PHP has no FFI extension (php-ffi). / PHP에 FFI 확장이 없습니다.';
        }
        $path = self::find('XPAYCLIENT_LIB', self::fileName());
        try {
            self::$ffi = self::load($path);
            return '';
        } catch (FFI\Exception $error) {
            return self::explain($error->getMessage(), $path);
        }
    }

    /**
     * @param string $path
     * @return FFI
     */
    private static function load($path)
    {
        if ((string) ini_get('ffi.preload') !== '') {
            try {
                return self::ofThisAbi(FFI::scope('xpayclient'));
            } catch (FFI\Exception $error) {
                // It preloads something else.
            }
        }
        self::ofThisAbi(FFI::cdef('uint32_t xpay_abi_version(void);', $path));
        return FFI::cdef(self::DECLARATIONS, $path);
    }

    /**
     * @param FFI $ffi
     * @return FFI
     */
    private static function ofThisAbi(FFI $ffi)
    {
        /** @var int $abi */
        $abi = self::c($ffi, 'abi_version', []);
        if ($abi !== self::ABI) {
            throw new FFI\Exception("ABI $abi");
        }
        return $ffi;
    }

    /** @return string */
    private static function fileName()
    {
        $names = ['Windows' => 'xpayclient.dll', 'Darwin' => 'libxpayclient.dylib'];
        return isset($names[PHP_OS_FAMILY]) ? $names[PHP_OS_FAMILY] : 'libxpayclient.so';
    }

    /**
     * @param string $error
     * @param string $path
     * @return string
     */
    private static function explain($error, $path)
    {
        if (strpos($error, 'ffi.enable') !== false) {
            return 'PHP does not allow FFI here: set ffi.enable=true in php.ini, or preload preload.php. '
                . '/ 이 PHP는 FFI를 허용하지 않습니다. php.ini에 ffi.enable=true를 쓰거나 preload.php를 preload하십시오.';
        }
        if (strpos($error, 'ABI ') === 0) {
            return "[$path] has $error, and this XPayClient.php needs ABI " . self::ABI . ': take both from the same release. '
                . '/ 라이브러리와 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.';
        }
        return "The library [$path] cannot be loaded: put it beside XPayClient.php or name it in XPAYCLIENT_LIB. "
            . '/ 라이브러리를 읽을 수 없습니다. XPayClient.php 옆에 두거나 XPAYCLIENT_LIB로 지정하십시오. ' . "($error)";
    }

    // Generated from ffi-c/src by `make header`; do not edit.
    const DECLARATIONS = <<<'C'
typedef struct xpay_client xpay_client;
typedef int xpay_outcome_t;
typedef bool (*xpay_step_t)(void *context, const xpay_client *client);
typedef void (*xpay_logger_t)(void *context, int level, const char *line);
const char *xpay_version(void);
uint32_t xpay_abi_version(void);
xpay_client *xpay_new(void);
void xpay_free(xpay_client *client);
bool xpay_set_language(xpay_client *client, const char *language);
bool xpay_init(xpay_client *client, const char *home_dir, const char *mode);
bool xpay_init_mode(xpay_client *client, const char *mode);
bool xpay_set_config(xpay_client *client, const char *name, const char *value);
bool xpay_warm_up(xpay_client *client);
const char *xpay_config(const xpay_client *client, const char *name);
size_t xpay_config_count(const xpay_client *client);
const char *xpay_config_name(const xpay_client *client, size_t index);
bool xpay_init_tx(xpay_client *client, const char *mid);
bool xpay_set(xpay_client *client, const char *name, const char *value);
bool xpay_refuse(xpay_client *client, const char *name, const char *why);
bool xpay_tx(xpay_client *client, bool rollback_on_error);
bool xpay_rollback(xpay_client *client, const char *reason);
xpay_outcome_t xpay_outcome(const xpay_client *client);
const char *xpay_tx_id(const xpay_client *client);
const char *xpay_auth_code(const xpay_client *client);
bool xpay_tx_guarded(xpay_client *client, bool rollback_on_error, xpay_step_t step, void *context);
bool xpay_tx_held(xpay_client *client, bool rollback_on_error);
bool xpay_is_held(const xpay_client *client);
bool xpay_confirm(xpay_client *client);
bool xpay_undo(xpay_client *client, const char *reason);
bool xpay_pay_by_key(xpay_client *client, const char *mid, const char *paykey, uint64_t amount, xpay_step_t step, void *context);
bool xpay_cancel(xpay_client *client, const char *mid, const char *tid, const char *paytype, const char *reason);
bool xpay_partial_cancel(xpay_client *client, const char *mid, const char *tid, const char *paytype, uint64_t amount, uint64_t remaining, const char *reason);
const char *xpay_response_code(const xpay_client *client);
const char *xpay_response_msg(const xpay_client *client);
const char *xpay_response_json(const xpay_client *client);
size_t xpay_response_count(const xpay_client *client);
size_t xpay_response_name_count(const xpay_client *client);
const char *xpay_response_name(const xpay_client *client, size_t index);
const char *xpay_response(const xpay_client *client, const char *name, size_t index);
bool xpay_is_cancelled(const xpay_client *client, const char *paytype);
size_t xpay_recover(xpay_client *client);
bool xpay_report(xpay_client *client, const char *status, const char *msg);
bool xpay_patch(xpay_client *client, const char *filename);
void xpay_log(xpay_client *client, const char *msg, int level);
bool xpay_set_logger(xpay_client *client, xpay_logger_t logger, void *context);
const char *xpay_unwritten(const xpay_client *client);
bool xpay_timestamp(xpay_client *client, char out[15]);
bool xpay_hash_data(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *timestamp, char out[33]);
bool xpay_hash_data_cas(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *respcode, const char *timestamp, char out[33]);
bool xpay_hash_data_openpay(xpay_client *client, const char *venderno, const char *mid, const char *mer_uid, const char *token, const char *timestamp, char out[129]);
bool xpay_receipt_authdata(xpay_client *client, const char *mid, const char *tid, char out[33]);
bool xpay_verify_hash_data_cas(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *respcode, const char *timestamp, const char *hashdata);
bool xpay_window_begin(xpay_client *client, const char *cst_mid);
bool xpay_window_set(xpay_client *client, const char *name, const char *value);
bool xpay_window_sign(xpay_client *client);
const char *xpay_window_html(const xpay_client *client);
size_t xpay_window_count(const xpay_client *client);
const char *xpay_window_name(const xpay_client *client, size_t index);
const char *xpay_window_value(const xpay_client *client, size_t index);
bool xpay_notice_read(xpay_client *client, const char *body, size_t size);
const char *xpay_notice_oid(const xpay_client *client);
bool xpay_notice_verify(xpay_client *client, const char *mid, uint64_t amount);
const char *xpay_notice_key(const xpay_client *client);
const char *xpay_notice_value(const xpay_client *client, const char *name);
C;
}

/**
 * The library in the command `xpay bridge`, one process for a script: one line of JSON for a call and one for what came of
 * it. Texts are percent-encoded, for they are bytes. Nothing of it is an argument or in the environment of a process.
 *
 * @internal
 */
final class XPayClient_Pipe extends XPayClient_Library
{
    /** @var resource|null */
    private static $process = null;
    /** @var array<int, resource> */
    private static $pipes = [];
    /** @var int the process that may use the pipes: not a fork of it */
    private static $pid = 0;
    /** @var int */
    private static $clients = 0;

    /** @var int */
    private $client;
    /** @var XPayClient_Nothing|null what is left once the bridge is gone */
    private $gone = null;

    public function __construct()
    {
        $this->client = ++self::$clients;
        $this->call('set_language', ['PHP']);
    }

    public function __destruct()
    {
        if ($this->gone === null) {
            $this->call('free');
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if ($this->gone === null) {
            $answer = self::$pid === self::pid() ? self::exchange([$this->client, $name, self::encoded($arguments)]) : null;
            if ($answer !== null) {
                return is_string($answer) ? rawurldecode($answer) : $answer;
            }
            $words = 'The command `xpay bridge` ended. / xpay bridge 명령이 종료되었습니다.';
            $this->gone = new XPayClient_Nothing($words, in_array($name, ['tx', 'tx_held', 'rollback', 'undo'], true));
        }
        return $this->gone->call($name);
    }

    /** @return string why it cannot be used, or '' once it runs */
    public static function unusable()
    {
        if (!function_exists('proc_open')) {
            return 'PHP may not start the command `xpay` (proc_open is disabled). / PHP에서 xpay 명령을 실행할 수 없습니다(proc_open 금지).';
        }
        if (!function_exists('json_encode')) {
            return 'PHP has no JSON extension. / PHP에 JSON 확장이 없습니다.';
        }
        $command = self::find('XPAYCLIENT_COMMAND', PHP_OS_FAMILY === 'Windows' ? 'xpay.exe' : 'xpay');
        self::$pid = self::pid();
        $abi = self::quietly(static function () use ($command) {
            self::$process = proc_open([$command, 'bridge'], [['pipe', 'r'], ['pipe', 'w']], self::$pipes) ?: null;
            return self::$process === null ? null : self::read();
        });
        if ($abi === self::ABI) {
            return '';
        }
        return $abi === null
            ? "The command [$command] cannot be run: put it beside XPayClient.php or name it in XPAYCLIENT_COMMAND. "
                . '/ xpay 명령을 실행할 수 없습니다. XPayClient.php 옆에 두거나 XPAYCLIENT_COMMAND로 지정하십시오.'
            : "The command [$command] has ABI $abi, and this XPayClient.php needs ABI " . self::ABI . ': take both from the '
                . 'same release. / xpay 명령과 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.';
    }

    /**
     * @param array<int, mixed> $call
     * @return string|int|bool|null null when the bridge is gone; what a call has no value for is false
     */
    private static function exchange(
        #[SensitiveParameter]
        array $call
    ) {
        $line = json_encode($call) . "\n";
        /** @var string|int|bool|null $answer */
        $answer = self::quietly(static function () use ($line) {
            return fwrite(self::$pipes[0], $line) === strlen($line) ? self::read() : null;
        });
        return $answer;
    }

    /**
     * What the bridge says next.
     *
     * @return string|int|bool|null
     */
    private static function read()
    {
        $line = fgets(self::$pipes[1]);
        /** @var array<int, string|int|bool>|null $answer */
        $answer = $line === false ? null : json_decode($line, true);
        return isset($answer[0]) ? $answer[0] : null;
    }

    /**
     * @param array<int, mixed> $arguments
     * @return array<int, mixed>
     */
    private static function encoded(
        #[SensitiveParameter]
        array $arguments
    ) {
        return array_map(static function ($argument) {
            return is_string($argument) ? rawurlencode($argument) : $argument;
        }, $arguments);
    }
}

/**
 * What is left where no library is to be had, or where it went: every call fails and says why.
 *
 * @internal
 */
final class XPayClient_Nothing extends XPayClient_Library
{
    /** @var string */
    private $words;
    /** @var bool whether it went while a request was under way */
    private $inDoubt;

    /**
     * @param string $words
     * @param bool $inDoubt
     */
    public function __construct($words, $inDoubt)
    {
        $this->words = $words;
        $this->inDoubt = $inDoubt;
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        switch ($name) {
            case 'response_code':
                return '90099';
            case 'response_msg':
                return $this->inDoubt
                    ? $this->words . ' Money may have moved: look the order up before charging again, `xpay recover` settles it. '
                        . '/ 승인되었을 수 있습니다. 다시 결제하기 전에 거래를 조회하고 xpay recover를 실행하십시오.'
                    : $this->words;
            case 'outcome':
                return $this->inDoubt ? 4 : 2;
            default:
                return false;
        }
    }
}
