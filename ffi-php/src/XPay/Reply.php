<?php

/** What the gateway gets for a notification: OK and nothing else if it may stand. If not, what sends it again or takes it back. */

declare(strict_types=1);

namespace XPay;

/**
 *     return response($reply->body(), $reply->status(), $reply->headers());            // Laravel
 *     return new Response($reply->body(), $reply->status(), $reply->headers());        // Symfony
 *     return new Response($reply->status(), $reply->headers(), $reply->body());        // most of PSR-7
 */
final class Reply
{
    /** @var int */
    private $status;
    /** @var string */
    private $body;
    /** @var \Throwable|null */
    private $failure;

    /** @internal */
    public function __construct(int $status, string $body, ?\Throwable $failure = null)
    {
        $this->status = $status;
        $this->body = $body;
        $this->failure = $failure;
    }

    /** Whether the answer is OK: saved, now or before, or a mobile payment's note about a failure, after which nothing is to save. */
    public function isOk(): bool
    {
        return $this->body === 'OK';
    }

    /**
     * What the shop's step threw, so that a mobile payment's note is answered with ROLLBACK. Report it as your framework reports
     * an exception.
     */
    public function failure(): ?\Throwable
    {
        return $this->failure;
    }

    /** The HTTP status: 200, also with ROLLBACK, or 400 if it was not verified. */
    public function status(): int
    {
        return $this->status;
    }

    /** The whole body: OK, ROLLBACK, or the reason. Nothing may stand before or after it. */
    public function body(): string
    {
        return $this->body;
    }

    /** @return array<string, string> */
    public function headers(): array
    {
        return ['Content-Type' => 'text/plain; charset=utf-8'];
    }

    /** Sends it from a page without a framework. Discards anything that was printed before, with an E_USER_WARNING. */
    public function send(): void
    {
        $printed = '';
        while (ob_get_level() > 0 && ($piece = ob_get_clean()) !== false) {
            $printed = $piece . $printed;
        }
        if (headers_sent($file, $line) || $printed !== '') {
            $where = $printed === '' ? "$file:$line" : strlen($printed) . ' bytes';
            // If errors are displayed, this one must not become part of the answer.
            ob_start();
            trigger_error(
                "Output before the answer to a notification ($where): a BOM, a blank line, a warning? "
                    . 'Print only OK. / 통보 응답보다 먼저 출력된 내용이 있습니다. OK만 출력하십시오.',
                E_USER_WARNING
            );
            ob_end_clean();
        }
        if (!headers_sent()) {
            http_response_code($this->status);
            foreach ($this->headers() as $name => $value) {
                header("$name: $value");
            }
        }
        echo $this->body;
    }
}
