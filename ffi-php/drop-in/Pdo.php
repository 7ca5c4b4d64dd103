<?php

/**
 * A connection over PDO, for the journal: of pdo_mysql, or one that the shop gives.
 *
 * @internal
 */
final class XPayClient_Pdo
{
    public const PLACEHOLDER = '?';

    /** @var PDO */
    private $pdo;
    /** @var string the driver's name */
    private $database;
    /** @var bool whether the shop has it too, so that it is not ours to end, and there is no other */
    private $isShops;
    /** @var XPayClient_Inherited */
    private $socket;
    /** @var bool */
    private $isNew = true;
    /** @var bool whether nobody knows what became of a statement on it */
    private $isLost = false;
    /** @var array<int, WeakReference<PDO>> those that closures have returned */
    private static $returned = [];

    /**
     * @param PDO $pdo
     * @param bool $isShops
     * @param array<int, int>|null $before the sockets before it was opened
     */
    private function __construct(PDO $pdo, $isShops, $before)
    {
        $this->pdo = $pdo;
        $this->isShops = $isShops;
        $this->database = (string) $pdo->getAttribute(PDO::ATTR_DRIVER_NAME);
        $this->socket = new XPayClient_Inherited($before);
    }

    /** @return string what PHP has not; '' if nothing */
    public static function missing()
    {
        if (!extension_loaded('pdo_mysql')) {
            return 'PHP has no pdo_mysql, which the journal in MySQL or MariaDB needs: install it (Debian: php-mysql). '
                . '/ PHP에 MySQL·MariaDB 저널에 필요한 pdo_mysql이 없습니다. 설치하십시오(Debian: php-mysql).';
        }
        return extension_loaded('mysqlnd') && function_exists('ini_set') ? ''
            : 'The journal in MySQL or MariaDB needs mysqlnd and ini_set: without them PHP waits for a stopped database forever. '
                . '/ MySQL·MariaDB 저널에는 mysqlnd와 ini_set이 필요합니다. 없으면 멈춘 데이터베이스를 끝없이 기다립니다.';
    }

    /**
     * @param string $dsn
     * @param string $user
     * @param string $password
     * @return self
     * @throws PDOException
     */
    public static function connected(
        #[SensitiveParameter]
        $dsn,
        $user,
        #[SensitiveParameter]
        $password
    ) {
        // Values are quoted for this encoding.
        $dsn = preg_replace('/;\s*charset=[^;]*/i', '', $dsn) . ';charset=utf8mb4';
        return self::made(static function () use ($dsn, $user, $password) {
            if ((int) ini_get('mysqlnd.net_read_timeout') > XPayClient_Store::ANSWER) {
                throw new RuntimeException('mysqlnd.net_read_timeout is fixed to [' . ini_get('mysqlnd.net_read_timeout') . ']: set it to '
                    . XPayClient_Store::ANSWER . ' seconds. / mysqlnd.net_read_timeout이 고정되어 있습니다. ' . XPayClient_Store::ANSWER . '초로 설정하십시오.');
            }
            return new PDO($dsn, $user, $password, [
                PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
                PDO::ATTR_TIMEOUT => XPayClient_Store::CONNECT,
                PDO::ATTR_PERSISTENT => false,
                // In one round trip.
                PDO::ATTR_EMULATE_PREPARES => true,
            ]);
        });
    }

    /**
     * @param Closure $connect which returns a PDO
     * @return self
     */
    public static function made($connect)
    {
        $before = XPayClient_Inherited::numbers();
        // mysqlnd reads it when a connection is opened, and waits a day otherwise.
        $usual = extension_loaded('mysqlnd') ? ini_set('mysqlnd.net_read_timeout', (string) XPayClient_Store::ANSWER) : false;
        try {
            $pdo = $connect();
        } finally {
            $usual === false || ini_set('mysqlnd.net_read_timeout', $usual);
        }
        if (!$pdo instanceof PDO) {
            throw new RuntimeException('the Closure for the journal returned no PDO. / 저널의 Closure가 PDO를 반환하지 않았습니다.');
        }
        foreach (self::$returned as $at => $returned) {
            if ($returned->get() === $pdo) {
                throw new RuntimeException('the Closure for the journal returned the same PDO again: it has to make a new one each time. '
                    . '/ 저널의 Closure가 같은 PDO를 다시 반환했습니다. 부를 때마다 새로 만드십시오.');
            }
            if ($returned->get() === null) {
                unset(self::$returned[$at]);
            }
        }
        self::$returned[] = WeakReference::create($pdo);
        return new self($pdo, false, $before);
    }

    /**
     * @param PDO $pdo which the shop gives
     * @return self
     */
    public static function ofShop(PDO $pdo)
    {
        return new self($pdo, true, null);
    }

    /** @return string */
    public function database()
    {
        return $this->database;
    }

    /** @return bool whether another process opened it */
    public function isInherited()
    {
        return !$this->isShops && $this->socket->isForks();
    }

    /** @return bool */
    public function mayBeKept()
    {
        return $this->isShops || $this->socket->mayBeKept();
    }

    /** @return bool whether nothing was executed on it */
    public function isNew()
    {
        return $this->isNew;
    }

    /** @return void */
    public function isUsed()
    {
        $this->isNew = false;
    }

    /** @return string why nothing can be executed on it now; '' if it can */
    public function unusable()
    {
        if ($this->isShops && $this->socket->isForks()) {
            return 'the PDO for the journal was made by another process: make one after a fork. / 저널의 PDO를 다른 프로세스가 만들었습니다. fork한 뒤에 만드십시오.';
        }
        if ($this->isLost) {
            return 'the connection of the PDO for the journal was lost: give a Closure that makes one, instead of a PDO. '
                . '/ 저널의 PDO 연결이 끊겼습니다. PDO 대신 PDO를 만드는 Closure를 주십시오.';
        }
        return $this->pdo->inTransaction() ? 'the PDO for the journal is in a transaction, with which the record could vanish: give one that is used '
            . 'for nothing else. / 저널의 PDO가 트랜잭션 안에 있어 기록이 함께 취소될 수 있습니다. 다른 곳에 쓰지 않는 PDO를 주십시오.' : '';
    }

    /**
     * @param string $sql
     * @param array<int, string|null> $values
     * @param bool $isQuery
     * @return array{changed?: int, rows?: array<int, array<int, string|null>>, not_done?: string, unknown?: string}
     */
    public function run(
        $sql,
        #[SensitiveParameter]
        array $values,
        $isQuery
    ) {
        $statement = null;
        try {
            $statement = $this->pdo->prepare($sql, $this->options());
            if ($statement !== false && $statement->execute($values)) {
                return $isQuery ? ['rows' => self::texts($statement)] : ['changed' => $statement->rowCount()];
            }
            $error = $statement === false ? $this->pdo->errorInfo() : $statement->errorInfo();
        } catch (PDOException $thrown) {
            $error = is_array($thrown->errorInfo) ? $thrown->errorInfo : ['', 0, $thrown->getMessage()];
        }
        $statement = null;
        list($sqlState, $code, $words) = $error + ['', 0, ''];
        $words = "[$sqlState] [$code] $words";
        if (XPayClient_Store::isRefusal($this->database, (string) $sqlState, (int) $code) && $this->goesOn()) {
            return ['not_done' => $words];
        }
        $this->isLost = true;
        return ['unknown' => $words];
    }

    /** @return array<int, bool> so that a statement is one round trip, whatever the shop has set */
    private function options()
    {
        return $this->database === 'mysql' ? [PDO::ATTR_EMULATE_PREPARES => true] : [PDO::PGSQL_ATTR_DISABLE_PREPARES => true];
    }

    /** @return bool whether the session is still there after an error */
    private function goesOn()
    {
        try {
            $answer = $this->pdo->query('SELECT 1');
            return $answer !== false && $answer->fetchAll() !== [];
        } catch (PDOException $thrown) {
            return false;
        }
    }

    /**
     * @param PDOStatement $statement
     * @return array<int, array<int, string|null>>
     */
    private static function texts(PDOStatement $statement)
    {
        $rows = [];
        /** @var array<int, array<int, scalar|null>> $fetched */
        $fetched = $statement->fetchAll(PDO::FETCH_NUM);
        foreach ($fetched as $row) {
            $texts = [];
            foreach ($row as $value) {
                $texts[] = $value === null ? null : (string) $value;
            }
            $rows[] = $texts;
        }
        return $rows;
    }
}
