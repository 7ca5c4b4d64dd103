<?php
/** What answered was not the gateway, or not in form. outcome() says whether money may have moved. */

declare(strict_types=1);

namespace XPay;

final class ProtocolError extends XPayError
{
}
