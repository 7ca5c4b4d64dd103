<?php
/**
 * XPayClient: replace the vendor's lgdacom/XPayClient.php with this file and change nothing else.
 * 기존 lgdacom/XPayClient.php를 이 파일로 바꾸면 됩니다. 다른 코드는 그대로 둡니다.
 *
 * Put libxpayclient.so next to it (needs PHP's FFI extension), or the `xpay` command if FFI may not be used.
 * 같은 폴더에 libxpayclient.so(FFI 확장) 또는 xpay 명령(FFI를 쓸 수 없는 호스팅)을 둡니다.
 *
 * PHP 7.4 to 8.x. SPDX-License-Identifier: MIT OR Apache-2.0
 */

// Constants come before the classes: classes may have been preloaded, constants cannot be.
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
 * Strings are bytes in both directions: EUC-KR (CP949) unless LGD_ENCODING and output_UTF8 say otherwise. A number,
 * null and an object with __toString are converted to text. An array and a string with a NUL byte are rejected with
 * code 90003.
 */
#[AllowDynamicProperties]
class XPayClient
{
    /** @var array<string, mixed> the settings of both files, MertKeys by merchant ID; values written here take effect */
    public $config = [];
    /** @var mixed */
    public $home_dir;
    /** @var mixed */
    public $mode;
    /** @var bool whether the test gateway is used */
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
    /** @var array<array-key, mixed>|null the decoded answer, UTF-8 */
    public $response_array = null;
    /** @var string the answer as received, UTF-8 */
    public $response_json = '';

    /** @var XPayClient_Library */
    private $library;
    /** @var array<string, mixed> the settings that the library has */
    private $obeyed = [];
    /** @var string the third argument of older classes; overrides the settings and is never one of them */
    private $mertKey;

    /**
     * Reads $home_dir/conf/mall.conf and lgdacom.conf. A missing file is an E_USER_ERROR.
     *
     * @param mixed $home_dir
     * @param mixed $mode "test" in any case, anything else is the service gateway, where money moves
     * @param mixed $mertKey the MertKey for every merchant ID that this object uses, instead of mall.conf's
     */
    public function __construct(
        $home_dir,
        $mode = 'real',
        #[SensitiveParameter]
        $mertKey = ''
    ) {
        $this->home_dir = $home_dir;
        $this->mode = $mode;
        $this->bTest = is_string($mode) && strcasecmp($mode, 'test') === 0;
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
     * Begins a transaction of a merchant ID. The previous answer stays readable until the next TX.
     *
     * @param mixed $mid
     * @return bool false without a MertKey for the merchant ID (10004)
     */
    public function Init_TX($mid)
    {
        if ($this->inStep()) {
            return false;
        }
        XPayClient_Approvals::confirm();
        $this->bringKey($mid);
        $begun = $this->obey() && $this->ask('init_tx', compact('mid'));
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
     * @return bool false if the value is rejected (90003); TX then fails too
     */
    public function Set(
        $name,
        #[SensitiveParameter]
        $value
    ) {
        if ($this->inStep()) {
            return false;
        }
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
     * @param mixed $bRollbackOnError whether to roll back (망취소) at once a request without a well-formed answer
     * @return bool whether the gateway sent a well-formed answer: Response_Code() is "0000" for success
     */
    public function TX($bRollbackOnError = true)
    {
        if ($this->inStep()) {
            return false;
        }
        $answered = $this->send($bRollbackOnError);
        XPayClient_Approvals::hold($this->library);
        return $answered;
    }

    /**
     * A value of the answer.
     *
     * @param mixed $name
     * @param mixed $index the row, from 0
     * @return string '' if missing
     */
    public function Response($name, $index = 0)
    {
        $known = is_scalar($name) && is_numeric($index) && $index >= 0;
        return $known ? (string) $this->library->call('response', [(string) $name, (int) $index]) : '';
    }

    /** @return string */
    public function Response_Code()
    {
        return $this->response_code;
    }

    /** @return string */
    public function Response_Msg()
    {
        return $this->response_msg;
    }

    /** @return int */
    public function Response_Count()
    {
        return (int) $this->library->call('response_count');
    }

    /** @return string[]|null the names of the first row; null if there is no row */
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
     * Rolls back (망취소) the transaction sent last, for example if the shop's own step fails after an approval. It also
     * works in a destructor and in a shutdown function.
     *
     * @param mixed $reason
     * @return bool whether the gateway answered "0000"
     */
    public function Rollback($reason)
    {
        // The payment is rolled back even if the reason or a setting is not text.
        $this->follow();
        list($bytes, $why) = XPayClient_Library::text($reason);
        $undone = $this->library->rollback($why === '' ? $bytes : 'Rollback');
        $this->show();
        return $undone;
    }

    /**
     * Reports a failure to the gateway's operators at aux_url.
     *
     * @param mixed $status
     * @param mixed $msg
     * @return bool whether the gateway answered "0000"
     */
    public function Report($status, $msg)
    {
        return $this->obeyAndAsk('report', compact('status', 'msg'));
    }

    /**
     * Downloads a new copy of mall.conf, lgdacom.conf or ca-bundle.crt from aux_url.
     *
     * @param mixed $filename
     * @return bool whether the file was replaced
     */
    public function Patch($filename)
    {
        return $this->obeyAndAsk('patch', compact('filename'));
    }

    /**
     * Writes a line to the log, with the LGD_TXID of the transaction.
     *
     * @param mixed $msg
     * @param mixed $level LGD_LOG_FATAL to LGD_LOG_DEBUG
     * @return void
     */
    public function Log($msg, $level = 0)
    {
        // Logging never changes the answer: a message that cannot be written is replaced by the reason.
        $this->follow();
        list($bytes, $why) = XPayClient_Library::text($msg);
        $this->library->call('log', [$why === '' ? $bytes : "msg $why", (int) $level]);
    }

    /** @return string the current time in Korea, yyyyMMddHHmmss */
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
     * @return string '' and an E_USER_WARNING if a field is malformed
     */
    public function GetHashData($mid, $oid, $amount, $timestamp)
    {
        return $this->sign('hash_data', compact('mid', 'oid', 'amount', 'timestamp'));
    }

    /**
     * LGD_HASHDATA of a payment result or notification; to verify one, use VerifyHashDataCas.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $respcode
     * @param mixed $timestamp
     * @return string '' and an E_USER_WARNING if a field is malformed
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
     * @param mixed $token '' if there is none
     * @param mixed $timestamp
     * @return string '' and an E_USER_WARNING if a field is malformed
     */
    public function GetHashDataOpenpay($venderno, $mid, $mer_uid, $token, $timestamp)
    {
        return $this->sign('hash_data_openpay', compact('venderno', 'mid', 'mer_uid', 'token', 'timestamp'));
    }

    // The vendor's class has nothing of what follows.

    /**
     * The authdata of a receipt link.
     *
     * @param mixed $mid
     * @param mixed $tid
     * @return string '' and an E_USER_WARNING if a field is malformed
     */
    public function GetReceiptAuthData($mid, $tid)
    {
        return $this->sign('receipt_authdata', compact('mid', 'tid'));
    }

    /**
     * Verifies that a payment result or notification comes from the gateway. Pass mid, oid and amount of your own
     * order, not the received ones: the signature does not cover whose order it is, nor where one field ends and the
     * next begins.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $respcode
     * @param mixed $timestamp
     * @param mixed $hashdata LGD_HASHDATA
     * @return bool if false, Response_Msg() names the wrong field
     */
    public function VerifyHashDataCas($mid, $oid, $amount, $respcode, $timestamp, $hashdata)
    {
        $this->bringKey($mid);
        return $this->obeyAndAsk('verify_hash_data_cas', compact('mid', 'oid', 'amount', 'respcode', 'timestamp', 'hashdata'));
    }

    /**
     * Whether the answer to a Cancel or PartialCancel counts as done: "0000", and some other codes by payment method.
     *
     * @param mixed $paytype LGD_PAYTYPE of the payment
     * @return bool
     */
    public function IsCancelled($paytype)
    {
        return is_scalar($paytype) && $this->library->call('is_cancelled', [(string) $paytype]) === true;
    }

    /** @return string the outcome of the last TX or Rollback: none, answered, not_sent, rolled_back or in_doubt */
    public function Outcome()
    {
        return XPayClient_Library::OUTCOMES[(int) $this->library->call('outcome')];
    }

    /**
     * Sends like TX and, if the payment is approved, runs the shop's own step, for example saving the order. If the
     * step returns false or throws, the payment is rolled back and the exception is re-thrown.
     *
     * @param callable(XPayClient): mixed $step may read the answer and undo the payment with Rollback; it cannot begin
     *     another transaction on this object (90002)
     * @param mixed $bRollbackOnError as for TX
     * @return bool as TX; false with Response_Code() 90007 if the step returned false or undid the payment itself
     */
    public function Guard($step, $bRollbackOnError = true)
    {
        if ($this->inStep()) {
            return false;
        }
        if (!is_callable($step)) {
            $this->library->call('refuse', ['step', 'is not callable']);
            $this->show();
            return false;
        }
        $answered = $this->send($bRollbackOnError);
        if (!$this->library->call('is_held')) {
            XPayClient_Approvals::over();
            return $answered;
        }
        try {
            return $this->library->step(function () use ($step) {
                return $step($this);
            });
        } finally {
            $this->show();
        }
    }

    /**
     * Confirms that the order of the approval is saved, so that it is not shown as unconfirmed. A script that ends or
     * begins its next transaction confirms implicitly; a long-running one, such as a queue worker, calls this.
     *
     * @return bool false if no approval was waiting
     */
    public function Confirm()
    {
        return !$this->inStep() && XPayClient_Approvals::booked($this->library);
    }

    /**
     * Connects to the gateway before the buyer pays, so that TX does not wait for the connection: call it at the start
     * of a page. Sends nothing. The connection is kept for `keep_alive` seconds, for the next payment of this worker;
     * without FFI, for this page only.
     *
     * @return bool false if it cannot connect; you can still try TX
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
     * Rolls back what dead processes left in doubt. Call it from a job of its own, or use `xpay recover`, rather than a
     * page.
     *
     * @return int|false the number still open; false if the journal cannot be read
     */
    public function Recover()
    {
        $open = $this->obey() ? $this->library->call('recover') : false;
        $this->show();
        return is_int($open) && $open >= 0 ? $open : false;
    }

    /** @return string "ffi" or "pipe"; "" if neither is available. XPayClient_Library::why() then explains */
    public static function backend()
    {
        return XPayClient_Library::backend();
    }

    /**
     * Keeps MertKeys and card numbers out of var_dump.
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
        throw new LogicException('An XPayClient cannot be cloned; create another. / XPayClient는 복제할 수 없습니다. 새로 만드십시오.');
    }

    /** @return string[] */
    public function __sleep()
    {
        throw new LogicException(
            'An XPayClient contains MertKeys and cannot be stored. / XPayClient는 MertKey를 담고 있어 저장할 수 없습니다.'
        );
    }

    /**
     * Whether the step of a Guard is running, during which no other call may be made. Sets code and message if so.
     *
     * @return bool
     */
    private function inStep()
    {
        if ($this->library->inStep()) {
            $this->response_code = XPayClient_Library::CALL_ORDER;
            $this->response_msg = XPayClient_Library::IN_STEP;
            return true;
        }
        return false;
    }

    /**
     * Sends and holds an approval.
     *
     * @param mixed $bRollbackOnError
     * @return bool whether the gateway answered
     */
    private function send($bRollbackOnError)
    {
        $this->obey();
        $answered = $this->library->send((bool) $bRollbackOnError);
        $this->show();
        return $answered;
    }

    /**
     * Raises an E_USER_ERROR, without the deprecation that PHP 8.4 reports for it.
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
     * A call with text arguments only.
     *
     * @param string $call
     * @param array<string, mixed> $texts by the name used in an error
     * @return bool false also if one of them cannot be converted to bytes
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
        $this->bringKey($fields['mid']);
        $obeyed = $this->obey();
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
     * A value as the vendor's class would send it, or null if it was rejected.
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
        list($bytes, $why) = XPayClient_Library::text($value);
        if ($why === '') {
            return $bytes;
        }
        $this->library->call('refuse', [strtr($name, "\0", ' '), $why]);
        return null;
    }

    /**
     * Passes the constructor's third argument as the MertKey of a merchant ID.
     *
     * @param mixed $mid
     * @return void
     */
    private function bringKey($mid)
    {
        list($bytes, $why) = XPayClient_Library::text($mid);
        if ($this->mertKey !== '' && $why === '') {
            $this->library->call('set_mert_key', [$bytes, $this->mertKey]);
        }
    }

    /**
     * Passes changes of $config to the library. Only calls that begin something do this, never calls that read.
     *
     * @return bool if false, TX fails too
     */
    private function obey()
    {
        foreach ($this->follow() as $name => $why) {
            $this->library->call('refuse', [strtr($name, "\0", ' '), $why]);
            $this->show();
            return false;
        }
        return true;
    }

    /**
     * As obey(), but leaves invalid values as they were.
     *
     * @return array<string, string> the reason for each invalid value, by its name
     */
    private function follow()
    {
        if ($this->config === $this->obeyed) {
            return [];
        }
        if (!is_array($this->config)) {
            return ['config' => 'is not an array'];
        }
        // A missing value, or null, takes its default.
        $given = array_filter($this->config, static function ($value) {
            return $value !== null;
        });
        foreach (array_keys(array_diff_key($this->obeyed, $given)) as $name) {
            $this->library->call('unset_config', [(string) $name]);
            unset($this->obeyed[$name]);
        }
        $wrong = [];
        foreach ($given as $name => $value) {
            if (array_key_exists($name, $this->obeyed) && $this->obeyed[$name] === $value) {
                continue;
            }
            list($bytes, $why) = XPayClient_Library::text($value);
            list(, $unnamed) = XPayClient_Library::text($name);
            if ($name === '') {
                $wrong['a setting'] = 'needs a name';
            } elseif ($why !== '' || $unnamed !== '') {
                $wrong["config[$name]"] = $why !== '' ? $why : $unnamed;
            } elseif ($this->library->call('set_config', [(string) $name, $bytes]) === true) {
                $this->obeyed[$name] = $value;
            }
        }
        return $wrong;
    }

    /**
     * Copies the result of the last call.
     *
     * @return void
     */
    private function show()
    {
        $this->response_code = (string) $this->library->call('response_code');
        $this->response_msg = (string) $this->library->call('response_msg');
        foreach (['TX_ID' => 'tx_id', 'Auth_Code' => 'auth_code'] as $property => $call) {
            $value = $this->library->call($call);
            // A library that is gone cannot be asked; what was known is still true.
            $this->$property = is_string($value) ? $value : $this->$property;
        }
        $json = (string) $this->library->call('response_json');
        if ($json !== $this->response_json) {
            $this->response_json = $json;
            // Nothing may fail here without the extension: money may have moved.
            $decoded = $json !== '' && function_exists('json_decode') ? json_decode($json, true) : null;
            $this->response_array = is_array($decoded) ? $decoded : null;
        }
    }
}

/**
 * Approvals of a running script. If the script dies, its order may not be saved: the journal then shows the approval as
 * unconfirmed (`xpay recover --list`).
 *
 * @internal
 */
final class XPayClient_Approvals
{
    /** @var array<int, XPayClient_Library> */
    private static $held = [];
    /** @var int the process they belong to: a fork does not confirm its parent's */
    private static $pid = 0;
    /** @var int payments in progress: sent, or in the shop's step */
    private static $open = 0;
    /** @var bool|null the value of ignore_user_abort before a payment; null while it is unchanged */
    private static $ignoring = null;
    /** @var callable|null our exception handler, while an approval is held */
    private static $handler = null;
    /** @var bool whether an exception left the script */
    private static $thrown = false;
    /** @var XPayClient_Destructor|null PHP destroys it only if the script did not die of a fatal error */
    private static $sign = null;
    /** @var bool */
    private static $survived = false;
    /** @var bool */
    private static $ending = false;
    /** @var XPayClient_Destructor|null */
    private static $last = null;

    /**
     * For the first client of a script.
     *
     * @return void
     */
    public static function watch()
    {
        self::$sign = new XPayClient_Destructor(static function () {
            self::$survived = true;
        });
        register_shutdown_function(['XPayClient_Approvals', 'end']);
    }

    /**
     * A request is about to leave. From now on the script must not end when the buyer closes the window. Some hosts
     * forbid that.
     *
     * @return void
     */
    public static function begin()
    {
        self::confirm();
        self::$open++;
        if (self::$ignoring === null && function_exists('ignore_user_abort')) {
            self::$ignoring = (bool) ignore_user_abort(true);
        }
    }

    /**
     * The payment that was begun is over.
     *
     * @return void
     */
    public static function over()
    {
        self::$open--;
        self::leave();
    }

    /**
     * The payment that was begun is over. If it was approved, the approval waits until the script continues.
     *
     * @param XPayClient_Library $library
     * @return void
     */
    public static function hold(XPayClient_Library $library)
    {
        if ($library->call('is_held')) {
            self::$pid = XPayClient_Library::pid();
            self::$held[] = $library;
            self::$ending ? self::confirm() : self::listen();
        }
        self::over();
    }

    /**
     * The script continues with its next transaction, or ends.
     *
     * @return void
     */
    public static function confirm()
    {
        $held = self::$pid === XPayClient_Library::pid() ? self::$held : [];
        foreach ($held as $library) {
            $library->confirm();
        }
        self::$held = [];
        self::leave();
    }

    /**
     * The shop confirms one approval.
     *
     * @param XPayClient_Library $library
     * @return bool whether it was waiting
     */
    public static function booked(XPayClient_Library $library)
    {
        $confirmed = $library->confirm();
        self::$held = array_filter(self::$held, static function ($held) use ($library) {
            return $held !== $library;
        });
        self::leave();
        return $confirmed;
    }

    /**
     * Detects an exception that leaves the script: error_get_last() forgets it, and does not see what the shop's own
     * handler gets.
     *
     * @return void
     */
    private static function listen()
    {
        if (self::$handler !== null || !function_exists('set_exception_handler')) {
            return;
        }
        $shops = set_exception_handler(self::$handler = static function (Throwable $thrown) use (&$shops) {
            self::$thrown = true;
            if (!is_callable($shops)) {
                throw $thrown;
            }
            $shops($thrown);
        });
        if ($shops !== null && !is_callable($shops)) {
            // A private method of the shop: it comes first.
            restore_exception_handler();
            self::$handler = null;
        }
    }

    /**
     * Restores the shop's own handlers once no approval is held.
     *
     * @return void
     */
    private static function leave()
    {
        if (self::$held !== [] || self::$open > 0) {
            return;
        }
        if (self::$ignoring !== null) {
            ignore_user_abort(self::$ignoring);
            self::$ignoring = null;
        }
        if (self::$handler !== null) {
            $current = set_exception_handler(null);
            restore_exception_handler();
            // A later handler of the shop stays, and may pass on to ours.
            if ($current === self::$handler) {
                restore_exception_handler();
            }
            self::$handler = null;
        }
    }

    /**
     * The script is over: the shop's shutdown functions and destructors may still undo approvals.
     *
     * @return void
     */
    public static function end()
    {
        self::$ending = true;
        if (self::died()) {
            self::$held = [];
            XPayClient_FFI::letGo();
        } else {
            self::confirm();
        }
        // Two objects, because PHP destroys in the order of creation: the second is created when destruction has begun.
        self::$last = new XPayClient_Destructor(static function () {
            self::$last = new XPayClient_Destructor(['XPayClient_FFI', 'closeAll']);
        });
    }

    /** @return bool whether clients stay open for later code */
    public static function ending()
    {
        return self::$ending;
    }

    /** @return bool whether the script ended unexpectedly */
    private static function died()
    {
        self::$sign = null;
        $last = error_get_last();
        $fatal = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE | E_RECOVERABLE_ERROR | E_USER_ERROR;
        $failed = $last !== null && ($last['type'] & $fatal) !== 0;
        // Only if the host forbids ignore_user_abort, or the shop reset it.
        $left = function_exists('connection_aborted') && connection_aborted() && !ini_get('ignore_user_abort');
        return !self::$survived || self::$thrown || $failed || $left;
    }
}

/**
 * Runs a function when PHP destroys it.
 *
 * @internal
 */
final class XPayClient_Destructor
{
    /** @var callable */
    private $act;

    /** @param callable $act */
    public function __construct($act)
    {
        $this->act = $act;
    }

    public function __destruct()
    {
        ($this->act)();
    }
}

/**
 * The functions of xpayclient.h on one client, by their names without the prefix.
 *
 * @internal
 */
abstract class XPayClient_Library
{
    const ABI = 2;
    const OUTCOMES = ['none', 'answered', 'not_sent', 'rolled_back', 'in_doubt'];
    const CALL_ORDER = '90002';
    const IN_STEP = 'Call order error: the client is in the step of a Guard. In the step, only read or call Rollback; make other calls '
        . 'before or after it. / 호출 순서 오류: Guard의 단계 안에서는 응답을 읽거나 Rollback만 할 수 있습니다. 다른 호출은 '
        . '그 전이나 뒤에 하십시오.';

    /** @var string[] */
    private static $why = [];
    /** @var string|null */
    private static $backend = null;
    /** @var bool whether the failed write is in PHP's log already */
    private static $complained = false;
    /** @var bool|null whether the script was ending when the shop's step began; null outside a step */
    private $stepping = null;
    /** @var bool whether the step undid the payment itself */
    private $undone = false;

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

    /** @return bool whether the shop's step is running; a step that called exit() is not */
    public function inStep()
    {
        return $this->stepping === XPayClient_Approvals::ending();
    }

    /**
     * Sends the parameters and holds an approval. The caller must report the result to XPayClient_Approvals.
     *
     * @param bool $rollbackOnError
     * @return bool whether the gateway answered
     */
    public function send($rollbackOnError)
    {
        XPayClient_Approvals::begin();
        $answered = $this->call('tx_held', [$rollbackOnError]) === true;
        $this->complain();
        return $answered;
    }

    /**
     * Runs the shop's step on the held approval, and confirms or undoes it by the result.
     *
     * @param callable(): mixed $step false or an exception means that it failed
     * @return bool whether it is confirmed
     */
    public function step($step)
    {
        $done = false;
        $this->stepping = XPayClient_Approvals::ending();
        $this->undone = false;
        try {
            $done = $step() !== false;
        } finally {
            $this->stepping = null;
            if (!$this->undone) {
                $done ? $this->call('confirm') : $this->call('undo', ['Shop step failed']);
            }
            $this->complain();
            XPayClient_Approvals::over();
        }
        return $done && !$this->undone;
    }

    /** @return bool whether an approval was held and is confirmed now */
    public function confirm()
    {
        return $this->call('is_held') === true && $this->call('confirm') === true;
    }

    /**
     * @param string $reason
     * @return bool whether the payment is undone
     */
    public function rollback($reason)
    {
        if ($this->inStep()) {
            $this->undone || $this->call('undo', [$reason]);
            $this->undone = true;
            $undone = self::OUTCOMES[(int) $this->call('outcome')] === 'rolled_back';
        } else {
            $undone = $this->call('rollback', [$reason]) === true;
        }
        $this->complain();
        return $undone;
    }

    /**
     * Reports to PHP's log, once, a journal or log that cannot be written.
     *
     * @return void
     */
    private function complain()
    {
        $words = self::$complained ? '' : (string) $this->call('unwritten');
        if ($words !== '' && function_exists('error_log')) {
            self::$complained = true;
            error_log($words);
        }
    }

    /**
     * A value as the vendor's class would send it.
     *
     * @param mixed $value
     * @return array{string, string} the text, and why it is not one: '' if it is
     */
    public static function text(
        #[SensitiveParameter]
        $value
    ) {
        if (is_array($value)) {
            return ['', 'is an array'];
        }
        if (is_resource($value)) {
            return ['', 'is a resource'];
        }
        if (is_object($value) && !method_exists($value, '__toString')) {
            return ['', 'is an object without __toString'];
        }
        // (string) would turn an amount into 1.0E+15.
        $whole = is_float($value) && floor($value) === $value && abs($value) < 1e15;
        $bytes = $whole ? sprintf('%d', $value) : (string) $value;
        return strpos($bytes, "\0") === false ? [$bytes, ''] : ['', 'holds a NUL byte'];
    }

    /**
     * A new client. If neither FFI nor the command can be used, it answers every call with the reason.
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
                return new XPayClient_Nothing('90099', implode(' ', self::$why));
        }
    }

    /** @return string "ffi", "pipe" or "" */
    public static function backend()
    {
        if (self::$backend === null) {
            XPayClient_Approvals::watch();
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

    /** @return string[] why each preferred backend cannot be used, in English and Korean */
    public static function why()
    {
        self::backend();
        return self::$why;
    }

    /** @return array<string, string> all settings in order of first appearance */
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
     * Finds one of our files: by the environment, next to this file, in the package, then in the system's path.
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

    /** @return int the process number; 0 on hosts that do not allow it */
    public static function pid()
    {
        return function_exists('getmypid') ? (int) getmypid() : 0;
    }

    /**
     * Runs without PHP's warnings about a broken pipe or open_basedir: handlers get even what @ silences.
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
 * The library in this process, through PHP's FFI extension.
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
    /** @var array<int, FFI\CData> the open clients, and the only place of their pointers */
    private static $clients = [];
    /** @var int */
    private static $made = 0;
    /** @var int the number of this object's client */
    private $number;
    /** @var XPayClient_Nothing|null answers after the client is closed */
    private $closed = null;

    public function __construct()
    {
        $this->number = ++self::$made;
        /** @var FFI\CData $client */
        $client = self::c(self::ffi(), 'new', []);
        self::$clients[$this->number] = $client;
        $this->call('set_language', ['PHP']);
    }

    public function __destruct()
    {
        if (!XPayClient_Approvals::ending()) {
            self::close($this->number);
        }
    }

    /**
     * Lets go of a held approval, because this process may continue, as a web server's worker does.
     *
     * @return void
     */
    public static function letGo()
    {
        foreach (self::$clients as $client) {
            self::c(self::ffi(), 'let_go', [$client]);
        }
    }

    /** @return void */
    public static function closeAll()
    {
        foreach (array_keys(self::$clients) as $number) {
            self::close($number);
        }
    }

    /**
     * @param int $number
     * @return void
     */
    private static function close($number)
    {
        if (isset(self::$clients[$number])) {
            $client = self::$clients[$number];
            unset(self::$clients[$number]);
            self::c(self::ffi(), 'free', [$client]);
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if (!isset(self::$clients[$this->number])) {
            $words = 'The script has ended and this client is closed. Pay and roll back before that. / 스크립트가 끝나 닫힌 객체입니다. '
                . '결제와 망취소는 그 전에 하십시오.';
            $this->closed = $this->closed ?? new XPayClient_Nothing(self::CALL_ORDER, $words);
            return $this->closed->call($name);
        }
        $client = self::$clients[$this->number];
        if (!isset(self::SIGNATURES[$name])) {
            /** @var string|int|bool|null $returned */
            $returned = self::c(self::ffi(), $name, array_merge([$client], $arguments));
            return $returned;
        }
        /** @var FFI\CData $out */
        $out = self::ffi()->new('char[' . self::SIGNATURES[$name] . ']');
        return self::c(self::ffi(), $name, array_merge([$client], $arguments, [$out])) === true ? FFI::string($out) : false;
    }

    /**
     * Calls a function of the library; the only place that does.
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

    /** @return string why it cannot be used; '' if it is loaded */
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
                // It preloads another library.
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
        return "The library [$path] cannot be loaded: put it next to XPayClient.php or name it in XPAYCLIENT_LIB. "
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
bool xpay_unset_config(xpay_client *client, const char *name);
bool xpay_set_mert_key(xpay_client *client, const char *mid, const char *key);
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
bool xpay_let_go(xpay_client *client);
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
 * The library in the command `xpay bridge`, one process per script: one line of JSON for a call and one for its result.
 * Texts are percent-encoded, because they are bytes. Nothing is passed as an argument or in the environment.
 *
 * @internal
 */
final class XPayClient_Pipe extends XPayClient_Library
{
    /** @var resource|null */
    private static $process = null;
    /** @var array<int, resource> */
    private static $pipes = [];
    /** @var int the process that may use the pipes; a fork may not */
    private static $pid = 0;
    /** @var int */
    private static $clients = 0;

    /** @var int */
    private $client;
    /** @var array<string, string|int|bool> known values of the answer, by the call that reads them */
    private $known = [];
    /** @var XPayClient_Nothing|null answers once the bridge is gone */
    private $gone = null;

    public function __construct()
    {
        $this->client = ++self::$clients;
        $this->call('set_language', ['PHP']);
    }

    public function __destruct()
    {
        // The bridge ends with the script.
        if ($this->gone === null && !XPayClient_Approvals::ending()) {
            $this->call('free');
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if ($this->gone !== null) {
            return $this->gone->call($name, $arguments);
        }
        $asked = false;
        $answer = self::$pid === self::pid() ? self::exchange([$this->client, $name, self::encoded($arguments)], $asked) : null;
        if ($answer === null) {
            $words = self::$pid === self::pid()
                ? 'The command `xpay bridge` ended: check the system\'s log for the reason, such as memory or a limit of the host. '
                    . '/ xpay bridge 명령이 종료되었습니다. 메모리나 호스팅의 제한 때문인지 시스템 로그를 확인하십시오.'
                : 'The command `xpay bridge` only answers the process that started it, not a fork: pay in that process, or allow FFI. '
                    . '/ xpay bridge는 자신을 시작한 프로세스에만 응답합니다. 그 프로세스에서 결제하거나 FFI를 허용하십시오.';
            $this->gone = new XPayClient_Nothing('90099', $words, $this->known);
            return $this->gone->lose($name, $arguments, $asked);
        }
        $answer = is_string($answer) ? rawurldecode($answer) : $answer;
        if (XPayClient_Nothing::reads($name)) {
            $this->known[XPayClient_Nothing::key($name, $arguments)] = $answer;
        } elseif (XPayClient_Nothing::sends($name)) {
            $this->known = [];
            $this->learn();
            if ($this->gone !== null) {
                return $this->gone->lose($name, $arguments, true);
            }
        }
        return $answer;
    }

    /**
     * Reads the values that a shop needs of an answer, so that they stay readable if the bridge is gone later.
     *
     * @return void
     */
    private function learn()
    {
        foreach (['outcome', 'tx_id', 'auth_code', 'response_code', 'response_msg', 'response_json', 'response_count'] as $read) {
            $this->call($read);
        }
        for ($index = 0, $count = (int) $this->call('response_name_count'); $index < $count; $index++) {
            $this->call('response', [(string) $this->call('response_name', [$index]), 0]);
        }
    }

    /** @return string why it cannot be used; '' if it runs */
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
            ? "The command [$command] cannot be run: put it next to XPayClient.php or name it in XPAYCLIENT_COMMAND. "
                . '/ xpay 명령을 실행할 수 없습니다. XPayClient.php 옆에 두거나 XPAYCLIENT_COMMAND로 지정하십시오.'
            : "The command [$command] has ABI $abi, and this XPayClient.php needs ABI " . self::ABI . ': take both from the '
                . 'same release. / xpay 명령과 XPayClient.php의 버전이 다릅니다. 같은 릴리스의 파일을 쓰십시오.';
    }

    /**
     * @param array<int, mixed> $call
     * @param bool $asked whether the bridge may have read it
     * @return string|int|bool|null null if the bridge is gone; false if the call has no value
     */
    private static function exchange(
        #[SensitiveParameter]
        array $call,
        &$asked
    ) {
        $line = json_encode($call) . "\n";
        /** @var string|int|bool|null $answer */
        $answer = self::quietly(static function () use ($line, &$asked) {
            $asked = fwrite(self::$pipes[0], $line) === strlen($line);
            return $asked ? self::read() : null;
        });
        return $answer;
    }

    /**
     * Reads the next line of the bridge.
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
 * Stands in for a library that is not available or is gone: known values stay readable, and every other call fails with
 * the reason.
 *
 * @internal
 */
final class XPayClient_Nothing extends XPayClient_Library
{
    const NONE = 0;
    const NOT_SENT = 2;
    const IN_DOUBT = 4;
    const SENDS = ['tx_held', 'rollback', 'undo'];
    const READS = ['outcome', 'tx_id', 'auth_code', 'response_code', 'response_msg', 'response_json', 'response_count',
        'response_name_count', 'response_name', 'response', 'is_cancelled'];
    /** Calls that fail silently: the known answer is still true. */
    const QUIET = ['free', 'is_held', 'confirm', 'log', 'unwritten', 'timestamp'];

    /** @var string */
    private $code;
    /** @var string */
    private $words;
    /** @var array<string, string|int|bool> */
    private $known;

    /**
     * @param string $code
     * @param string $words
     * @param array<string, string|int|bool>|null $known what the library returned before it was gone; null if there never was one
     */
    public function __construct($code, $words, ?array $known = null)
    {
        $this->code = $code;
        $this->words = $words;
        $this->known = $known ?? ['response_code' => $code, 'response_msg' => $words];
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if (self::reads($name)) {
            $key = self::key($name, $arguments);
            return isset($this->known[$key]) ? $this->known[$key] : false;
        }
        if (self::sends($name)) {
            $this->end(self::NOT_SENT, ' Nothing was sent. / 아무것도 전송하지 않았습니다.');
        } elseif (!in_array($name, self::QUIET, true)) {
            $outcome = $name === 'init_tx' ? self::NONE : (int) $this->call('outcome');
            $this->known = $this->failure('', $outcome) + $this->known;
        }
        return false;
    }

    /**
     * The call during which the library was lost.
     *
     * @param string $name
     * @param array<int, bool|int|string> $arguments
     * @param bool $asked whether the library had received the call
     * @return string|int|bool|null
     */
    public function lose(
        $name,
        #[SensitiveParameter]
        array $arguments,
        $asked
    ) {
        if (!$asked || !self::sends($name)) {
            return $this->call($name, $arguments);
        }
        $this->end(self::IN_DOUBT, $name === 'tx_held'
            ? ' The request may have been done: look it up before requesting it again. `xpay recover` settles what is open in the journal. '
                . '/ 요청이 처리되었을 수 있습니다. 다시 요청하기 전에 거래를 조회하십시오. 저널에 미결로 남은 거래는 xpay recover로 정리하십시오.'
            : ' It is unknown whether the payment was rolled back: look it up. `xpay recover --list` shows what is open in the journal. '
                . '/ 망취소되었는지 알 수 없습니다. 거래를 조회하고 xpay recover --list로 미결 거래를 확인하십시오.');
        return false;
    }

    /**
     * @param string $name
     * @return bool
     */
    public static function sends($name)
    {
        return in_array($name, self::SENDS, true);
    }

    /**
     * @param string $name
     * @return bool
     */
    public static function reads($name)
    {
        return in_array($name, self::READS, true);
    }

    /**
     * The key under which the result of a reading call is stored.
     *
     * @param string $name
     * @param array<int, bool|int|string> $arguments
     * @return string
     */
    public static function key($name, array $arguments)
    {
        return implode("\0", array_merge([$name], $arguments));
    }

    /**
     * Keeps only the transaction's identity, and no answer, after it ended like this.
     *
     * @param int $outcome
     * @param string $more
     * @return void
     */
    private function end($outcome, $more)
    {
        $this->known = $this->failure($more, $outcome) + array_intersect_key($this->known, ['tx_id' => 1, 'auth_code' => 1]);
    }

    /**
     * @param string $more
     * @param int $outcome
     * @return array<string, string|int>
     */
    private function failure($more, $outcome)
    {
        return ['response_code' => $this->code, 'response_msg' => $this->words . $more, 'outcome' => $outcome];
    }
}
