<?php

// Where gnuboard's owner defines names. Empty, as it is shipped.

if (!defined('_GNUBOARD_')) {
    exit;
}
