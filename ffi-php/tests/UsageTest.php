<?php

/** What the typed calls of XPay\Client refuse before anything is sent: a UsageError names the value. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

use XPay\Client;
use XPay\Payment;
use XPay\UsageError;

final class UsageTest extends Shop
{
    /** @return array<string, array{mixed, string}> */
    public static function amounts(): array
    {
        return [
            'nothing' => [0, 'LGD_AMOUNT must be 1 won or more; found 0'],
            'less' => [-1, 'LGD_AMOUNT must not be negative'],
            'a fraction' => [23400.5, 'LGD_AMOUNT must be whole won; found a fraction'],
            'a fraction as text' => ['23400.50', 'LGD_AMOUNT must be whole won; found a fraction'],
            'a comma' => ['23,400', 'LGD_AMOUNT must be whole won, in digits only'],
            'a word' => ['many', 'LGD_AMOUNT must be whole won, in digits only'],
            'no text' => ['', 'LGD_AMOUNT is required'],
            'too much' => [1000000000000, 'LGD_AMOUNT may be 999999999999 won at most; found 13 digits'],
            'far too much' => [PHP_INT_MAX, 'LGD_AMOUNT may be 999999999999 won at most'],
            'zeros in front' => ['0023400', 'LGD_AMOUNT begins with 0'],
            'infinite' => [INF, 'LGD_AMOUNT must be whole won, in digits only'],
            'a bool' => [true, 'argument amount must be int, not boolean'],
            'nobody knows' => [null, 'argument amount must be int, not NULL'],
            'a list' => [[1], 'argument amount must be int, not array'],
        ];
    }

    /**
     * @dataProvider amounts
     * @param mixed $amount
     */
    public function testAnAmountIsWholeWon($amount, string $says): void
    {
        $client = new Client(self::home(), 'test');
        $never = static function () {
            self::fail('nothing was paid');
        };
        foreach (
            [
                static function () use ($client, $amount, $never) {
                    $client->payByKey(self::MID, 'k', $amount, $never);
                },
                static function () use ($client, $amount, $never) {
                    $client->payByBillingKey(self::MID, 'k', 'order-1', $amount, $never);
                },
                static function () use ($client, $amount) {
                    $client->partialCancel(self::MID, 't', $amount, 1000, 'SC0010');
                },
            ] as $call
        ) {
            self::refused($call, str_replace('LGD_AMOUNT', '', $says));
        }
        self::refused(static function () use ($client, $amount) {
            $client->partialCancel(self::MID, 't', 1, $amount, 'SC0010');
        }, str_replace(['LGD_AMOUNT', 'argument amount'], ['LGD_REMAINAMOUNT', 'argument remaining'], $says));
    }

    public function testWhatADatabaseGivesIsAnAmount(): void
    {
        $client = new Client(self::home(), 'test');
        foreach ([self::AMOUNT, (string) self::AMOUNT, self::AMOUNT . '.00', round(self::AMOUNT - 0.25)] as $amount) {
            $payment = $client->payByKey(self::MID, self::paykey(self::oid()), $amount, static function (Payment $payment) {
            });
            self::assertSame([true, self::AMOUNT], [$payment->isPaid(), $payment->amount()], $payment->message());
        }
        $part = $client->partialCancel(self::MID, $payment->tid(), '400.00', (string) self::AMOUNT, $payment->payType());
        self::assertTrue($part->isDone(), $part->message());
    }

    public function testEveryOtherValueIsNamed(): void
    {
        $client = new Client(self::home(), 'test');
        $step = static function () {
            self::fail('nothing was paid');
        };
        $calls = [
            'LGD_MID is required' => static function () use ($client, $step) {
                $client->payByKey('', 'k', 1, $step);
            },
            'LGD_PAYKEY is required' => static function () use ($client, $step) {
                $client->payByKey(self::MID, '', 1, $step);
            },
            'LGD_PAN is required' => static function () use ($client, $step) {
                $client->payByBillingKey(self::MID, '', 'order-1', 1, $step);
            },
            'LGD_OID is required' => static function () use ($client, $step) {
                $client->payByBillingKey(self::MID, 'k', '', 1, $step);
            },
            'LGD_OID must be 1 to 63 letters' => static function () use ($client, $step) {
                $client->payByBillingKey(self::MID, 'k', '주문 1', 1, $step);
            },
            'LGD_INSTALL must be two digits' => static function () use ($client, $step) {
                $client->payByBillingKey(self::MID, 'k', 'order-1', 1, $step, ['LGD_INSTALL' => '3']);
            },
            'LGD_TID is required' => static function () use ($client) {
                $client->cancel(self::MID, '', 'SC0010');
            },
            'LGD_TID may have 24 bytes' => static function () use ($client) {
                $client->cancel(self::MID, str_repeat('t', 25), 'SC0010');
            },
            'LGD_PAYTYPE must be one of SC0010' => static function () use ($client) {
                $client->cancel(self::MID, 't', 'SC0011');
            },
            'LGD_PAYTYPE must be one of' => static function () use ($client) {
                $client->partialCancel(self::MID, 't', 1, 1, 'card');
            },
            'LGD_TID is given twice' => static function () use ($client) {
                $client->cancel(self::MID, 't', 'SC0010', ['LGD_TID' => 'u']);
            },
            'LGD_CANCELREASON is an array' => static function () use ($client) {
                $client->cancel(self::MID, 't', 'SC0010', ['LGD_CANCELREASON' => []]);
            },
            'argument more must have a LGD_ name' => static function () use ($client) {
                $client->cancel(self::MID, 't', 'SC0010', ['of no name']);
            },
        ];
        foreach ($calls as $says => $call) {
            self::refused($call, $says);
        }
        self::assertFalse($client->cancel(self::MID, 'nothing', '', ['LGD_CANCELREASON' => null])->isDone());
        self::assertFalse($client->cancel(self::MID, 'nothing', '', ['LGD_CANCELREASON' => ''])->isDone());
    }

    public function testAWindowOnServiceReturnsOverHttps(): void
    {
        $order = ['LGD_OID' => 'order-1', 'LGD_AMOUNT' => 1, 'LGD_BUYER' => 'a', 'LGD_PRODUCTINFO' => 'b'];
        $client = new Client(null, 'service', ['lgdacomxpay' => '0123456789abcdef0123456789abcdef']);
        self::assertNotSame('', $client->window('lgdacomxpay', $order + ['LGD_RETURNURL' => 'https://a.kr/'])->hiddenFields());
        $plain = ['LGD_RETURNURL' => 'http://a.kr/', 'LGD_CHECKSSNYN' => 'Y', 'LGD_BUYERSSN' => '900101'];
        self::refused(static function () use ($client, $order, $plain) {
            $client->window('lgdacomxpay', $order + $plain);
        }, 'LGD_RETURNURL must begin with https:// on the service platform');
        self::refused(static function () use ($client, $plain) {
            $client->billingWindow('lgdacomxpay', $plain);
        }, 'LGD_RETURNURL must begin with https://');
        self::refused(static function () use ($client, $plain) {
            $client->identityWindow('lgdacomxpay', 'ASC001', $plain);
        }, 'LGD_RETURNURL must begin with https://');
    }

    private static function refused(callable $call, string $says): void
    {
        try {
            $call();
            self::fail("$says was expected");
        } catch (UsageError $error) {
            self::assertSame([90003, 'none'], [$error->getCode(), $error->outcome()]);
            self::assertStringContainsString($says, $error->getMessage());
            self::assertMatchesRegularExpression('/[가-힣]/u', $error->getMessage());
        }
    }
}
