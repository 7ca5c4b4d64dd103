<?php

/** A file, a setting or a MertKey is missing or wrong. Nothing was sent. */

declare(strict_types=1);

namespace XPay;

final class ConfigError extends XPayError
{
}
