<?php

/**
 * Members of the vendor's classes that are not the payment: parts of its HTTP client and of its log, and small functions. The
 * library does that work itself, so most have nothing left to do. What would send something without the journal refuses.
 *
 * Each takes what any fork's pages pass.
 *
 * @internal
 */
trait XPayClient_Vendor
{
    use XPayClient_State;

    /** @var mixed the vendor's curl handle; the library has connections of its own */
    public $ch = null;
    /** @var mixed */
    public $debug = false;
    /** @var string why the last of these members refused */
    public $error_msg = '';
    /** @var string the library names its log file by itself: log_dir, one file a day */
    public $log_file = '';
    /** @var string[] by level, LGD_LOG_FATAL first */
    public $err_label = ['FATAL', 'ERROR', 'WARN ', 'INFO ', 'DEBUG'];
    /** @var string[] names for IsAcceptLog; which values the library writes to its log is not the page's to say */
    public $INFO = [];
    /** @var string[] */
    public $DEBUG = [];

    /**
     * Sets the MertKey of a merchant ID, for shops that have it in a database. It is never a setting, whatever the merchant ID is.
     *
     * @param mixed $mid
     * @param mixed $key 32 hex digits
     * @return bool
     */
    public function SetConf(
        $mid = '',
        #[SensitiveParameter]
        $key = ''
    ) {
        list($bytes, $why) = XPayClient_Library::text($mid);
        if ($why !== '' || $bytes === '' || !XPayClient_Arguments::isKey($key)) {
            return $this->refuseMember('SetConf needs a merchant ID and its MertKey of 32 hex digits. / SetConf에는 상점아이디와 32자리 MertKey가 필요합니다.');
        }
        $this->keys[$bytes] = $key;
        return !$this->begun || $this->library->call('set_mert_key', [$bytes, $key]) === true;
    }

    /**
     * Nothing is left to do: the object can be used on, and an approval stays as it is.
     *
     * @return void
     */
    public function close()
    {
    }

    /** @return bool */
    public function init()
    {
        return true;
    }

    /**
     * Whether a name is in $INFO or $DEBUG.
     *
     * @param mixed $name
     * @return bool
     */
    public function IsAcceptLog($name = '')
    {
        return in_array($name, (array) $this->INFO, true) || in_array($name, (array) $this->DEBUG, true);
    }

    /**
     * Adds the entries of further arrays to the first.
     *
     * @param mixed $array
     * @param mixed ...$more
     * @return int their number
     */
    public function array_push_associative(&$array = null, ...$more)
    {
        $array = (array) $array;
        foreach ($more as $one) {
            $array = (is_array($one) ? $one : [(string) $one => '']) + $array;
        }
        return count($array);
    }

    /** @return string 36 characters, random */
    public function GenerateGUID()
    {
        $hex = bin2hex(random_bytes(16));
        return implode('-', [substr($hex, 0, 8), substr($hex, 8, 4), '4' . substr($hex, 13, 3), 'a' . substr($hex, 17, 3), substr($hex, 20)]);
    }

    /** @return string 40 hex digits, random */
    public function Get_Unique()
    {
        return bin2hex(random_bytes(20));
    }

    /**
     * An LGD_TXID as Init_TX makes it. The transaction keeps its own.
     *
     * @param mixed $mid
     * @return string
     */
    public function Gen_TX_ID($mid = null)
    {
        $mid = is_scalar($mid) && $mid !== '' ? (string) $mid : $this->MID;
        $server = isset($this->config['server_id']) && is_scalar($this->config['server_id']) ? $this->config['server_id'] : '';
        return "$mid-$server" . $this->GetTimeStamp() . $this->Get_Unique();
    }

    /**
     * LGD_AUTHCODE of an LGD_TXID; without arguments that of the transaction.
     *
     * @param mixed $tx_id
     * @param mixed $mid
     * @return string '' without a MertKey
     */
    public function Gen_Auth_Code($tx_id = null, $mid = null)
    {
        if ($tx_id === null || $tx_id === $this->TX_ID) {
            return $this->Auth_Code;
        }
        $mid = is_scalar($mid) && $mid !== '' ? (string) $mid : $this->MID;
        foreach ([$mid, "MID_$mid"] as $name) {
            $key = isset($this->config[$name]) ? $this->config[$name] : null;
            if (is_scalar($tx_id) && XPayClient_Arguments::isKey($key)) {
                return sha1((string) $tx_id . $key);
            }
        }
        return '';
    }

    /**
     * TX has rolled back by itself what it could: Outcome() says it.
     *
     * @param mixed ...$arguments
     * @return bool false: nothing is left to roll back here
     */
    public function Check_Auto_Rollback(...$arguments)
    {
        return false;
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function set_curl_error(...$arguments)
    {
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function Report_TX(...$arguments)
    {
        return $this->refuseMember('Report_TX sends nothing: call Report($status, $msg). / Report_TX는 아무것도 전송하지 않습니다. Report를 호출하십시오.');
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function Patch_TX(...$arguments)
    {
        return $this->refuseMember('Patch_TX sends nothing: call Patch($filename). / Patch_TX는 아무것도 전송하지 않습니다. Patch를 호출하십시오.');
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function set_credentials(...$arguments)
    {
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function set_referrer(...$arguments)
    {
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function set_user_agent(...$arguments)
    {
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function include_response_headers(...$arguments)
    {
    }

    /**
     * Sends the next transaction through an HTTP proxy, as proxy_host and proxy_port do.
     *
     * @param mixed $proxy `host:port`
     * @return bool
     */
    public function set_proxy($proxy = '')
    {
        if (!is_string($proxy) || preg_match('#^(?:http://)?([^:/@\s]+):(\d{1,5})/?$#D', $proxy, $parts) !== 1) {
            return $this->refuseMember('set_proxy needs host:port. / set_proxy에는 host:port 형식이 필요합니다.');
        }
        $this->config['proxy_host'] = $parts[1];
        $this->config['proxy_port'] = $parts[2];
        return true;
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function send_post_data(...$arguments)
    {
        return $this->refuseHttp(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function fetch_url(...$arguments)
    {
        return $this->refuseHttp(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function fetch_into_file(...$arguments)
    {
        return $this->refuseHttp(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function post_into_file(...$arguments)
    {
        return $this->refuseHttp(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function send_multipart_post_data(...$arguments)
    {
        return $this->refuseHttp(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function store_cookies(...$arguments)
    {
    }

    /**
     * @param mixed ...$arguments
     * @return void
     */
    public function set_cookie(...$arguments)
    {
    }

    /** @return string the gateway's address */
    public function get_effective_url()
    {
        $name = $this->bTest ? 'test_url' : 'url';
        return isset($this->config[$name]) && is_scalar($this->config[$name]) ? (string) $this->config[$name] : '';
    }

    /** @return int the HTTP status of the last TX; 0 if there was none */
    public function get_http_response_code()
    {
        if ($this->response_json !== '') {
            return 200;
        }
        return preg_match('/^30[1-9]\d\d$/D', $this->response_code) === 1 ? (int) $this->response_code - 30000 : 0;
    }

    /** @return string why the last of these members refused, or what the operator has to know of the last call */
    public function get_error_msg()
    {
        return $this->error_msg !== '' ? $this->error_msg : $this->Response_Detail();
    }

    /**
     * @param mixed $text
     * @return string two hex digits a byte
     */
    public function StringToHex($text = '')
    {
        return is_scalar($text) ? bin2hex((string) $text) : '';
    }

    /**
     * Which cipher the vendor's used is not known, and wrong bytes are worse than none.
     *
     * @param mixed ...$arguments
     * @return bool
     */
    public function EncryptAndEncode(...$arguments)
    {
        return $this->refuseCipher(__FUNCTION__);
    }

    /**
     * @param mixed ...$arguments
     * @return bool
     */
    public function DecodeAndDecrypt(...$arguments)
    {
        return $this->refuseCipher(__FUNCTION__);
    }

    /**
     * @param mixed $text
     * @param mixed $blocksize in bytes
     * @return string
     */
    public function pkcs5_pad($text = '', $blocksize = 16)
    {
        $text = is_scalar($text) ? (string) $text : '';
        $blocksize = is_numeric($blocksize) && $blocksize >= 1 && $blocksize <= 255 ? (int) $blocksize : 16;
        $pad = $blocksize - strlen($text) % $blocksize;
        return $text . str_repeat(chr($pad), $pad);
    }

    /**
     * @param string $name
     * @return bool
     */
    private function refuseHttp($name)
    {
        return $this->refuseMember("$name sends nothing: send a transaction with TX, and anything else with PHP's curl. "
            . "/ {$name}는 아무것도 전송하지 않습니다. 거래는 TX로, 그 밖의 요청은 PHP의 curl로 보내십시오.");
    }

    /**
     * @param string $name
     * @return bool
     */
    private function refuseCipher($name)
    {
        return $this->refuseMember("$name is not available: use PHP's openssl_encrypt and openssl_decrypt. "
            . "/ {$name}는 지원하지 않습니다. PHP의 openssl_encrypt와 openssl_decrypt를 쓰십시오.");
    }

    /**
     * Says why, where a page and its operator look. Code and message stay those of the payment.
     *
     * @param string $why
     * @return bool false
     */
    private function refuseMember($why)
    {
        $this->error_msg = $why;
        $this->Log($why, LGD_LOG_WARN);
        return false;
    }
}
