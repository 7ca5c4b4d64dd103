<?php

/** XPay\Client::registerDelivery: what the gateway has afterwards, and what is thrown if it has not. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

use XPay\Client;
use XPay\ConfigError;
use XPay\ProtocolError;
use XPay\XPayError;

final class EscrowTest extends Shop
{
    private const SENT = ['dlvdate' => '202611281430', 'dlvcompcode' => 'CJ', 'dlvcomp' => 'CJ대한통운', 'dlvno' => '123456789012'];

    private function client(array $settings = []): Client
    {
        return new Client(self::home(), 'test', $settings);
    }

    /** An order that was paid in escrow. */
    private function paid(): string
    {
        $oid = self::oid();
        $payment = $this->client()->payByKey(self::MID, self::paykey($oid, '--escrow'), self::AMOUNT, static function () {
        });
        self::assertTrue($payment->isSuccess(), $payment->message());
        return $oid;
    }

    public function testAnItemIsSentAndReceived(): void
    {
        $oid = $this->paid();
        $client = $this->client();
        $client->registerDelivery(self::MID, 'sent', ['oid' => $oid, 'productid' => 'goods-1', 'orderdate' => '20261127'] + self::SENT);
        $at = new DateTimeImmutable('2026-11-30T00:05:00Z');
        $values = ['oid' => $oid, 'productid' => 'goods-1', 'rcvdate' => $at, 'rcvname' => '홍길동', 'rcvrelation' => '본인'];
        $client->registerDelivery(self::MID, 'received', $values);
        self::assertSame('none', $client->outcome());
    }

    public function testWhatTheGatewayRefusesIsThrownWithItsAnswer(): void
    {
        try {
            $this->client()->registerDelivery(self::MID, 'sent', ['oid' => self::oid()] + self::SENT);
            self::fail('no such order');
        } catch (ProtocolError $error) {
            self::assertSame([90009, 'answered', ''], [$error->getCode(), $error->outcome(), $error->txId()]);
            self::assertStringContainsString('the gateway answered [SB15', $error->getMessage());
        }
    }

    /** @return array<string, array{string, string, array<string, mixed>, int, string}> */
    public static function wrong(): array
    {
        return [
            'kind' => [self::MID, 'lost', self::SENT, 90003, 'sent or received'],
            'date' => [self::MID, 'sent', ['dlvdate' => 'soon'] + self::SENT, 90003, 'dlvdate must be'],
            'name' => [self::MID, 'sent', ['LGD_OID' => '1'] + self::SENT, 90003, '[LGD_OID] is no value'],
            'NUL' => [self::MID, 'sent', ['dlvworker' => "a\0b"] + self::SENT, 90003, 'NUL'],
            'platform' => ['lgdacomxpay', 'sent', self::SENT, 90003, 'LGD_MID'],
            'shop' => ['nobody', 'sent', self::SENT, 10004, 'nobody'],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, mixed> $values
     */
    public function testWhatIsWrongIsNotSent(string $mid, string $kind, array $values, int $code, string $said): void
    {
        try {
            $this->client()->registerDelivery($mid, $kind, ['oid' => 'order-1'] + $values);
            self::fail('it was sent');
        } catch (XPayError $error) {
            self::assertSame($code, $error->getCode(), $error->getMessage());
            self::assertStringContainsString($said, $error->getMessage());
        }
    }

    public function testASandboxWithoutAPageIsNotTheOperators(): void
    {
        $this->expectException(ConfigError::class);
        $this->expectExceptionMessageMatches('/test_escrow_url/');
        $this->client(['test_escrow_url' => ''])->registerDelivery(self::MID, 'sent', ['oid' => 'order-1'] + self::SENT);
    }

    public function testAnErrorBeforeSendingHasItsOwnOutcome(): void
    {
        try {
            $this->client(['test_escrow_url' => self::closed()])->registerDelivery(self::MID, 'sent', ['oid' => 'order-1'] + self::SENT);
            self::fail('nothing listens there');
        } catch (XPayError $error) {
            self::assertSame([20004, 'not_sent'], [$error->getCode(), $error->outcome()]);
        }
    }
}
