<?php

/**
 * A connection to PostgreSQL for the journal. Not over PDO, which waits without an end for a database that stands still: the extension
 * pgsql, which is in the same package, can ask and then wait for as long as is wanted.
 *
 * @internal
 */
final class XPayClient_Pgsql
{
    public const PLACEHOLDER = '$1';

    /** @var \PgSql\Connection a resource before PHP 8.1 */
    private $connection;
    /** @var XPayClient_Inherited */
    private $socket;
    /** @var bool */
    private $isNew = true;

    /**
     * @param \PgSql\Connection $connection a resource before PHP 8.1
     * @param array<int, int>|null $before the sockets before it was opened
     */
    private function __construct($connection, $before)
    {
        $this->connection = $connection;
        $this->socket = new XPayClient_Inherited($before);
    }

    /** @return string what PHP has not; '' if nothing */
    public static function missing()
    {
        return extension_loaded('pgsql') ? '' : 'PHP has no pgsql, which the journal in PostgreSQL needs: install it beside pdo_pgsql '
            . '(Debian: php-pgsql). / PHP에 PostgreSQL 저널에 필요한 pgsql이 없습니다. pdo_pgsql과 함께 설치하십시오(Debian: php-pgsql).';
    }

    /**
     * @param string $dsn as PDO has it
     * @param string $user
     * @param string $password
     * @return self
     * @throws RuntimeException
     */
    public static function connected(
        #[SensitiveParameter]
        $dsn,
        $user,
        #[SensitiveParameter]
        $password
    ) {
        $before = XPayClient_Inherited::numbers();
        $settings = str_replace(';', ' ', substr($dsn, strlen('pgsql:')));
        foreach (['user' => $user, 'password' => $password, 'client_encoding' => 'UTF8', 'connect_timeout' => '2'] as $name => $value) {
            $settings .= $value === '' ? '' : " $name='" . addcslashes($value, "'\\") . "'";
        }
        $connection = pg_connect($settings, PGSQL_CONNECT_FORCE_NEW | PGSQL_CONNECT_ASYNC);
        if ($connection === false) {
            throw new RuntimeException('no connection to PostgreSQL: see that journal_dsn is right. / PostgreSQL에 연결하지 못했습니다. '
                . 'journal_dsn이 맞는지 확인하십시오.');
        }
        $until = microtime(true) + XPayClient_Store::CONNECT;
        for ($step = PGSQL_POLLING_WRITING; $step !== PGSQL_POLLING_OK; $step = pg_connect_poll($connection)) {
            if ($step === PGSQL_POLLING_FAILED) {
                throw new RuntimeException((string) pg_last_error($connection));
            }
            if (!self::waits($connection, $step === PGSQL_POLLING_WRITING, $until)) {
                throw new RuntimeException('PostgreSQL did not accept the connection within ' . XPayClient_Store::CONNECT . ' seconds');
            }
        }
        return new self($connection, $before);
    }

    /** @return string */
    public function database()
    {
        return 'pgsql';
    }

    /** @return bool whether another process opened it */
    public function isInherited()
    {
        return $this->socket->isForks();
    }

    /** @return bool */
    public function mayBeKept()
    {
        return $this->socket->mayBeKept();
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
        return '';
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
        $result = $this->ask($sql, $values);
        if ($result === null) {
            return ['unknown' => 'no answer of PostgreSQL within ' . XPayClient_Store::ANSWER . ' seconds'];
        }
        $status = $result === false ? PGSQL_FATAL_ERROR : pg_result_status($result);
        if ($result !== false && $status === PGSQL_COMMAND_OK && !$isQuery) {
            return ['changed' => pg_affected_rows($result)];
        }
        if ($result !== false && $status === PGSQL_TUPLES_OK && $isQuery) {
            $rows = [];
            while (($row = pg_fetch_row($result)) !== false) {
                $rows[] = array_values($row);
            }
            return ['rows' => $rows];
        }
        if ($result === false) {
            return ['unknown' => (string) pg_last_error($this->connection)];
        }
        $sqlState = (string) pg_result_error_field($result, PGSQL_DIAG_SQLSTATE);
        $words = "[$sqlState] " . (string) pg_result_error_field($result, PGSQL_DIAG_MESSAGE_PRIMARY);
        return XPayClient_Store::isRefusal('pgsql', $sqlState, 0) && $this->goesOn() ? ['not_done' => $words] : ['unknown' => $words];
    }

    /**
     * @param string $sql
     * @param array<int, string|null> $values
     * @return \PgSql\Result|false|null the last result; false if the connection is lost, null if none came in time
     */
    private function ask(
        $sql,
        #[SensitiveParameter]
        array $values
    ) {
        $until = microtime(true) + XPayClient_Store::ANSWER;
        if (!pg_send_query_params($this->connection, $sql, $values)) {
            return false;
        }
        $last = false;
        do {
            while (pg_connection_busy($this->connection)) {
                if (!self::waits($this->connection, false, $until)) {
                    // PHP would await the answer when it closes the connection. This is over within connect_timeout.
                    pg_connection_reset($this->connection);
                    return null;
                }
            }
            $result = pg_get_result($this->connection);
            $last = $result === false ? $last : $result;
        } while ($result !== false);
        return $last;
    }

    /** @return bool whether the session is still there after an error, and in no transaction */
    private function goesOn()
    {
        $answer = $this->ask('SELECT 1', []);
        return $answer !== false && $answer !== null && pg_result_status($answer) === PGSQL_TUPLES_OK
            && pg_transaction_status($this->connection) === PGSQL_TRANSACTION_IDLE;
    }

    /**
     * @param \PgSql\Connection $connection a resource before PHP 8.1
     * @param bool $toWrite
     * @param float $until
     * @return bool false once it is too late
     */
    private static function waits($connection, $toWrite, $until)
    {
        $socket = pg_socket($connection);
        $left = $until - microtime(true);
        if ($socket === false || $left <= 0) {
            return false;
        }
        list($read, $write, $none) = [$toWrite ? [] : [$socket], $toWrite ? [$socket] : [], []];
        // A signal ends it early, and then it is asked again.
        return stream_select($read, $write, $none, (int) $left, (int) (fmod($left, 1) * 1e6)) !== 0;
    }
}
