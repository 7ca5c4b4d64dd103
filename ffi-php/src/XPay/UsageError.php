<?php

/** An invalid value or call; the message names it. Nothing was sent. */

declare(strict_types=1);

namespace XPay;

final class UsageError extends XPayError
{
}
