<?php

/**
 * Which callers are the gateway, for the pages that it posts to.
 *
 * Assumes that REMOTE_ADDR is the caller's own address: a proxy in front of the shop has to pass it on.
 *
 * 통보를 보낸 곳이 게이트웨이인지 주소로 확인합니다. 앞에 프록시가 있으면 REMOTE_ADDR에 원래 주소가 오게 하십시오.
 */

/** @return bool whether the address is one of `notice_addresses` of config.php */
function is_gateway($address)
{
    // A socket for both families writes an address of IPv4 in this way.
    $caller = @inet_pton(preg_replace('/^::ffff:(?=\d+\.)/i', '', $address));
    foreach (setting('notice_addresses') as $network) {
        list($base, $bits) = explode('/', $network) + [1 => null];
        $base = @inet_pton($base);
        $size = $base === false ? 0 : 8 * strlen($base);
        $bits = $bits ?? (string) $size;
        if ($base === false || !ctype_digit($bits) || (int) $bits > $size) {
            // Not left out: the shop would refuse what it should accept.
            throw new RuntimeException("notice_addresses of config.php: \"$network\" is no network");
        }
        $mask = str_repeat("\xff", intdiv((int) $bits, 8)) . chr(0xff << 8 - (int) $bits % 8 & 0xff);
        $mask = substr(str_pad($mask, strlen($base), "\0"), 0, strlen($base));
        if ($caller !== false && strlen($caller) === strlen($base) && ($caller & $mask) === ($base & $mask)) {
            return true;
        }
    }
    return false;
}
