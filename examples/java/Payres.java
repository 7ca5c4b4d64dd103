import lgdacom.XPayClient.XPayClient;

/**
 * The shop's payres page, as a program: the vendor's calls, and the vendor's jar replaced.
 *
 * <p>Usage: java -cp xpayclient.jar:jna.jar:. Payres HOME_DIR PAYKEY
 */
public class Payres {
    public static void main(String[] request) {
        XPayClient xpay = new XPayClient();
        xpay.Init(request[0], "test");
        xpay.Init_TX("tlgdacomxpay");
        xpay.Set("LGD_TXNAME", "PaymentByKey");
        xpay.Set("LGD_PAYKEY", request[1]);
        if (xpay.TX() && "0000".equals(xpay.m_szResCode)) {
            System.out.println("paid " + xpay.Response("LGD_AMOUNT", 0) + ", LGD_TID " + xpay.Response("LGD_TID", 0));
        } else {
            System.out.println(xpay.m_szResCode + " " + xpay.m_szResMsg);
        }
    }
}
