<?php

/** The form of a window: fields for the shop's page, and what the gateway may refuse in it. */

declare(strict_types=1);

namespace XPay;

/**
 *     <form id="LGD_PAYINFO" method="post"><?= $window->hiddenFields() ?></form>
 *
 * In a template, foreach gives names and values; a name of an escrow item comes once for each item.
 *
 * @implements \IteratorAggregate<string, string>
 */
final class Window implements \IteratorAggregate
{
    /** @var list<array{string, string}> */
    private $fields;
    /** @var string */
    private $hiddenFields;
    /** @var list<string> */
    private $warnings;

    /**
     * @internal
     * @param list<array{string, string}> $fields
     * @param list<string> $warnings
     */
    public function __construct(
        #[\SensitiveParameter]
        array $fields,
        #[\SensitiveParameter]
        string $hiddenFields,
        array $warnings
    ) {
        $this->fields = $fields;
        $this->hiddenFields = $hiddenFields;
        $this->warnings = $warnings;
    }

    /** The value of a field, '' if it is not there; the first of an escrow item's. */
    public function get(string $name): string
    {
        foreach ($this as $known => $value) {
            if ($known === $name) {
                return $value;
            }
        }
        return '';
    }

    /** Every name and its value, in the protocol's order. */
    public function getIterator(): \Generator
    {
        foreach ($this->fields as list($name, $value)) {
            yield $name => $value;
        }
    }

    /** One escaped line of HTML for each field, in UTF-8. */
    public function hiddenFields(): string
    {
        return $this->hiddenFields;
    }

    /**
     * What the gateway may take or refuse, in English and Korean, for the developer. Never a value.
     *
     * @return list<string>
     */
    public function warnings(): array
    {
        return $this->warnings;
    }

    /** Keeps the buyer's data out of var_dump. */
    public function __debugInfo(): array
    {
        return ['names' => array_column($this->fields, 0), 'warnings' => $this->warnings];
    }
}
