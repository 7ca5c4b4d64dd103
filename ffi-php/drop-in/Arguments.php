<?php

/**
 * What the arguments of `new XPayClient` mean: the vendor's class has two, and each of its forks has its own others.
 *
 * @internal
 */
final class XPayClient_Arguments
{
    /** @var mixed */
    public $home_dir;
    /** @var mixed */
    public $mode = 'real';
    /** @var array<array-key, mixed>|null the whole configuration; null if it is in files */
    public $settings = null;
    /** @var string the MertKey of every merchant ID, instead of mall.conf's; never a setting */
    public $mertKey = '';
    /** @var array{string, string}|null which argument fits nothing, and why */
    public $refused = null;
    /** @var string|null the setting instead of the files' */
    private $log_dir = null;
    /** @var array<string, string> the MertKey of a merchant ID, where the files have none */
    private $keys = [];

    /** @param array<array-key, mixed> $given */
    public function __construct(
        #[SensitiveParameter]
        array $given
    ) {
        list($this->home_dir, $second, $third, $fourth) = $given + [null, 'real', null, null];
        $third = $third === '' || $third === false ? null : $third;
        $fourth = $fourth === '' || $fourth === false ? null : $fourth;
        $this->mode = $second;
        if (is_array($second)) {
            $this->mode = $third;
            $this->settings = $second;
            if (is_array($third) || self::isKey($third) || self::isPath($third)) {
                $this->mode = null;
                $this->refuse('argument 3', 'is no mode, which follows an array of settings: pass "test" or "service"');
            }
        } elseif (is_array($third)) {
            $this->settings = $third;
        } elseif (self::isMid($third) && (self::isKey($fourth) || $fourth === null && count($given) > 3)) {
            $this->keys = $fourth === null ? [] : [$third => $fourth];
            $fourth = null;
        } elseif ($fourth !== null) {
            $this->refuse('argument 3 or 4', 'is not what it has to be: a merchant ID, and its MertKey of 32 hex digits');
        } elseif (self::isKey($third)) {
            $this->mertKey = $third;
        } elseif (self::isPath($third)) {
            $this->log_dir = (string) $third;
        } elseif ($third !== null) {
            $this->refuse('argument 3', 'is no MertKey of 32 hex digits, no log_dir (a path with a slash), no array of settings, and no '
                . 'merchant ID with its MertKey behind it: leave it out, or pass one of these');
        }
        if ($fourth !== null) {
            $this->refuse('argument 4', 'is one too many: it is the MertKey of a merchant ID, which is argument 3');
        }
    }

    /**
     * The settings of the files, with what the arguments say of them.
     *
     * @param array<array-key, string> $settings
     * @return array<array-key, mixed>
     */
    public function over(
        #[SensitiveParameter]
        array $settings
    ) {
        if ($this->settings !== null) {
            return $this->settings;
        }
        if ($this->log_dir !== null) {
            // The journal stays where `xpay recover --home` looks for it.
            $files = in_array($settings['log_dir'] ?? '', ['', '-'], true) ? '' : $settings['log_dir'] . '/';
            $settings['log_dir'] = $this->log_dir;
            $settings += ['journal_dir' => "{$files}journal"];
        }
        foreach ($this->keys as $mid => $key) {
            if (empty($settings[$mid]) && empty($settings["MID_$mid"])) {
                $settings[$mid] = $key;
            }
        }
        return $settings;
    }

    /**
     * @param string $name
     * @param string $why
     * @return void
     */
    private function refuse($name, $why)
    {
        $this->refused = $this->refused ?? [$name, $why];
    }

    /**
     * @param mixed $value
     * @phpstan-assert-if-true string $value
     * @return bool whether it looks like a MertKey
     */
    public static function isKey(
        #[SensitiveParameter]
        $value
    ) {
        return is_string($value) && preg_match('/^[0-9a-f]{32}$/Di', $value) === 1;
    }

    /**
     * @param mixed $value
     * @return bool
     */
    private static function isPath(
        #[SensitiveParameter]
        $value
    ) {
        return is_string($value) && strpbrk($value, '/\\') !== false;
    }

    /**
     * @param mixed $value
     * @phpstan-assert-if-true string $value
     * @return bool whether it can be a merchant ID; the name of a setting cannot, nor a MertKey, which would be in messages
     */
    private static function isMid(
        #[SensitiveParameter]
        $value
    ) {
        return is_string($value) && preg_match('/^[\w.-]+$/D', $value) === 1 && !self::isKey($value)
            && !in_array($value, XPayClient_Library::SETTINGS, true);
    }
}
