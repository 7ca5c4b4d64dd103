<?php

/** The forms of the windows: what they have, what they are warned of, what is refused. */

require_once __DIR__ . '/Shop.php';
require_once getenv('XPAYCLIENT_AUTOLOAD');

use XPay\Client;
use XPay\EscrowItem;
use XPay\Window;
use XPay\XPayError;

final class WindowTest extends Shop
{
    private const ORDER = [
        'LGD_OID' => 'order1',
        'LGD_AMOUNT' => 2000,
        'LGD_BUYER' => '홍길동',
        'LGD_PRODUCTINFO' => '머그컵',
        'LGD_RETURNURL' => 'https://shop.example/return?a=1&b=2',
        'LGD_WINDOW_TYPE' => 'popup',
        'LGD_DOMAIN_URL' => 'xpayvvip',
        'LGD_CASNOTEURL' => 'https://shop.example/notice',
    ];

    private const CST_MID = 'lgdacomxpay';

    private function client(): Client
    {
        return new Client(self::home(), 'test');
    }

    public function testAPayment(): void
    {
        $window = $this->client()->window(self::CST_MID, self::ORDER);
        $fields = iterator_to_array($window);
        self::assertEquals(self::ORDER, array_intersect_key($fields, self::ORDER));
        self::assertSame([self::MID, 'test', 'UTF-8'], [$fields['LGD_MID'], $fields['CST_PLATFORM'], $fields['LGD_ENCODING']]);
        self::assertSame(md5(self::MID . 'order12000' . $fields['LGD_TIMESTAMP'] . self::key()), $window->get('LGD_HASHDATA'));
        self::assertSame(['', []], [$window->get('LGD_BUYERID'), $window->warnings()]);
        self::assertStringContainsString('name="LGD_BUYER" value="홍길동">', $window->hiddenFields());
        self::assertStringContainsString('return?a=1&amp;b=2', $window->hiddenFields());
        self::assertStringNotContainsString('홍길동', print_r($window, true));
    }

    public function testThreeItemsUnderEscrow(): void
    {
        $items = [new EscrowItem('A-1', '컵', 500, 2, 'C1'), new EscrowItem('A-2', '접시', 400), new EscrowItem('A-3', '솥', 600, 1, 'C3')];
        $window = $this->client()->window(self::CST_MID, self::ORDER + ['LGD_ESCROW_USEYN' => 'Y'], $items);
        $of = static function (string $wanted) use ($window): array {
            $values = [];
            foreach ($window as $name => $value) {
                if ($name === $wanted) {
                    $values[] = $value;
                }
            }
            return $values;
        };
        self::assertSame(['A-1', 'A-2', 'A-3'], $of('LGD_ESCROW_GOODID'));
        self::assertSame(['컵', '접시', '솥'], $of('LGD_ESCROW_GOODNAME'));
        self::assertSame(['C1', '', 'C3'], $of('LGD_ESCROW_GOODCODE'));
        self::assertSame(['500', '400', '600'], $of('LGD_ESCROW_UNITPRICE'));
        self::assertSame(['2', '1', '1'], $of('LGD_ESCROW_QUANTITY'));
        self::assertSame(3, substr_count($window->hiddenFields(), 'LGD_ESCROW_GOODNAME'));
        self::assertSame([], $window->warnings());
        self::assertStringNotContainsString('접시', print_r($items, true));
    }

    public function testWhatTheGatewayMayRefuse(): void
    {
        $client = $this->client();
        $unclear = self::ORDER + ['LGD_CLOSEDATE' => '20990516', 'cart' => 'no. 7, by the door'];
        $window = $client->window(self::CST_MID, $unclear);
        self::assertSame(['20990516', 'no. 7, by the door'], [$window->get('LGD_CLOSEDATE'), $window->get('cart')]);
        list($date, $cart) = $window->warnings();
        self::assertStringStartsWith('LGD_CLOSEDATE ', $date);
        self::assertStringStartsWith('cart ', $cart);
        self::assertStringContainsString('상점이 정한 이름', $cart);
        self::assertStringNotContainsString('door', $cart);
        $returned = self::ORDER + ['cart' => '7', 'LGD_RETURN_MERT_CUSTOM_PARAM' => 'Y'];
        self::assertSame([], $client->window(self::CST_MID, $returned, [], true)->warnings());
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/LGD_CLOSEDATE has a day of 8 digits/');
        $client->window(self::CST_MID, $unclear, [], true);
    }

    public function testAnArgumentIsNotGivenOnceMoreOtherwise(): void
    {
        $client = $this->client();
        $never = static function () {
            self::fail('it was sent');
        };
        $calls = [
            'LGD_PAYWINDOWTYPE' => static function () use ($client) {
                $client->billingWindow(self::CST_MID, ['LGD_PAYWINDOWTYPE' => 'CUPS']);
            },
            'LGD_PAYTYPE' => static function () use ($client) {
                $client->identityWindow(self::CST_MID, 'ASC001', ['LGD_PAYTYPE' => 'SC0010']);
            },
            'LGD_AMOUNT' => static function () use ($client, $never) {
                $client->payByBillingKey(self::MID, 'B-1', 'order1', 2000, $never, ['LGD_AMOUNT' => '200']);
            },
            'LGD_TID' => static function () use ($client) {
                $client->cancel(self::MID, 'tid1', 'SC0010', ['LGD_TID' => 'tid2']);
            },
        ];
        foreach ($calls as $name => $call) {
            try {
                $call();
                self::fail("$name was ignored");
            } catch (XPayError $error) {
                self::assertSame(90003, $error->getCode());
                self::assertStringContainsString("$name is given twice", $error->getMessage());
            }
        }
    }

    /** @return array<string, array{array<string, string>, string}> */
    public static function wrong(): array
    {
        return [
            'missing' => [['LGD_BUYER' => ''], 'LGD_BUYER is required'],
            'forbidden' => [['LGD_BUYER' => '<b>'], 'LGD_BUYER must not hold <'],
            'method' => [['LGD_CUSTOM_USABLEPAY' => 'SC0111'], 'LGD_BUYERID is required'],
            'another merchant' => [['LGD_MID' => 'tother'], 'LGD_MID is given twice'],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, string> $changed
     */
    public function testWhatIsCertainlyWrong(array $changed, string $due): void
    {
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches("/$due/");
        $this->client()->window(self::CST_MID, $changed + self::ORDER);
    }

    public function testABillingKey(): void
    {
        $parameters = ['LGD_RETURNURL' => 'https://shop.example/card', 'LGD_CHECKSSNYN' => 'Y'];
        $window = $this->client()->billingWindow(self::CST_MID, $parameters);
        self::assertSame([self::MID, 'CardBillingAuth', 'Y'], $this->values($window, ['LGD_MID', 'LGD_PAYWINDOWTYPE', 'LGD_CHECKSSNYN']));
        self::assertSame(['', '', '', ''], $this->values($window, ['LGD_OID', 'LGD_AMOUNT', 'LGD_TIMESTAMP', 'LGD_HASHDATA']));
        self::assertSame([], $window->warnings());
        $phone = $this->client()->billingWindow(self::CST_MID, $parameters, true, true);
        self::assertSame('CardBillingAuth_smartphone', $phone->get('LGD_PAYWINDOWTYPE'));
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/LGD_BUYERSSN or LGD_CHECKSSNYN/');
        $this->client()->billingWindow(self::CST_MID, ['LGD_RETURNURL' => 'https://shop.example/card']);
    }

    public function testAnIdentity(): void
    {
        $vector = json_decode((string) file_get_contents(__DIR__ . '/../../protocol/vectors.json'), true)['identity'][0];
        $client = new Client(null, 'test', [$vector['mid'] => $vector['mert_key'], 'log_dir' => sys_get_temp_dir()]);
        $parameters = ['LGD_BUYERSSN' => $vector['buyerssn'], 'LGD_RETURNURL' => 'https://shop.example/who', 'LGD_TIMESTAMP' => $vector['timestamp']];
        $window = $client->identityWindow(substr($vector['mid'], 1), 'ASC002', $parameters, true);
        self::assertSame(['ASC002', $vector['md5_hex']], $this->values($window, ['LGD_PAYTYPE', 'LGD_HASHDATA']));
        self::assertSame('', $window->get('LGD_OID'));
        $this->expectException(XPayError::class);
        $this->expectExceptionMessageMatches('/LGD_BUYERSSN is required/');
        $client->identityWindow(substr($vector['mid'], 1), 'ASC002', ['LGD_BUYERSSN' => ''] + $parameters);
    }

    /**
     * @param list<string> $names
     * @return list<string>
     */
    private function values(Window $window, array $names): array
    {
        return array_map([$window, 'get'], $names);
    }
}
