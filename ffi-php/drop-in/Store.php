<?php

/**
 * The shop's own database as the place of the journal: executes the statements that the library asks for, each in a transaction of
 * its own on a connection that is used for nothing else, and reports only what is certain.
 *
 * An answer is one of `['changed' => 1]`, `['rows' => [['text', null], …]]`, `['not_done' => 'why']`, `['unknown' => 'why']`.
 *
 * @internal
 */
final class XPayClient_Store
{
    /** Seconds until a connection is refused, and until a statement's answer is awaited no longer. A lock is waited for 5 seconds. */
    public const CONNECT = 5;
    public const ANSWER = 8;
    /** Errors of MySQL and MariaDB after which the statement may stand: the session ends, it was cancelled, or its COMMIT failed. */
    private const ENDINGS = [1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1180, 1184, 1317, 1907, 1927, 1969, 3024, 3169, 4031];
    /** SQLSTATEs of PostgreSQL after which it may stand, by their beginnings. */
    private const UNSURE = '/^(08|57|58|XX|F0|HY|40003|$)/';

    /** @var array<string, self> one of each DSN for all clients of this process, so that they share a connection */
    private static $all = [];

    /** @var string "mysql" or "pgsql" */
    private $database;
    /** @var string how a value's place is written */
    private $placeholder = '?';
    /** @var Closure(): (XPayClient_Pdo|XPayClient_Pgsql) */
    private $connect;
    /** @var XPayClient_Pdo|XPayClient_Pgsql|null */
    private $connection = null;
    /** @var string what no text may contain */
    private $password = '';

    /**
     * @param string $database
     * @param Closure(): (XPayClient_Pdo|XPayClient_Pgsql) $connect throws the reason why there is no connection
     */
    private function __construct($database, $connect)
    {
        $this->database = $database;
        $this->connect = $connect;
    }

    /**
     * The database that the configuration names.
     *
     * @param XPayClient_Library $library
     * @return self|null null if it names none
     */
    public static function configured(XPayClient_Library $library)
    {
        list($dsn, $user) = [(string) $library->call('config', ['journal_dsn']), (string) $library->call('config', ['journal_user'])];
        if ($dsn === '') {
            return null;
        }
        $password = $library->call('journal_password');
        if (!is_string($password)) {
            return self::useless($dsn, (string) $library->call('response_detail'));
        }
        $key = sha1(serialize([$dsn, $user, $password]));
        return self::$all[$key] = self::$all[$key] ?? self::byDsn($dsn, $user, $password);
    }

    /**
     * @param string $dsn
     * @param string $user
     * @param string $password
     * @return self
     */
    private static function byDsn(
        #[SensitiveParameter]
        $dsn,
        $user,
        #[SensitiveParameter]
        $password
    ) {
        $database = (string) strtok($dsn, ':');
        $class = ['mysql' => 'XPayClient_Pdo', 'pgsql' => 'XPayClient_Pgsql'][$database] ?? null;
        if ($class === null) {
            return self::useless($dsn, 'journal_dsn has to begin with mysql: or pgsql:. / journal_dsn은 mysql:이나 pgsql:로 시작해야 합니다.');
        }
        $missing = $class::missing();
        if ($missing !== '') {
            return self::useless($dsn, $missing);
        }
        $store = new self($database, static function () use ($class, $dsn, $user, $password) {
            return $class::connected($dsn, $user, $password);
        });
        $store->placeholder = $class::PLACEHOLDER;
        $store->password = $password;
        return $store;
    }

    /**
     * A connection that the shop gives, or what makes one.
     *
     * @param PDO|Closure $given which returns a PDO
     * @param string $dsn journal_dsn, which names the database where a closure was not called yet
     * @return self
     */
    public static function given($given, $dsn)
    {
        if ($given instanceof PDO) {
            $shops = XPayClient_Pdo::ofShop($given);
            $database = $shops->database();
            $store = new self($database, static function () use ($shops) {
                return $shops;
            });
        } else {
            $database = (string) strtok($dsn, ':');
            $store = new self($database, static function () use ($given) {
                return XPayClient_Pdo::made($given);
            });
        }
        if ($database === '') {
            // Its words differ, so it has to be known before the first statement.
            $why = $store->tryToConnect();
            if ($store->connection === null) {
                return self::useless('mysql', $why);
            }
            $store->database = $store->connection->database();
        }
        return in_array($store->database, ['mysql', 'pgsql'], true) ? $store
            : self::useless('mysql', "The journal's database has to be mysql or pgsql, not [{$store->database}]. "
                . '/ 저널의 데이터베이스는 mysql이나 pgsql이어야 합니다.');
    }

    /**
     * One that does nothing and gives the reason to every statement, so that the library tells it, or sends nothing.
     *
     * @param string $dsn
     * @param string $why
     * @return self
     */
    private static function useless(
        #[SensitiveParameter]
        $dsn,
        $why
    ) {
        return new self(strpos($dsn, 'pgsql') === 0 ? 'pgsql' : 'mysql', static function () use ($why) {
            throw new RuntimeException($why);
        });
    }

    /** @return string "mysql" or "pgsql" */
    public function database()
    {
        return $this->database;
    }

    /** @return string "?" or "$1" */
    public function placeholder()
    {
        return $this->placeholder;
    }

    /**
     * Executes a statement as a line has it, see bridge/src/store.rs.
     *
     * @param array<array-key, mixed> $statement
     * @return array{changed?: int, rows?: array<int, array<int, string|null>>, not_done?: string, unknown?: string}
     */
    public function runLine(
        #[SensitiveParameter]
        array $statement
    ) {
        /** @var array{sql: string, values: array<int, string|null>, rows: bool, fresh: bool, on_connect: array<int, string>} $statement */
        return $this->run($statement['sql'], $statement['values'], $statement['rows'], $statement['fresh'], $statement['on_connect']);
    }

    /**
     * An answer as a line has it.
     *
     * @param array<string, mixed> $reply
     * @return string
     */
    public static function line(array $reply)
    {
        return json_encode($reply, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n";
    }

    /**
     * Executes a statement. It throws nothing.
     *
     * @param string $sql
     * @param array<int, string|null> $values
     * @param bool $isQuery
     * @param bool $fresh whether it needs a new connection, since nobody knows what became of the last statement
     * @param array<int, string> $onConnect what a new connection executes first
     * @return array{changed?: int, rows?: array<int, array<int, string|null>>, not_done?: string, unknown?: string}
     */
    public function run(
        $sql,
        #[SensitiveParameter]
        array $values,
        $isQuery,
        $fresh,
        array $onConnect
    ) {
        // An error handler of the shop may throw or end the script.
        return XPayClient_Library::quietly(function () use ($sql, $values, $isQuery, $fresh, $onConnect) {
            try {
                $reply = $this->attempt($sql, $values, $isQuery, $fresh, $onConnect);
            } catch (Throwable $thrown) {
                $reply = ['unknown' => get_class($thrown)];
            }
            if (isset($reply['unknown'])) {
                $this->giveUp();
            } elseif ($this->connection !== null && !$this->connection->mayBeKept()) {
                $this->connection = null;
            }
            if (isset($reply['not_done'])) {
                return ['not_done' => $this->withoutSecrets($reply['not_done'], $values)];
            }
            return isset($reply['unknown']) ? ['unknown' => $this->withoutSecrets($reply['unknown'], $values)] : $reply;
        });
    }

    /**
     * @param string $sql
     * @param array<int, string|null> $values
     * @param bool $isQuery
     * @param bool $fresh
     * @param array<int, string> $onConnect
     * @return array{changed?: int, rows?: array<int, array<int, string|null>>, not_done?: string, unknown?: string}
     */
    private function attempt(
        $sql,
        #[SensitiveParameter]
        array $values,
        $isQuery,
        $fresh,
        array $onConnect
    ) {
        if ($this->connection !== null && ($fresh || $this->connection->isInherited())) {
            $this->giveUp();
        }
        $why = $this->connection === null ? $this->tryToConnect() : '';
        if ($this->connection === null) {
            return ['not_done' => $why];
        }
        $connection = $this->connection;
        $why = $connection->unusable();
        if ($why !== '') {
            return ['not_done' => $why];
        }
        foreach ($connection->isNew() ? $onConnect : [] as $text) {
            $done = $connection->run($text, [], false);
            if (!isset($done['changed'])) {
                $this->giveUp();
                return ['not_done' => $done['not_done'] ?? $done['unknown'] ?? ''];
            }
        }
        $connection->isUsed();
        return $connection->run($sql, $values, $isQuery);
    }

    /** @return string why there is no connection; '' if there is one */
    private function tryToConnect()
    {
        try {
            $this->connection = XPayClient_Library::quietly($this->connect);
            return '';
        } catch (Throwable $thrown) {
            return $thrown instanceof RuntimeException ? $thrown->getMessage() : get_class($thrown);
        }
    }

    /**
     * Ends the connection, but for one that the parent of this process has: to end that is the parent's.
     *
     * @return void
     */
    private function giveUp()
    {
        if ($this->connection !== null && $this->connection->isInherited()) {
            XPayClient_Inherited::leaveAll();
        }
        $this->connection = null;
    }

    /**
     * @param string $database
     * @param string $sqlState
     * @param int $code of MySQL or MariaDB
     * @return bool whether it is the answer of a database that has not executed the statement, if its session goes on
     */
    public static function isRefusal($database, $sqlState, $code)
    {
        if ($database === 'mysql') {
            // From 2000 to 2999 are those of the client.
            return ($code >= 1000 && $code < 2000 || $code >= 3000) && !in_array($code, self::ENDINGS, true);
        }
        return preg_match(self::UNSURE, $sqlState) !== 1;
    }

    /**
     * A driver's words without a value or the password, in UTF-8.
     *
     * @param string $words
     * @param array<int, string|null> $values
     * @return string
     */
    private function withoutSecrets(
        $words,
        #[SensitiveParameter]
        array $values
    ) {
        $words = (string) preg_replace("/\\b(value|entry):? '.*?'/s", '$1 …', $words);
        foreach (array_merge([$this->password], $values) as $hidden) {
            if (strlen((string) $hidden) > 2) {
                $words = str_replace((string) $hidden, '…', $words);
            }
        }
        $words = (string) preg_replace('/\s+/', ' ', XPayClient_Library::inUtf8($words));
        return preg_match('/^.{0,600}/us', trim($words), $cut) === 1 ? $cut[0] : 'the driver gave a reason in another encoding than UTF-8';
    }

    /** @return array<string, string> the database's kind alone */
    public function __debugInfo()
    {
        return ['database' => $this->database];
    }

    private function __clone()
    {
    }
}
