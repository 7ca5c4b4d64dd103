import java.util.Collections;
import java.util.Map;
import xpayclient.Cancellation;
import xpayclient.Client;
import xpayclient.Guard;
import xpayclient.Payment;
import xpayclient.Platform;

/**
 * A payment from PAYKEY to cancel, with the typed client.
 *
 * <p>Usage: java -cp xpayclient.jar:jna.jar:. PayAndCancel HOME_DIR PAYKEY. HOME_DIR has conf/mall.conf and conf/lgdacom.conf; PAYKEY
 * is the payment key that the payment window returned.
 */
public class PayAndCancel {
    public static void main(String[] arguments) {
        String mid = "tlgdacomxpay";
        try (Client client = new Client(arguments[0], Platform.TEST)) {
            String tid;
            try (Guard<Payment> guard = client.payByKey(mid, arguments[1], 23400)) {
                if (!guard.answer().isPaid()) {
                    System.err.println("declined: " + guard.answer().message());
                    System.exit(1);
                }
                for (Map.Entry<String, String> value : guard.answer().rows().get(0).entrySet()) {
                    System.out.printf("  %-24s %s%n", value.getKey(), value.getValue());
                }
                tid = guard.answer().tid();
                // The order is saved here. If that throws, the payment is rolled back (망취소).
                guard.confirm();
            }
            Cancellation cancelled = client.cancel(mid, tid, "SC0010", Collections.singletonMap("LGD_CANCELREASON", "example"));
            System.out.println(cancelled.code() + " " + cancelled.message());
            System.exit(cancelled.isDone() ? 0 : 1);
        }
    }
}
