<?php
/** 1xxxx, 90004: a file, a line or a MertKey is missing or wrong. Nothing was sent. */

declare(strict_types=1);

namespace XPay;

final class ConfigError extends XPayError
{
}
