<?php

/** Values that were posted to the shop and read by the library. */

declare(strict_types=1);

namespace XPay;

/** @internal */
abstract class Posted
{
    /** @var array<string, string> */
    private $values;

    /** @param array<string, string> $values */
    public function __construct(
        #[\SensitiveParameter]
        array $values
    ) {
        $this->values = $values;
    }

    /** LGD_RESPCODE. */
    public function code(): string
    {
        return $this->get('LGD_RESPCODE');
    }

    /** LGD_RESPMSG, UTF-8. Escape it in HTML: of a failure anybody may have sent it. */
    public function message(): string
    {
        return $this->get('LGD_RESPMSG');
    }

    /** Any value, UTF-8; '' if missing. The class says which are signed. */
    public function get(string $name): string
    {
        return $this->values[$name] ?? '';
    }

    /** @return array<string, string> the shop's own names, which the buyer may have changed */
    protected function others(): array
    {
        return array_filter($this->values, static function ($name) {
            return !preg_match('/^(LGD|CST|KVP|VBV)_/', (string) $name);
        }, ARRAY_FILTER_USE_KEY);
    }
}
