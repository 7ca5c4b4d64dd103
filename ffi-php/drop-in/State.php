<?php

/**
 * What the parts of XPayClient share: its properties, and the methods of one that another calls.
 *
 * @internal
 * @method string GetTimeStamp()
 * @method void Log(mixed $msg, int $level)
 * @method string Response_Detail()
 * @method bool ask(string $call, array<string, mixed> $texts)
 * @method void bringKey(mixed $mid)
 * @method XPayClient_Library library()
 * @method bool obey()
 * @method void refuse(string $name, string $why)
 * @method void show()
 * @method static void stop(string $message)
 */
trait XPayClient_State
{
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
    /** @var string */
    public $response_code = '';
    /** @var string what a buyer may read */
    public $response_msg = '';
    /** @var array<array-key, mixed>|null the decoded answer, UTF-8 */
    public $response_array = null;
    /** @var string the answer as received, UTF-8 */
    public $response_json = '';
    /** @var array<array-key, mixed> the settings of both files, MertKeys by merchant ID; values written here take effect */
    public $config = [];

    /** @var string what the operator has to know of the last call */
    private $detail = '';
    /** @var XPayClient_Listener|null for a subclass's own Log() */
    private $listener = null;
    /** @var XPayClient_Library */
    private $library;
    /** @var bool whether the library was told of the configuration */
    private $begun = false;
    /** @var array<string, string> MertKeys by merchant ID that a page set; never settings */
    private $keys = [];
}
