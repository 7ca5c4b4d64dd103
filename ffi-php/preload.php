<?php

/**
 * Preloads our classes below XPayClient, so that web servers can keep the default ffi.enable=preload. In php.ini:
 * 웹 서버의 기본값인 ffi.enable=preload를 그대로 두고 FFI를 쓰게 합니다. php.ini에 다음과 같이 씁니다.
 *
 *     opcache.preload=/path/to/ffi-php/preload.php
 *     opcache.preload_user=www-data
 *
 * The shop's own `require 'XPayClient.php'` stays as it is: take that file and this one from one release, and restart
 * php-fpm after an upgrade. Another shop of the same php-fpm may have the vendor's file.
 * 상점의 require 'XPayClient.php'는 그대로 둡니다. 그 파일과 이 파일은 같은 릴리스여야 하며, 업그레이드한 뒤에는 php-fpm을 다시 시작합니다.
 * 같은 php-fpm의 다른 상점은 기존 파일을 써도 됩니다.
 *
 * To avoid parsing the declarations in each request, add
 * 요청마다 선언을 해석하지 않게 하려면 다음도 씁니다.
 *
 *     ffi.preload=/path/to/ffi-php/xpayclient-ffi.h
 *
 * This needs libxpayclient.so in the system's path, or its path in that file's FFI_LIB.
 * 이때 libxpayclient.so는 시스템 경로에 있거나 그 파일의 FFI_LIB에 경로로 적혀 있어야 합니다.
 */

// Our own classes alone: a shop of the same master may have the vendor's XPayClient.
$xpayclient_internals = true;
require_once __DIR__ . '/src/XPayClient.php';
