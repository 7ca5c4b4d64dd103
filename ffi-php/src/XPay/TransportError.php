<?php

/** Could not connect, the connection broke, or no answer came in time. outcome() says whether money may have moved. */

declare(strict_types=1);

namespace XPay;

final class TransportError extends XPayError
{
}
