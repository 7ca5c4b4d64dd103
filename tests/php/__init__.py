"""The PHP package in every PHP, with FFI and by pipe: PHPUnit, php-fpm, syntax, Composer, the analyser."""
