<?php

/**
 * Runs a function when PHP destroys it.
 *
 * @internal
 */
final class XPayClient_Destructor
{
    /** @var callable */
    private $act;

    /** @param callable $act */
    public function __construct($act)
    {
        $this->act = $act;
    }

    public function __destruct()
    {
        ($this->act)();
    }
}
