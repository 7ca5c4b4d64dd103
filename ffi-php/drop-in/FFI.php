<?php

/**
 * The library in this process, through PHP's FFI extension.
 *
 * @internal
 */
final class XPayClient_FFI extends XPayClient_Library
{
    public const SIGNATURES = [
        'timestamp' => 15,
        'hash_data' => 33,
        'hash_data_cas' => 33,
        'hash_data_openpay' => 129,
        'vendor_hash_data' => 33,
        'vendor_hash_data_cas' => 33,
        'vendor_hash_data_openpay' => 129,
        'receipt_authdata' => 33,
    ];

    /** @var FFI|null */
    private static $ffi = null;
    /** @var array<int, FFI\CData> the open clients, and the only place of their pointers */
    private static $clients = [];
    /** @var array<int, array{XPayClient_Store, FFI\CData}> what keeps their journals, with the cell that the library has for it */
    private static $stores = [];
    /** @var (FFI\CData&ArrayAccess<int, mixed>)|null the one callback for all of them: PHP releases it when the script has ended, after the clients */
    private static $callback = null;
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
        $client = self::c(self::ffi(), 'xpay_new', []);
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
            self::c(self::ffi(), 'xpay_let_go', [$client]);
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
            self::c(self::ffi(), 'xpay_free', [$client]);
            unset(self::$stores[$number]);
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if (!isset(self::$clients[$this->number])) {
            $this->closed = $this->closed ?? new XPayClient_Nothing(self::CALL_ORDER, self::ENDED);
            return $this->closed->call($name);
        }
        $this->mind($name);
        $client = self::$clients[$this->number];
        if (!isset(self::SIGNATURES[$name])) {
            /** @var string|int|bool|null $returned */
            $returned = self::c(self::ffi(), "xpay_$name", array_merge([$client], $arguments));
            return $returned;
        }
        /** @var FFI\CData $out */
        $out = self::ffi()->new('char[' . self::SIGNATURES[$name] . ']');
        return self::c(self::ffi(), "xpay_$name", array_merge([$client], $arguments, [$out])) === true ? FFI::string($out) : false;
    }

    protected function setStore($store)
    {
        list($client, $ffi) = [self::$clients[$this->number], self::ffi()];
        if ($store === null) {
            self::c($ffi, 'xpay_set_store', [$client, null, null, null, null]);
            unset(self::$stores[$this->number]);
            return;
        }
        if (self::$callback === null) {
            /** @var FFI\CData&ArrayAccess<int, mixed> $callback */
            $callback = $ffi->new('xpay_store_t[1]');
            self::$callback = $callback;
            $callback[0] = static function (FFI\CData $context, FFI\CData $statement) use ($ffi) {
                // PHP ends the process where an exception would leave this.
                try {
                    /** @var FFI\CData&ArrayAccess<int, int> $number */
                    $number = $ffi->cast('uintptr_t *', $context);
                    self::execute($ffi, $number[0], $statement);
                } catch (Throwable $thrown) {
                    self::c($ffi, 'xpay_statement_unknown', [$statement, get_class($thrown)]);
                }
            };
        }
        /** @var FFI\CData&ArrayAccess<int, int> $context */
        $context = $ffi->new('uintptr_t[1]');
        $context[0] = $this->number;
        self::$stores[$this->number] = [$store, $context];
        self::c($ffi, 'xpay_set_store', [$client, $store->database(), $store->placeholder(), self::$callback[0], $context]);
    }

    /**
     * Executes a statement of a client, and tells the library what came of it.
     *
     * @param FFI $ffi
     * @param int $number
     * @param FFI\CData $statement
     * @return void
     */
    private static function execute(FFI $ffi, $number, $statement)
    {
        $values = [];
        for ($at = 0, $count = (int) self::c($ffi, 'xpay_statement_value_count', [$statement]); $at < $count; $at++) {
            /** @var string|null $value */
            $value = self::c($ffi, 'xpay_statement_value', [$statement, $at]);
            $values[] = $value;
        }
        $onConnect = [];
        do {
            /** @var string|null $text */
            $text = self::c($ffi, 'xpay_statement_on_connect', [$statement, count($onConnect)]);
            $text === null || $onConnect[] = $text;
        } while ($text !== null);
        $isQuery = self::c($ffi, 'xpay_statement_is_query', [$statement]) === true;
        $isFresh = self::c($ffi, 'xpay_statement_is_fresh', [$statement]) === true;
        $sql = (string) self::c($ffi, 'xpay_statement_sql', [$statement]);
        $reply = self::$stores[$number][0]->run($sql, $values, $isQuery, $isFresh, $onConnect);
        foreach ($reply['rows'] ?? [] as $row) {
            self::tellRow($ffi, $statement, $row);
        }
        foreach (['changed', 'not_done', 'unknown'] as $name) {
            if (isset($reply[$name])) {
                self::c($ffi, "xpay_statement_$name", [$statement, $reply[$name]]);
            }
        }
    }

    /**
     * @param FFI $ffi
     * @param FFI\CData $statement
     * @param array<int, string|null> $row
     * @return void
     */
    private static function tellRow(FFI $ffi, $statement, array $row)
    {
        /** @var FFI\CData&ArrayAccess<int, FFI\CData|null> $pointers */
        $pointers = $ffi->new('char *[' . count($row) . ']');
        $texts = [];
        foreach (array_values($row) as $at => $value) {
            if ($value !== null) {
                /** @var FFI\CData $text where a zero follows what is copied */
                $text = $ffi->new('char[' . (strlen($value) + 1) . ']');
                FFI::memcpy($text, $value, strlen($value));
                $pointers[$at] = $ffi->cast('char *', $text);
                $texts[] = $text;
            }
        }
        self::c($ffi, 'xpay_statement_row', [$statement, $ffi->cast('char **', $pointers), count($row)]);
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
        return $ffi->$name(...$arguments);
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
        $reason = '';
        foreach (self::places() as $path) {
            $reason === '' || self::tried($reason);
            try {
                self::$ffi = self::load($path);
                return '';
            } catch (FFI\Exception $error) {
                if (strpos($error->getMessage(), 'ffi.enable') !== false) {
                    return self::forbidden();
                }
                $reason = self::explain($error->getMessage(), $path);
            }
        }
        return $reason;
    }

    /** @return string[] what is there of the library; the bare name, for the system's path, if PHP sees nothing */
    private static function places()
    {
        $told = (string) getenv('XPAYCLIENT_LIB');
        $all = $told !== '' ? [$told] : self::quietly(static function () {
            return array_filter(array_map(static function ($folder) {
                return "$folder/" . self::fileName();
            }, self::folders()), 'is_file');
        });
        // Of a bare name, Windows would take what lies in the page's own folder, where somebody may have uploaded it.
        return $all !== [] ? $all : [(PHP_OS_FAMILY === 'Windows' ? self::folders()[0] . '/' : '') . self::fileName()];
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
        if (XPayClient_Platform::isForeign($path)) {
            // The system's loader may take half of it.
            throw new FFI\Exception('another platform');
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
        $abi = self::c($ffi, 'xpay_abi_version', []);
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
        if (strpos($error, 'ABI ') === 0 || strpos($error, 'Failed resolving') === 0) {
            return "[$path] is not of this XPayClient.php's release: take both from the same one, then restart php-fpm. / 라이브러리와 XPayClient.php의 "
                . "버전이 다릅니다. 같은 릴리스의 파일로 맞춘 뒤 php-fpm을 다시 시작하십시오. ($error, not ABI " . self::ABI . ')';
        }
        $names = implode(' or ', XPayClient_Platform::names());
        if (XPayClient_Platform::isForeign($path)) {
            return "The library [$path] cannot be loaded: it was built for " . XPayClient_Platform::of($path) . ", so take the one for $names. "
                . "/ 라이브러리를 읽을 수 없습니다. 다른 플랫폼용 파일입니다. $names 파일을 쓰십시오.";
        }
        $reason = self::reason($path);
        list($what, $korean) = self::remedy($reason, $names, self::quietly(static function () use ($path) {
            return is_file($path);
        }));
        $hidden = strpos($path, '/') !== false || (string) ini_get('open_basedir') === '' ? '' : ' PHP sees only what is in open_basedir: add the '
            . 'folder of the library. / PHP는 open_basedir 안만 볼 수 있습니다. 라이브러리의 폴더를 추가하십시오.';
        return "The library [$path] cannot be loaded: $what. / 라이브러리를 읽을 수 없습니다. $korean (" . ($reason === '' ? $error : $reason) . ")$hidden";
    }

    /** @return string */
    private static function forbidden()
    {
        if (PHP_OS_FAMILY === 'Windows') {
            return 'PHP does not allow FFI here: set ffi.enable=true in php.ini, for Windows has no preloading. To pay without FFI, put '
                . 'xpay-bridge.exe next to XPayClient.php. / 이 PHP는 FFI를 허용하지 않습니다. Windows에는 preload가 없으므로 php.ini에 ffi.enable=true를 쓰십시오. FFI 없이 '
                . '쓰려면 XPayClient.php 옆에 xpay-bridge.exe를 두십시오.';
        }
        $preload = (string) ini_get('opcache.preload');
        $tried = $preload === '' ? '' : "opcache.preload=[$preload] did not preload this class: see that opcache is on and that it runs preload.php. "
            . '/ opcache.preload가 이 클래스를 preload하지 않았습니다. opcache가 켜져 있는지, preload.php를 실행하는지 확인하십시오. ';
        return 'PHP does not allow FFI here: preload preload.php, or set ffi.enable=true in php.ini. To pay without FFI, put xpay-bridge next to '
            . 'XPayClient.php. / 이 PHP는 FFI를 허용하지 않습니다. preload.php를 preload하거나 php.ini에 ffi.enable=true를 쓰십시오. FFI 없이 쓰려면 '
            . "XPayClient.php 옆에 xpay-bridge를 두십시오. $tried";
    }

    /**
     * Asks the system, because PHP before 8.3 does not say it. Windows cannot be asked in this way.
     *
     * @param string $path
     * @return string why it does not load; '' if nobody knows
     */
    private static function reason($path)
    {
        try {
            $system = FFI::cdef('void *dlopen(const char *path, int flags); const char *dlerror(void);');
            $lazily = 1;
            self::c($system, 'dlopen', [$path, $lazily]);
            return (string) self::c($system, 'dlerror', []);
        } catch (FFI\Exception $error) {
            return '';
        }
    }

    /**
     * @param string $reason
     * @param string $names of the platform
     * @param bool $there
     * @return array{string, string} what to do, in English and Korean
     */
    private static function remedy($reason, $names, $there)
    {
        if (strpos($reason, 'GLIBC_') !== false) {
            return ['it needs a newer C library than this system has, so take one that was built on this system or an older one',
                '이 시스템보다 새로운 C 라이브러리가 필요합니다. 이 시스템이나 더 오래된 시스템에서 만든 파일을 쓰십시오.'];
        }
        if (strpos($reason, 'Permission denied') !== false) {
            return ["PHP's user may not read it or enter its folder, or SELinux forbids it: chmod 644, or look into the audit log",
                'PHP의 사용자에게 파일이나 폴더의 읽기 권한이 없거나 SELinux가 막습니다. chmod 644로 권한을 주거나 audit 로그를 확인하십시오.'];
        }
        if (strpos($reason, 'failed to map') !== false) {
            return ['its file system is mounted noexec, or SELinux forbids it: put it elsewhere and name it in XPAYCLIENT_LIB',
                'noexec로 마운트된 파일 시스템이거나 SELinux가 막습니다. 다른 곳에 두고 XPAYCLIENT_LIB로 지정하십시오.'];
        }
        if ($there && PHP_OS_FAMILY === 'Windows') {
            return ["it is damaged, something such as an antivirus blocks it, or its folder's name is not ASCII, which FFI cannot open: take the "
                . "one for $names and put it into a folder with an ASCII name", '파일이 손상되었거나 백신 등이 막거나 FFI가 열 수 없는 한글 폴더에 '
                . "있습니다. $names 파일을 영문 이름의 폴더에 두십시오."];
        }
        return $there ? ["it is damaged or for another kind of machine, so take the one for this machine, $names",
            "파일이 손상되었거나 다른 종류의 시스템용입니다. 이 시스템($names)용 파일을 쓰십시오."]
            : ["put it next to XPayClient.php or name it in XPAYCLIENT_LIB; it is the file for $names",
            "XPayClient.php 옆에 두거나 XPAYCLIENT_LIB로 지정하십시오. $names 파일입니다."];
    }

    // phpcs:disable Generic.Files.LineLength -- what follows is generated.
    // Generated by `cargo xtask generate`; do not edit.
    public const DECLARATIONS = <<<'C'
typedef struct xpay_client xpay_client;
typedef struct xpay_statement_t xpay_statement_t;
typedef int xpay_outcome_t;
typedef int xpay_error_kind_t;
typedef int xpay_error_t;
typedef bool (*xpay_step_t)(void *context, const xpay_client *client);
typedef void (*xpay_store_t)(void *context, xpay_statement_t *statement);
typedef void (*xpay_logger_t)(void *context, int level, const char *line);
const char *xpay_version(void);
uint32_t xpay_version_number(void);
uint32_t xpay_abi_version(void);
xpay_client *xpay_new(void);
void xpay_free(xpay_client *client);
bool xpay_set_language(xpay_client *client, const char *language);
bool xpay_set_unicode(xpay_client *client, bool on);
bool xpay_init(xpay_client *client, const char *home_dir, const char *mode);
bool xpay_init_file(xpay_client *client, const char *file, const char *mode);
bool xpay_init_mode(xpay_client *client, const char *mode);
bool xpay_init_home(xpay_client *client, const char *home_dir, const char *mode);
bool xpay_set_config(xpay_client *client, const char *name, const char *value);
bool xpay_unset_config(xpay_client *client, const char *name);
bool xpay_set_mert_key(xpay_client *client, const char *mid, const char *key);
bool xpay_warm_up(xpay_client *client);
const char *xpay_config(const xpay_client *client, const char *name);
bool xpay_is_on(const xpay_client *client, const char *name);
size_t xpay_config_count(const xpay_client *client);
const char *xpay_config_name(const xpay_client *client, size_t index);
bool xpay_init_tx(xpay_client *client, const char *mid);
bool xpay_set(xpay_client *client, const char *name, const char *value);
bool xpay_unset(xpay_client *client, const char *name);
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
bool xpay_pay_by_billing_key(xpay_client *client, const char *mid, const char *billing_key, const char *oid, uint64_t amount, xpay_step_t step, void *context);
bool xpay_check(xpay_client *client, const char *name, const char *value);
bool xpay_cancel(xpay_client *client, const char *mid, const char *tid, const char *paytype, const char *reason);
bool xpay_partial_cancel(xpay_client *client, const char *mid, const char *tid, const char *paytype, uint64_t amount, uint64_t remaining, const char *reason);
const char *xpay_response_code(const xpay_client *client);
const char *xpay_response_msg(const xpay_client *client);
const char *xpay_response_detail(const xpay_client *client);
xpay_error_t xpay_error(const xpay_client *client);
xpay_error_kind_t xpay_error_kind(const xpay_client *client);
const char *xpay_response_json(const xpay_client *client);
size_t xpay_response_count(const xpay_client *client);
size_t xpay_response_name_count(const xpay_client *client);
const char *xpay_response_name(const xpay_client *client, size_t index);
const char *xpay_response(const xpay_client *client, const char *name, size_t index);
bool xpay_is_cancelled(const xpay_client *client, const char *paytype);
bool xpay_is_repeated(const xpay_client *client);
bool xpay_recover_open(xpay_client *client, size_t *count);
size_t xpay_recover(xpay_client *client);
const char *xpay_statement_operation(const xpay_statement_t *statement);
const char *xpay_statement_sql(const xpay_statement_t *statement);
size_t xpay_statement_value_count(const xpay_statement_t *statement);
const char *xpay_statement_value(const xpay_statement_t *statement, size_t index);
bool xpay_statement_is_query(const xpay_statement_t *statement);
bool xpay_statement_is_fresh(const xpay_statement_t *statement);
const char *xpay_statement_on_connect(const xpay_statement_t *statement, size_t index);
void xpay_statement_changed(xpay_statement_t *statement, uint64_t rows);
void xpay_statement_row(xpay_statement_t *statement, const char *const *values, size_t count);
void xpay_statement_not_done(xpay_statement_t *statement, const char *why);
void xpay_statement_unknown(xpay_statement_t *statement, const char *why);
bool xpay_set_store(xpay_client *client, const char *database, const char *placeholder, xpay_store_t store, void *context);
const char *xpay_journal_password(xpay_client *client);
bool xpay_report(xpay_client *client, const char *status, const char *msg);
bool xpay_patch(xpay_client *client, const char *filename);
void xpay_log(xpay_client *client, const char *msg, int level);
bool xpay_set_logger(xpay_client *client, xpay_logger_t logger, void *context);
bool xpay_keep_log(xpay_client *client, bool keep);
const char *xpay_kept_log(const xpay_client *client);
const char *xpay_unwritten(const xpay_client *client);
bool xpay_timestamp(xpay_client *client, char out[15]);
bool xpay_hash_data(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *timestamp, char out[33]);
bool xpay_hash_data_cas(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *respcode, const char *timestamp, char out[33]);
bool xpay_hash_data_openpay(xpay_client *client, const char *venderno, const char *mid, const char *mer_uid, const char *token, const char *timestamp, char out[129]);
bool xpay_vendor_hash_data(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *timestamp, char out[33]);
bool xpay_vendor_hash_data_cas(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *respcode, const char *timestamp, char out[33]);
bool xpay_vendor_hash_data_openpay(xpay_client *client, const char *venderno, const char *mid, const char *mer_uid, const char *token, const char *timestamp, char out[129]);
bool xpay_receipt_authdata(xpay_client *client, const char *mid, const char *tid, char out[33]);
bool xpay_verify_hash_data_cas(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *respcode, const char *timestamp, const char *hashdata);
bool xpay_window_begin(xpay_client *client, const char *cst_mid);
bool xpay_window_set(xpay_client *client, const char *name, const char *value);
bool xpay_window_strict(xpay_client *client, bool strict);
bool xpay_window_sign(xpay_client *client);
const char *xpay_window_html(const xpay_client *client);
size_t xpay_window_count(const xpay_client *client);
const char *xpay_window_name(const xpay_client *client, size_t index);
const char *xpay_window_value(const xpay_client *client, size_t index);
size_t xpay_window_warning_count(const xpay_client *client);
const char *xpay_window_warning(const xpay_client *client, size_t index);
bool xpay_notice_read(xpay_client *client, const char *body, size_t size);
const char *xpay_notice_oid(const xpay_client *client);
bool xpay_notice_verify(xpay_client *client, const char *mid, uint64_t amount);
const char *xpay_notice_key(const xpay_client *client);
const char *xpay_notice_value(const xpay_client *client, const char *name);
bool xpay_note_due(const xpay_client *client, const char *saved_tid);
const char *xpay_note_answer(const xpay_client *client, const char *saved_tid);
bool xpay_return_read(xpay_client *client, const char *body, size_t size);
const char *xpay_return_oid(const xpay_client *client);
bool xpay_return_verify(xpay_client *client, const char *mid, const char *oid, uint64_t amount);
const char *xpay_return_value(const xpay_client *client, const char *name);
bool xpay_billing_return_read(xpay_client *client, const char *body, size_t size);
const char *xpay_billing_return_value(const xpay_client *client, const char *name);
bool xpay_escrow_begin(xpay_client *client, const char *mid, const char *kind);
bool xpay_escrow_set(xpay_client *client, const char *name, const char *value);
bool xpay_escrow_send(xpay_client *client);
xpay_outcome_t xpay_escrow_outcome(const xpay_client *client);
C;
    // phpcs:enable
}
