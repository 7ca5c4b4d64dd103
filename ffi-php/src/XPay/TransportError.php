<?php
/** No connection, a broken one, or no answer in time. outcome() says whether money may have moved. */

declare(strict_types=1);

namespace XPay;

final class TransportError extends XPayError
{
}
