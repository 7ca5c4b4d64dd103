import java.io.BufferedReader;
import java.io.InputStreamReader;
import lgdacom.XPayClient.XPayClient;
import xpayclient.Client;
import xpayclient.Guard;
import xpayclient.Payment;
import xpayclient.Platform;

/** A shop that is killed: pays with each payment key that it reads, by the vendor's class or in a guard, and says what it knows. */
public final class Till {
    private Till() {
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "US-ASCII"));
        Client client = arguments[1].equals("guard") ? new Client(arguments[0], Platform.TEST) : null;
        System.out.println("ready");
        for (String paykey = lines.readLine(); paykey != null; paykey = lines.readLine()) {
            System.out.println(client == null ? vendors(arguments[0], paykey) : guarded(client, paykey));
        }
    }

    private static String vendors(String home, String paykey) {
        XPayClient xpay = new XPayClient();
        xpay.Init(home, "test");
        xpay.Init_TX("tlgdacomxpay");
        xpay.Set("LGD_TXNAME", "PaymentByKey");
        xpay.Set("LGD_PAYKEY", paykey);
        return xpay.TX() && xpay.m_szResCode.equals("0000") ? "paid " + xpay.Response("LGD_TID", 0) : "outcome " + xpay.Outcome();
    }

    /** The step is the line: whoever reads it has the order. */
    private static String guarded(Client client, String paykey) {
        try (Guard<Payment> guard = client.payByKey("tlgdacomxpay", paykey, 23400)) {
            System.out.println("paid " + guard.answer().tid());
            guard.confirm();
        }
        return "confirmed";
    }
}
