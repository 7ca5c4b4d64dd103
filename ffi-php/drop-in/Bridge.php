<?php

/**
 * The library in another process, over lines: a call is one, and so is its answer, which has what the call changed of what can
 * be read. Nothing is passed as an argument of that process or in its environment.
 *
 * @internal
 */
abstract class XPayClient_Bridge extends XPayClient_Library
{
    /** What an answer tells without being asked, as it is at first. */
    public const TOLD = ['outcome' => 0, 'error_kind' => 0, 'is_held' => false, 'tx_id' => '', 'auth_code' => '', 'response_code' => '',
        'response_msg' => '', 'response_detail' => '', 'response_json' => '', 'response_count' => 0, 'response_name_count' => 0,
        'response_name' => '', 'response' => '', 'unwritten' => '', 'kept_log' => ''];
    /** Calls whose result nobody looks at: what they changed is told with the next answer. */
    public const UNAWAITED = ['set_language', 'set_mert_key', 'unset_config', 'free'];

    /** @var XPayClient_Lines|null */
    private static $shared = null;
    /** @var bool whether the script is over */
    private static $over = false;
    /** @var int */
    private static $clients = 0;

    /** @var int */
    private $client;
    /** @var XPayClient_Lines|null null before the first call */
    private $lines = null;
    /** @var array<string, string|int|bool> what was told last, by the call that reads it */
    private $known = self::TOLD;
    /** @var XPayClient_Library|null answers once the bridge is gone */
    private $gone = null;

    /** @var XPayClient_Store|null what keeps the journal */
    private $keeper = null;

    /** @return XPayClient_Lines */
    abstract protected function connect();

    public function __construct()
    {
        $this->client = ++self::$clients;
    }

    public function __destruct()
    {
        // With the script, everything ends.
        if ($this->lines !== null && $this->lines->areOpen() && !XPayClient_Approvals::ending()) {
            $this->lines->ask([[$this->client, 'free', []]], null, false);
        }
    }

    public function call(
        $name,
        #[SensitiveParameter]
        array $arguments = []
    ) {
        if (self::$over && $this->gone === null) {
            $this->gone = new XPayClient_Nothing(self::CALL_ORDER, self::ENDED);
        }
        if ($this->gone !== null) {
            return $this->gone->call($name, $arguments);
        }
        if (isset(self::TOLD[$name])) {
            $key = XPayClient_Nothing::key($name, $arguments);
            return isset($this->known[$key]) ? $this->known[$key] : self::TOLD[$name];
        }
        $this->mind($name);
        /** @var string|int|bool|null $answer but for settings(), which takes a list */
        $answer = $this->ask($name, $arguments);
        return $answer;
    }

    public function settings()
    {
        /** @var array<int, string>|false $texts */
        $texts = $this->call('settings');
        $settings = [];
        foreach (is_array($texts) ? array_chunk($texts, 2) : [] as list($name, $value)) {
            $settings[$name] = $value;
        }
        return $settings;
    }

    protected function setStore($store)
    {
        $this->keeper = $store;
        $this->ask('set_store', $store === null ? ['', ''] : [$store->database(), $store->placeholder()]);
    }

    /**
     * Executes a statement for which the bridge asks within a call of this client.
     *
     * @param array<array-key, mixed> $statement
     * @return array{changed?: int, rows?: array<int, array<int, string|null>>, not_done?: string, unknown?: string}
     */
    public function execute(
        #[SensitiveParameter]
        array $statement
    ) {
        $store = $this->keeper;
        return $store === null ? ['not_done' => 'there is no store'] : $store->runLine($statement);
    }

    /**
     * Takes what an answer tells.
     *
     * @param array{rows?: array<int, array<int, string>>, ...<string, string|int|bool>} $news
     * @return void
     */
    public function learn(
        #[SensitiveParameter]
        array $news
    ) {
        if (isset($news['rows'])) {
            $this->known = array_intersect_key($this->known, self::TOLD);
            $this->learnRows($news['rows']);
            unset($news['rows']);
        }
        $this->known = $news + $this->known;
    }

    /**
     * @param array<int, array<int, string>> $rows names and values in turns
     * @return void
     */
    private function learnRows(array $rows)
    {
        $this->known['response_count'] = count($rows);
        $this->known['response_name_count'] = isset($rows[0]) ? intdiv(count($rows[0]), 2) : 0;
        foreach ($rows as $index => $row) {
            foreach (array_chunk($row, 2) as $at => list($name, $value)) {
                $this->known += [XPayClient_Nothing::key('response', [$name, $index]) => $value];
                if ($index === 0) {
                    $this->known[XPayClient_Nothing::key('response_name', [$at])] = $name;
                }
            }
        }
    }

    /**
     * @param string $name
     * @param array<int, string|int|bool> $arguments
     * @return mixed
     */
    private function ask(
        $name,
        #[SensitiveParameter]
        array $arguments
    ) {
        if ($name === 'init' || $name === 'init_home') {
            // The other process may be in another directory.
            $arguments[0] = self::absolute((string) $arguments[0]);
        }
        $calls = [[$this->client, $name, $arguments]];
        $isFirst = $this->lines === null;
        $lines = $this->lines ?? self::$shared;
        if ($lines === null || $isFirst && !$lines->areOpen()) {
            $lines = self::$shared = $this->connect();
        }
        if ($isFirst) {
            $this->lines = $lines;
            array_unshift($calls, [$this->client, 'set_language', ['PHP']]);
        }
        if ($name === 'tx_held') {
            // An approval is held once this was told of it: whether it still is then is a question of its own.
            $calls[] = [$this->client, 'is_held', []];
        }
        $answers = $lines->ask($calls, $this, !in_array($name, self::UNAWAITED, true));
        if ($answers === null && $isFirst && static::class === XPayClient_Socket::class && !XPayClient_Nothing::sends($name)) {
            // A daemon that ends just then has done nothing for this client: it is served in the next way.
            $this->gone = self::open();
            return $this->gone->call($name, $arguments);
        }
        if ($answers === null) {
            $this->gone = new XPayClient_Nothing('90099', $lines->words(), $this->known);
            return $this->gone->lose($name, $arguments, $lines->mayHaveArrived());
        }
        if ($answers === []) {
            return true;
        }
        if ($name === 'tx_held') {
            // Where it could not be written down that it is held, it was taken back.
            return self::OUTCOMES[(int) $this->known['outcome']] === 'answered';
        }
        $answer = end($answers);
        if ($name === 'is_cancelled') {
            $this->known[XPayClient_Nothing::key($name, $arguments)] = $answer === true;
        }
        return $answer;
    }

    /**
     * The lines that unusable() has opened are for the first client.
     *
     * @param XPayClient_Lines $lines
     * @return void
     */
    protected static function share(XPayClient_Lines $lines)
    {
        self::$shared = $lines;
    }

    /** @return bool whether there are lines, and nobody has lost them yet */
    public static function isConnected()
    {
        return self::$shared !== null && self::$shared->areOpen();
    }

    /** @return void */
    public static function closeAll()
    {
        self::$over = true;
        if (self::$shared !== null) {
            self::$shared->close();
        }
    }
}
