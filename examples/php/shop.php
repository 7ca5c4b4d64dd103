<?php

/**
 * Shared code of the pages: settings, products, orders, the page frame, access rights.
 *
 * Assumes PHP 7.4 or newer with mbstring. Each order is a file, written atomically under a lock, because that works everywhere.
 * A real shop uses its database, with SELECT … FOR UPDATE instead of Order::lock().
 */

// The charset of the page. Only payres_euckr.php has another; text from here is turned into it by here().
defined('CHARSET') || define('CHARSET', 'UTF-8');

error_reporting(E_ALL);
// Errors go to the log: a buyer sees no path and no stack trace, and "OK" for the gateway stays "OK".
ini_set('display_errors', '0');
// The protocol uses Korean time.
date_default_timezone_set('Asia/Seoul');
// XPayClient reports a missing configuration with E_USER_ERROR.
set_error_handler(static function ($level, $message, $file, $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
}, E_USER_ERROR);
set_exception_handler(static function ($error) {
    error_log((string) $error);
    stop(500, here('잠시 후 다시 시도해 주십시오.'), 'Something went wrong here. Please try again later.');
});

const PRODUCTS = [
    'mug' => ['title' => '똠방각하 머그컵', 'english' => 'A mug', 'price' => 23400],
    'lamp' => ['title' => '책상 등', 'english' => 'A desk lamp', 'price' => 60000],
    'poster' => ['title' => '한정판 포스터', 'english' => 'A poster, the only one', 'price' => 50000, 'stock' => 1],
];

const MEANS = [
    'SC0010' => ['신용카드', 'Card'],
    'SC0030' => ['계좌이체', 'Bank transfer'],
    'SC0040' => ['가상계좌', 'Virtual account'],
];

/** @return string */
function setting($name)
{
    static $settings = null;
    $settings = $settings ?: require __DIR__ . '/config.php';
    return $settings[$name];
}

/** @return string LGD_MID */
function mid()
{
    return (setting('platform') === 'test' ? 't' : '') . setting('cst_mid');
}

/** @return string the URL of a page of this shop, for the gateway and the browser */
function address($page)
{
    $base = setting('url');
    if ($base === '') {
        // The browser sends the host name. An invalid one is not put into a URL.
        $host = $_SERVER['HTTP_HOST'];
        preg_match('/^[A-Za-z0-9.-]+(:\d+)?$/D', $host) || stop(400, here('잘못된 주소입니다.'), 'There is no such host.');
        $base = (empty($_SERVER['HTTPS']) ? 'http://' : 'https://') . $host . dirname($_SERVER['SCRIPT_NAME']);
    }
    return rtrim($base, '/') . '/' . $page;
}

/** @return XPayClient whose answers are in the charset of the page */
function xpay()
{
    // These pages begin their sessions themselves. One that the class began would log out a buyer whose post has no cookie.
    $_SESSION = $_SESSION ?? [];
    require_once setting('client');
    $xpay = new XPayClient(setting('home_dir'), setting('platform'));
    $xpay->config['output_UTF8'] = CHARSET === 'UTF-8' ? '1' : '0';
    return $xpay;
}

/** @return string a posted value; '' if there is none, or a list instead */
function post($name)
{
    return isset($_POST[$name]) && is_string($_POST[$name]) ? $_POST[$name] : '';
}

/** @return string a value of the query string */
function query($name)
{
    return isset($_GET[$name]) && is_string($_GET[$name]) ? $_GET[$name] : '';
}

/** @return string text from this file, or another one in UTF-8, in the charset of the page */
function here($utf8)
{
    // CP949 is EUC-KR with all Hangul: EUC-KR has no 똠.
    return CHARSET === 'UTF-8' ? $utf8 : mb_convert_encoding($utf8, 'CP949', 'UTF-8');
}

/** @return string text in the charset of the page, for HTML */
function h($text)
{
    // PHP does not support EUC-KR here. Bytewise is safe: no byte of Hangul is one of < > & " '.
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, CHARSET === 'UTF-8' ? 'UTF-8' : 'ISO-8859-1');
}

/** @return string */
function won($amount)
{
    return number_format((int) $amount) . here('원');
}

/** @return string 20261123101112 in a readable form */
function when($stamp)
{
    return (string) preg_replace('/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/', '$1-$2-$3 $4:$5', $stamp);
}

/** @return bool whether the payment window accepts this text (UTF-8): its characters, and its length in EUC-KR bytes */
function fits($text, $bytes)
{
    $korean = mb_convert_encoding($text, 'CP949', 'UTF-8');
    return $text !== '' && mb_check_encoding($text, 'UTF-8') && mb_convert_encoding($korean, 'UTF-8', 'CP949') === $text
        && strlen($korean) <= $bytes && !preg_match('/[<>;\'"\\\\\x00-\x1f]|\+-|--/', $text);
}

/** An order, in a file of its own. Its texts are in the charset of the page. */
final class Order
{
    public $oid = '';
    public $product = '';
    public $title = '';
    /** @var int the amount to pay, in won. No amount from a browser or the gateway replaces it */
    public $amount = 0;
    public $buyer = '';
    /** @var string LGD_CUSTOM_USABLEPAY */
    public $means = '';
    /** @var string LGD_WINDOW_TYPE; or mobile, for payreq.php */
    public $window = 'iframe';
    /** @var string the page that requests the final payment */
    public $payres = 'payres.php';
    /** @var string new, paying, doubt, waiting (for a deposit), paid, cancelled, refused (a payment in an app) */
    public $state = 'new';
    /** @var bool whether the buyer came back from an app before its note */
    public $isAwaited = false;
    /** @var string[] each LGD_TID that note_url.php answered ROLLBACK */
    public $refused = [];
    /** @var string[] digests of the used PAYKEYs */
    public $keys = [];
    /** @var string LGD_TXID of the last payment, for `xpay recover --list` */
    public $txid = '';
    /** @var string LGD_TID of the approval */
    public $tid = '';
    /** @var string LGD_PAYTYPE */
    public $paytype = '';
    /** @var int the amount that is not cancelled */
    public $balance = 0;
    /** @var array<string, string> values of the approval for the pages */
    public $result = [];
    /** @var string[] the recorded notifications */
    public $notices = [];
    /** @var array<string, mixed> the cash receipt */
    public $receipt = [];

    /** @var resource|null */
    private $lock = null;

    /** @return Order a new one */
    public static function place($product, $buyer, $means, $window, $payres)
    {
        $order = new self();
        // Not guessable, and all of one length: the signature does not say where LGD_OID ends and LGD_AMOUNT begins.
        $order->oid = date('Ymd') . '-' . bin2hex(random_bytes(8));
        $order->product = $product;
        $order->title = here(PRODUCTS[$product]['title']);
        // The current price. Later changes of the price list do not affect it.
        $order->amount = PRODUCTS[$product]['price'];
        $order->buyer = $buyer;
        $order->means = $means;
        $order->window = $window;
        $order->payres = $payres;
        $order->lock = self::hold($order->oid);
        $order->save();
        return $order;
    }

    /** @return Order|null as last saved */
    public static function find($oid)
    {
        $file = preg_match('/^\d{8}-[0-9a-f]{16}$/D', $oid) ? self::file($oid) : '';
        $stored = $file !== '' && is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($stored)) {
            return null;
        }
        array_walk_recursive($stored, static function (&$value) {
            $value = is_string($value) ? here($value) : $value;
        });
        $order = new self();
        foreach ($stored as $name => $value) {
            $order->$name = $value;
        }
        return $order;
    }

    /** @return Order|null locked while the object lives: a second click, a notification, a cancellation wait */
    public static function lock($oid)
    {
        if (self::find($oid) === null) {
            return null;
        }
        $lock = self::hold($oid);
        $order = self::find($oid);
        $order->lock = $lock;
        return $order;
    }

    /** @return Order[] the newest first */
    public static function all()
    {
        $oids = array_map(static function ($file) {
            return basename($file, '.json');
        }, glob(self::file('*')) ?: []);
        rsort($oids);
        return array_filter(array_map([self::class, 'find'], $oids));
    }

    /** Writes it completely, or writes nothing and throws. */
    public function save()
    {
        if ($this->lock === null) {
            throw new LogicException('Only who has locked an order may change it');
        }
        $values = get_object_vars($this);
        unset($values['lock']);
        array_walk_recursive($values, static function (&$value) {
            $value = is_string($value) && CHARSET !== 'UTF-8' ? mb_convert_encoding($value, 'UTF-8', 'CP949') : $value;
        });
        $text = json_encode($values, JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT);
        $file = self::file($this->oid);
        $new = $text === false ? false : @fopen("$file.new", 'w');
        $written = $new !== false && fwrite($new, $text) === strlen($text) && fflush($new)
            && (!function_exists('fsync') || fsync($new)) && fclose($new);
        // A concurrent reader sees the old file or the new one.
        if (!$written || !@rename("$file.new", $file)) {
            throw new RuntimeException("Order {$this->oid} cannot be written");
        }
    }

    /** @return resource|bool false if the product is sold out. A resource reserves the last one until it is released */
    public static function takePiece($product)
    {
        if (!isset(PRODUCTS[$product]['stock'])) {
            return true;
        }
        $lock = self::hold("stock-$product");
        $sold = array_filter(self::all(), static function ($order) use ($product) {
            return $order->product === $product && in_array($order->state, ['paid', 'waiting', 'doubt'], true);
        });
        return count($sold) < PRODUCTS[$product]['stock'] ? $lock : false;
    }

    /**
     * The order after an approval of it.
     *
     * @param callable(string): string $value the approval's values by name
     * @return Order|null null if the approval is not for this order
     */
    public function approved(callable $value)
    {
        if ($value('LGD_MID') !== mid() || $value('LGD_OID') !== $this->oid || $value('LGD_AMOUNT') !== (string) $this->amount) {
            error_log("the gateway approved something other than order {$this->oid}");
            return null;
        }
        $approved = clone $this;
        $approved->tid = $value('LGD_TID');
        $approved->paytype = $value('LGD_PAYTYPE');
        // A virtual account is not paid yet: cas_noteurl.php is notified of the deposit.
        $approved->state = $approved->paytype === 'SC0040' ? 'waiting' : 'paid';
        $approved->balance = $approved->state === 'paid' ? $this->amount : 0;
        $approved->isAwaited = false;
        $shown = [
            'LGD_BUYER', 'LGD_PAYDATE', 'LGD_FINANCENAME', 'LGD_CARDNUM', 'LGD_CARDINSTALLMONTH', 'LGD_FINANCEAUTHNUM',
            'LGD_ACCOUNTNUM', 'LGD_SAOWNER', 'LGD_PCANCELFLAG',
        ];
        foreach ($shown as $name) {
            $approved->result[$name] = $value($name);
        }
        return $approved;
    }

    /** @return string the page that opens the payment window */
    public function payreq()
    {
        return ($this->window === 'mobile' ? 'payreq.php' : 'payreq_crossplatform.php') . "?oid={$this->oid}";
    }

    /** @return bool whether the gateway can cancel it */
    public function isRefundable()
    {
        return $this->state === 'paid' && $this->tid !== '' && $this->balance > 0;
    }

    /** @return string[] its state in Korean and English */
    public function state()
    {
        $words = [
            'new' => $this->isAwaited ? ['앱 결제 확인 중', 'waiting for word of your app'] : ['결제 전', 'not paid yet'],
            'paying' => ['결제 확인 중', 'being confirmed'],
            'doubt' => ['결제 확인 중', 'being confirmed'],
            'waiting' => ['입금 대기', 'waiting for your deposit'],
            'paid' => $this->balance < $this->amount ? ['부분취소', 'paid, cancelled in part'] : ['결제 완료', 'paid'],
            'cancelled' => ['취소 완료', 'cancelled'],
            'refused' => ['결제 반려', 'payment not accepted'],
        ][$this->state];
        return array_map('here', $words);
    }

    private static function file($oid)
    {
        return setting('data') . "/$oid.json";
    }

    /** @return resource locked until it is closed, or the process ends */
    private static function hold($name)
    {
        $data = setting('data');
        is_dir($data) || @mkdir($data, 0700, true) || is_dir($data);
        $lock = @fopen("$data/$name.lock", 'c');
        if ($lock === false || !flock($lock, LOCK_EX)) {
            throw new RuntimeException("$name cannot be locked");
        }
        return $lock;
    }
}

/** The buyer's session. Not for pages that the payment window posts to: the browser sends them no cookie. */
function session()
{
    if (session_status() === PHP_SESSION_NONE) {
        session_set_cookie_params(['httponly' => true, 'samesite' => 'Lax', 'secure' => !empty($_SERVER['HTTPS'])]);
        session_start(['use_strict_mode' => true]);
    }
}

/** @return bool whether this buyer placed the order, or this is the merchant */
function may_see($oid)
{
    session();
    return !empty($_SESSION['merchant']) || in_array($oid, $_SESSION['orders'] ?? [], true);
}

/** @return string a token that another site's page cannot know */
function csrf()
{
    session();
    $_SESSION['csrf'] = $_SESSION['csrf'] ?? bin2hex(random_bytes(16));
    return '<input type="hidden" name="csrf" value="' . h($_SESSION['csrf']) . '">';
}

/** Ends the script for everybody but the merchant, and for forms that another site sent in the merchant's name. */
function merchant_only()
{
    session();
    setting('password') !== '' || stop(
        403,
        '상점 비밀번호(SHOP_PASSWORD)가 없어 이 페이지는 닫혀 있습니다.',
        'This page is closed: the shop has no password (SHOP_PASSWORD).'
    );
    $isPost = $_SERVER['REQUEST_METHOD'] === 'POST';
    if ($isPost && !hash_equals($_SESSION['csrf'] ?? bin2hex(random_bytes(16)), post('csrf'))) {
        stop(403, '양식이 만료되었습니다. 페이지를 다시 여십시오.', 'This form is out of date: open the page again.');
    }
    if (!empty($_SESSION['merchant'])) {
        return;
    }
    $isWrong = $isPost && !hash_equals(setting('password'), post('password'));
    if ($isPost && !$isWrong) {
        // The previous session ID is no longer valid.
        session_regenerate_id(true);
        $_SESSION['merchant'] = true;
        see('?' . http_build_query(['oid' => query('oid')]));
    }
    head('상점 관리', 'For the merchant', $isWrong ? 403 : 200);
    ?>
<form class="card" method="post">
    <?= csrf() ?>
    <?php if ($isWrong): ?>
    <p role="alert">비밀번호가 틀립니다. <small>Wrong password.</small></p>
    <?php endif ?>
    <label>상점 비밀번호 <small>The shop's password</small><input type="password" name="password" required autofocus></label>
    <p class="actions"><button>들어가기 <small>Enter</small></button></p>
</form>
    <?php
    foot();
    exit;
}

/** Lets the merchant choose an order. */
function choose_order($page)
{
    ?>
<div class="card scroll"><table>
<tr>
    <th>주문번호 <small>Order</small></th>
    <th>상품 <small>Product</small></th>
    <th>금액 <small>Amount</small></th>
    <th>상태 <small>State</small></th>
</tr>
<?php foreach (Order::all() as $order): ?>
<tr>
    <td><a href="<?= h("$page?oid={$order->oid}") ?>"><?= h($order->oid) ?></a></td>
    <td><?= h($order->title) ?></td>
    <td class="number"><?= h(won($order->amount)) ?></td>
    <td><?= h($order->state()[0]) ?> <small><?= h($order->state()[1]) ?></small></td>
</tr>
<?php endforeach ?>
</table></div>
    <?php
}

/**
 * The outcome of a merchant's request, in Korean and English.
 *
 * @return string[]
 */
function outcome(XPayClient $xpay)
{
    $words = [
        'answered' => ['게이트웨이가 거절했습니다.', 'The gateway refused.'],
        'not_sent' => ['요청을 보내지 못했습니다. 바뀐 것이 없습니다.', 'Nothing was sent and nothing changed.'],
        'rolled_back' => ['응답이 없어 되돌렸습니다. 바뀐 것이 없습니다.', 'No answer came and it was undone: nothing changed.'],
        'in_doubt' => ['처리되었는지 알 수 없습니다. 상점관리자에서 확인하기 전에는 다시 하지 마십시오.',
            'It is unknown whether this was done. Look it up in the merchant admin before you try again.'],
        'none' => ['', ''],
    ][$xpay->Outcome()];
    return array_map('here', $words);
}

/** Shows the result of a form: class, Korean, English, and the gateway's answer. Shows nothing if no form was sent. */
function say(array $said)
{
    if ($said !== []) {
        $gateway = isset($said[3]) ? '<br><small>' . h($said[3]) . '</small>' : '';
        echo '<p class="card ', h($said[0]), '" id="said" role="alert">', h($said[1]), ' <small>', h($said[2]), '</small>', $gateway, "</p>\n";
    }
}

/** Goes on to another page, by GET: a reload there sends nothing again. */
function see($page)
{
    header("Location: $page", true, 303);
    exit;
}

/** Ends a page that the gateway posts to, with an error that its operators and the shop's log show. */
function refuse($status, $why)
{
    $page = basename($_SERVER['SCRIPT_NAME'], '.php');
    error_log("$page: $why (" . substr(preg_replace('/[^\w-]/', '?', post('LGD_OID')), 0, 63) . ')');
    answer("REFUSED: $why\n", $status);
}

/** Ends a page that the gateway posts to: the answer is all that is printed. */
function answer($text, $status = 200)
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=UTF-8');
    exit($text);
}

/** Ends the script with a page that says why. */
function stop($status, $korean, $english)
{
    head(here('안내'), 'Notice', $status);
    echo '<p class="card bad" role="alert">', h($korean), ' <small>', h($english), "</small></p>\n";
    foot();
    exit;
}

/** The beginning of a page. */
function head($korean, $english, $status = 200)
{
    if (!headers_sent()) {
        http_response_code($status);
        header('Content-Type: text/html; charset=' . CHARSET);
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        // No other site puts these pages into a frame, under a button of its own.
        header('X-Frame-Options: SAMEORIGIN');
    }
    ?>
<!doctype html>
<html lang="ko">
<head>
<meta charset="<?= CHARSET ?>">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= h($korean), ' / ', h($english) ?></title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="shop.css">
</head>
<body>
<header>
    <a href="sample_crossplatform.php"><?= h(here(setting('name'))) ?></a> <?= setting('platform') === 'test' ? '<em>TEST</em>' : '' ?>

</header>
<main>
<h1><?= h($korean) ?> <small><?= h($english) ?></small></h1>
    <?php
}

/** The end of a page. */
function foot()
{
    echo "</main>\n</body>\n</html>\n";
}
