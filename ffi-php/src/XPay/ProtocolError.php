<?php

/** Another server answered, or the answer is malformed. outcome() says whether money may have moved. */

declare(strict_types=1);

namespace XPay;

final class ProtocolError extends XPayError
{
}
