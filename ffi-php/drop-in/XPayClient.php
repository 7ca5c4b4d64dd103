<?php

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
    use XPayClient_State;
    // Private, so that a subclass may have its own, with or without types and references.
    use XPayClient_Configuration {
        lateProperty as private __get;
        isLateProperty as private __isset;
    }
    use XPayClient_Parameters;
    use XPayClient_Vendor;

    /**
     * Reads $home_dir/conf/mall.conf and lgdacom.conf. A missing file is an E_USER_ERROR. Where the vendor's class has forks with
     * other arguments, theirs are understood (XPayClient_Arguments); what fits none is an E_USER_ERROR too.
     *
     * @param mixed $home_dir
     * @param mixed $mode "test" in any case, anything else is the service gateway, where money moves; or all settings, and the
     *     mode is the third
     * @param mixed $mertKey the MertKey for every merchant ID that this object uses, instead of mall.conf's; or a merchant ID,
     *     log_dir, or all settings
     * @param mixed $key the MertKey of that merchant ID, if mall.conf has none
     */
    public function __construct(
        $home_dir,
        #[SensitiveParameter]
        $mode = 'real',
        #[SensitiveParameter]
        $mertKey = '',
        #[SensitiveParameter]
        $key = ''
    ) {
        $arguments = new XPayClient_Arguments(func_get_args());
        $this->home_dir = $arguments->home_dir;
        $this->mode = $arguments->mode;
        $this->bTest = is_string($this->mode) && strcasecmp($this->mode, 'test') === 0;
        $this->configure($arguments);
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
        $begun = $this->draft($mid);
        $begun || XPayClient_Library::tell($this->detail);
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
        $put = $this->put($name, $value);
        $put || $this->show();
        return $put;
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
        $this->passLog();
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

    /** @return string what happened and what the operator has to do; do not show it to a buyer */
    public function Response_Detail()
    {
        return $this->detail;
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
        if ($this->inLog()) {
            return false;
        }
        // The payment is rolled back even if the reason or a setting is not text.
        $this->follow();
        list($bytes, $why) = XPayClient_Library::text($reason);
        $undone = $this->library->rollback($why === '' ? $bytes : 'Rollback');
        $this->show();
        $undone || XPayClient_Library::tell($this->detail);
        return $undone;
    }

    /**
     * Reports a failure to the gateway's operators at aux_url, if report_error is 1.
     *
     * @param mixed $status
     * @param mixed $msg
     * @return bool whether the gateway answered "0000"; without report_error = 1 false, and code and message stay as they are
     */
    public function Report($status, $msg)
    {
        $this->follow();
        return $this->library->call('is_on', ['report_error']) === true && $this->obeyAndAsk('report', compact('status', 'msg'));
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
        $write = function () use ($bytes, $why, $level) {
            $this->library->call('log', [$why === '' ? $bytes : "msg $why", (int) $level]);
        };
        $this->listener === null ? $write() : $this->listener->write($write, $this);
    }

    /** @return string the current time in Korea, yyyyMMddHHmmss */
    public function GetTimeStamp()
    {
        return (string) $this->library->call('timestamp');
    }

    /**
     * LGD_HASHDATA of a payment request. As the vendor's class does, it signs malformed fields as they are, with a warning
     * in the log, unless that makes the signature of a payment result.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $timestamp
     * @return string if it is refused, an E_USER_WARNING and a text that equals nothing that a browser can send
     */
    public function GetHashData($mid, $oid, $amount, $timestamp)
    {
        return $this->sign('vendor_hash_data', compact('mid', 'oid', 'amount', 'timestamp'));
    }

    /**
     * LGD_HASHDATA of a payment result or notification, for any order ID; to verify one, use VerifyHashDataCas.
     *
     * @param mixed $mid
     * @param mixed $oid
     * @param mixed $amount
     * @param mixed $respcode
     * @param mixed $timestamp
     * @return string if it is refused, an E_USER_WARNING and a text that equals nothing that a browser can send
     */
    public function GetHashDataCas($mid, $oid, $amount, $respcode, $timestamp)
    {
        return $this->sign('vendor_hash_data_cas', compact('mid', 'oid', 'amount', 'respcode', 'timestamp'));
    }

    /**
     * LGD_HASHDATA of OpenPay.
     *
     * @param mixed $venderno
     * @param mixed $mid
     * @param mixed $mer_uid
     * @param mixed $token '' if there is none
     * @param mixed $timestamp
     * @return string if it is refused, an E_USER_WARNING and a text that equals nothing that a browser can send
     */
    public function GetHashDataOpenpay($venderno, $mid, $mer_uid, $token, $timestamp)
    {
        return $this->sign('vendor_hash_data_openpay', compact('venderno', 'mid', 'mer_uid', 'token', 'timestamp'));
    }

    // The vendor's class has nothing of what follows.

    /**
     * The authdata of a receipt link.
     *
     * @param mixed $mid
     * @param mixed $tid
     * @return string if it is refused, an E_USER_WARNING and a text that equals nothing that a browser can send
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
     * @return bool if false, Response_Detail() names the wrong field
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

    /**
     * Whether the gateway answered that it did this before: S007 (already processed) or XC01 (duplicate request). After a
     * PaymentByKey it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does not say
     * that this order is paid either, because the payment key may be that of another order.
     *
     * @return bool
     */
    public function IsRepeated()
    {
        return $this->library->call('is_repeated') === true;
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
            $this->refuse('step', 'is not callable');
            $this->show();
            return false;
        }
        $answered = $this->send($bRollbackOnError);
        if (!$this->library->call('is_held')) {
            XPayClient_Approvals::over();
            $this->passLog();
            return $answered;
        }
        try {
            return $this->library->step(function () use ($step) {
                return $step($this);
            });
        } finally {
            $this->show();
            $this->library->call('error_kind') === 0 || XPayClient_Library::tell($this->detail);
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
     * of a page. Sends nothing. The connection is kept for `keep_alive` seconds, for the next payment of this worker,
     * or of any worker by the socket; by the pipe, for this page only.
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
        $open = !$this->inLog() && $this->obey() ? $this->library->call('recover') : false;
        $this->show();
        return is_int($open) && $open >= 0 ? $open : false;
    }

    /** @return string "ffi", "socket" or "pipe"; "" if none is available. XPayClient_Library::why() then explains */
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

    /**
     * A session of its own with the same configuration, and a transaction of its own with the same parameters. What the other one
     * has sent stays the other one's: its answer, its Rollback, its approval.
     *
     * @return void
     */
    public function __clone()
    {
        $this->library = XPayClient_Library::open();
        if ($this->begun) {
            $this->begin(true);
            $this->draftAgain();
        }
    }

    /** @return string[] */
    public function __sleep()
    {
        throw new LogicException(
            'An XPayClient contains MertKeys and cannot be stored. / XPayClient는 MertKey를 담고 있어 저장할 수 없습니다.'
        );
    }

    /**
     * Whether the step of a Guard or a Log() is running, during which no other call may be made. Sets code and message if so.
     *
     * @return bool
     */
    private function inStep()
    {
        return $this->inLog() || $this->library->inStep() && $this->comesTooEarly(XPayClient_Library::IN_STEP);
    }

    /** @return bool */
    private function inLog()
    {
        return XPayClient_Listener::isPassing() && $this->comesTooEarly(XPayClient_Library::IN_LOG);
    }

    /**
     * @param string $why
     * @return bool true
     */
    private function comesTooEarly($why)
    {
        $this->response_code = XPayClient_Library::CALL_ORDER;
        $this->response_msg = XPayClient_Library::MAY_STAND;
        $this->detail = $why;
        return true;
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
        $this->followPost();
        $answered = $this->library->send((bool) $bRollbackOnError);
        $this->copy();
        $this->showIds();
        // A decline is an answer.
        $answered || XPayClient_Library::tell($this->detail);
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
        if ($this->inLog()) {
            return false;
        }
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
        trigger_error($this->detail, E_USER_WARNING);
        // Pages compare this with what was posted: an empty text would equal an empty one.
        return 'refused:' . bin2hex(random_bytes(12));
    }

    /**
     * Shows the result of the last call, in the properties and to a subclass's own Log().
     *
     * @return void
     */
    private function show()
    {
        $this->copy();
        $this->passLog();
    }

    /** @return void */
    private function passLog()
    {
        if ($this->listener !== null) {
            $this->listener->pass($this);
            // What it called was refused, and is not what became of the payment.
            $this->copy();
        }
    }

    /**
     * Copies the result of the last call.
     *
     * @return void
     */
    private function copy()
    {
        $this->response_code = (string) $this->library->call('response_code');
        $this->response_msg = (string) $this->library->call('response_msg');
        $this->detail = (string) $this->library->call('response_detail');
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
