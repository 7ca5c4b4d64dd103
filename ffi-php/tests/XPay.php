<?php

/** A shop's class over the drop-in, as gnuboard has it. */

require_once getenv('XPAYCLIENT_CLASS');

class XPay extends XPayClient
{
    public function set_config_value($key, $value)
    {
        $this->config[$key] = $value;
    }
}
