<?php

/** The shop's own step: runs it, and tells one that did not run from one that is done. */

declare(strict_types=1);

namespace XPay;

/** @internal */
final class Step
{
    /**
     * @param callable(mixed): mixed $step
     * @param Answer|Notice $of what the step is about
     * @throws \LogicException
     */
    public static function run(callable $step, $of): void
    {
        if ($step($of) instanceof \Generator) {
            // Nothing of it has run: an order that is not saved would count as saved.
            throw new \LogicException('The step has a yield and did not run; remove it. / yield 때문에 상점의 처리가 실행되지 않았습니다. yield를 지우십시오.');
        }
    }
}
