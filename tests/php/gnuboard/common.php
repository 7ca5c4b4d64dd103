<?php

// What every page of the stand-in begins with, in gnuboard's order: names, the request as variables, settings, extend/.

define('_GNUBOARD_', true);
define('G5_PATH', __DIR__);
define('G5_SHOP_PATH', G5_PATH . '/shop');
define('G5_MSHOP_PATH', G5_PATH . '/mobile/shop');
define('G5_LGXPAY_PATH', G5_PATH . '/plugin/lgxpay');
define('G5_URL', 'http://' . $_SERVER['HTTP_HOST']);
define('G5_SHOP_URL', G5_URL . '/shop');
define('G5_MSHOP_URL', G5_URL . '/mobile/shop');
define('G5_USE_SHOP', true);

session_start();
extract($_GET);
extract($_POST);
define('G5_IS_MOBILE', strpos($_SERVER['SCRIPT_NAME'], '/mobile/') === 0);

// The settings of the shop; in gnuboard they are two rows of its database.
$config = row('settings', 'config');
$default = row('settings', 'default');

/**
 * A row of the database, which is a file for each row here.
 *
 * @return array<string, string>|null
 */
function row($table, $id)
{
    $file = G5_PATH . "/data/$table." . basename($id) . '.json';
    return is_file($file) ? json_decode(file_get_contents($file), true) : null;
}

/** Adds to a row or makes it. False if the database fails, and an error if it is gone. */
function save($table, $id, array $values)
{
    if (is_file(G5_PATH . '/data/fails')) {
        return false;
    }
    if (is_file(G5_PATH . '/data/gone')) {
        throw new RuntimeException('The database is gone');
    }
    $all = json_encode($values + (array) row($table, $id), JSON_UNESCAPED_UNICODE);
    return file_put_contents(G5_PATH . "/data/$table." . basename($id) . '.json', $all) !== false;
}

/** Shows a message to the buyer, in a script, and ends the page. */
function alert($message)
{
    header('Content-Type: text/html; charset=utf-8');
    exit('<script>alert("' . strip_tags($message) . '");history.back();</script>');
}

foreach (glob(G5_PATH . '/extend/*.php') as $file) {
    include_once $file;
}
