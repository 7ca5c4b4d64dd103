<?php

/**
 * What PHP's own reflection knows of the public classes, as JSON: scripts/book.py makes the reference for PHP of it.
 *
 * Usage: php scripts/php_reference.php
 */

declare(strict_types=1);

$source = dirname(__DIR__) . '/ffi-php/src';
spl_autoload_register(static function (string $class) use ($source): void {
    $file = "$source/" . strtr($class, '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});
require "$source/XPayClient.php";

function is_internal(string $comment): bool
{
    return strpos($comment, '@internal') !== false;
}

function type_of(?ReflectionType $type): string
{
    return $type === null ? '' : (string) $type;
}

function parameter_of(ReflectionParameter $parameter): string
{
    $text = trim(type_of($parameter->getType()) . ' ' . ($parameter->isPassedByReference() ? '&' : '')
        . ($parameter->isVariadic() ? '...' : '') . '$' . $parameter->getName());
    if (!$parameter->isDefaultValueAvailable()) {
        return $text;
    }
    $default = $parameter->isDefaultValueConstant()
        ? (string) $parameter->getDefaultValueConstantName()
        : strtr(var_export($parameter->getDefaultValue(), true), ["array (\n)" => '[]', 'NULL' => 'null']);
    return "$text = $default";
}

function method_of(string $class, ReflectionMethod $method): array
{
    $result = type_of($method->getReturnType());
    return [
        'name' => "$class::" . $method->getName(),
        'signature' => ($method->isStatic() ? 'static ' : '') . 'function ' . $method->getName() . '('
            . implode(', ', array_map('parameter_of', $method->getParameters())) . ')' . ($result === '' ? '' : ": $result"),
        'comment' => (string) $method->getDocComment(),
    ];
}

/** The first comment of the file says what the class is. */
function head_of(string $file): string
{
    foreach (token_get_all((string) file_get_contents($file)) as $token) {
        if (is_array($token) && $token[0] === T_DOC_COMMENT) {
            return $token[1];
        }
    }
    return '';
}

function class_of(string $name, string $head): ?array
{
    $class = new ReflectionClass($name);
    if (is_internal((string) $class->getDocComment())) {
        return null;
    }
    $methods = [];
    foreach ($class->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
        // A parent that is itself in the reference has its own; PHP's own classes have php.net.
        $from = $method->getDeclaringClass();
        $shown = $from->getName() === $name || (!$from->isInternal() && is_internal((string) $from->getDocComment()));
        $hidden = is_internal((string) $method->getDocComment()) || in_array($method->getName(), ['__debugInfo', '__clone', '__sleep'], true);
        if ($shown && !$hidden) {
            $methods[] = method_of($name, $method);
        }
    }
    $constants = [];
    foreach ($class->getReflectionConstants() as $constant) {
        if ($constant->isPublic() && $constant->getDeclaringClass()->getName() === $name) {
            $constants[] = [
                'name' => "$name::" . $constant->getName(),
                'signature' => 'const ' . $constant->getName() . ' = ' . var_export($constant->getValue(), true),
                'comment' => (string) $constant->getDocComment(),
            ];
        }
    }
    $parent = $class->getParentClass();
    $comment = (string) $class->getDocComment();
    return [
        'name' => $name,
        'declared' => ($class->isFinal() ? 'final ' : '') . ($class->isAbstract() ? 'abstract ' : '') . 'class ' . $class->getShortName()
            . ($parent && !is_internal((string) $parent->getDocComment()) ? ' extends \\' . $parent->getName() : ''),
        'head' => $head === $comment ? '' : $head,
        'comment' => $comment,
        'members' => array_merge($constants, $methods),
    ];
}

$names = array_map(static function (string $file): string {
    return 'XPay\\' . basename($file, '.php');
}, (array) glob("$source/XPay/*.php"));
// The one to begin with comes first.
usort($names, static function (string $a, string $b): int {
    return [$a !== 'XPay\Client', $a] <=> [$b !== 'XPay\Client', $b];
});
$classes = [class_of('XPayClient', head_of("$source/XPayClient.php"))];
foreach ($names as $name) {
    $classes[] = class_of($name, head_of("$source/" . strtr($name, '\\', '/') . '.php'));
}
echo json_encode(array_values(array_filter($classes)), JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
