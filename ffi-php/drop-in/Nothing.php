<?php

/**
 * Stands in for a library that is not available or is gone: known values stay readable, and every other call fails with
 * the reason.
 *
 * @internal
 */
final class XPayClient_Nothing extends XPayClient_Library
{
    public const SENDS = ['tx_held', 'rollback', 'undo'];
    public const READS = ['outcome', 'error_kind', 'tx_id', 'auth_code', 'response_code', 'response_msg', 'response_detail', 'response_json',
        'response_count', 'response_name_count', 'response_name', 'response', 'is_cancelled'];
    /** Calls that fail silently: the known answer is still true. */
    public const QUIET = ['free', 'is_held', 'confirm', 'log', 'unwritten', 'timestamp'];

    /** @var string */
    private $code;
    /** @var string */
    private $words;
    /** @var array<string, string|int|bool> */
    private $known;
    /** @var bool whether a payment may have been made before: the buyer must not pay again */
    private $stands;

    /**
     * @param string $code
     * @param string $words
     * @param array<string, string|int|bool>|null $known what the library returned before it was gone; null if there never was one
     */
    public function __construct($code, $words, ?array $known = null)
    {
        $this->code = $code;
        $this->words = $words;
        $this->stands = in_array(self::OUTCOMES[(int) ($known['outcome'] ?? 0)], ['answered', 'in_doubt'], true);
        $this->known = $known ?? $this->failure('', 'none');
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
            $this->end('not_sent', ' Nothing was sent. / 아무것도 전송하지 않았습니다.');
        } elseif (!in_array($name, self::QUIET, true)) {
            $outcome = $name === 'init_tx' ? 'none' : self::OUTCOMES[(int) $this->call('outcome')];
            $this->known = $this->failure('', $outcome) + $this->known;
        }
        return false;
    }

    protected function setStore($store)
    {
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
        $this->end('in_doubt', $name === 'tx_held'
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
     * @param string $outcome
     * @param string $more
     * @return void
     */
    private function end($outcome, $more)
    {
        $this->known = $this->failure($more, $outcome) + array_intersect_key($this->known, ['tx_id' => 1, 'auth_code' => 1]);
    }

    /**
     * @param string $more
     * @param string $outcome
     * @return array<string, string|int>
     */
    private function failure($more, $outcome)
    {
        // As the library decides it: where money may have moved, that is what matters.
        $kind = $outcome === 'in_doubt' ? 'transport' : ($this->code === self::CALL_ORDER ? 'usage' : 'internal');
        $this->stands = $this->stands || $outcome === 'in_doubt';
        return [
            'response_code' => $this->code,
            'response_msg' => $this->stands ? self::MAY_STAND : self::NO_SERVICE,
            'response_detail' => $this->words . $more,
            'outcome' => (int) array_search($outcome, self::OUTCOMES, true),
            'error_kind' => (int) array_search($kind, self::KINDS, true),
        ];
    }
}
