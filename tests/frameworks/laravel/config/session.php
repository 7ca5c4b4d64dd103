<?php

/** No visit of these tests goes on. */

return ['driver' => 'array', 'lifetime' => 120, 'expire_on_close' => false, 'encrypt' => false, 'lottery' => [0, 100],
    'cookie' => 'shop', 'path' => '/', 'domain' => null, 'secure' => true, 'http_only' => true, 'same_site' => 'lax'];
