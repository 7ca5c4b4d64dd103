package xpayclient;

import xpayclient.internal.Session;

/**
 * What came back from the payment window, verified. If isSuccess, LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are
 * signed. Nothing else is, payKey included: compare oid() of the payment with the order's. No money has moved yet.
 *
 * <p>A failure is not signed. Show it to the buyer, and change nothing about an order that is paid.
 */
public final class WindowReturn extends Posted {
    WindowReturn(Session session, String body) {
        super(session, "return_value", body);
    }

    /** Whether the buyer agreed to the payment. */
    public boolean isSuccess() {
        return !payKey().isEmpty();
    }

    /** Whether the buyer cancelled in the window (S053). */
    public boolean isCancelled() {
        return code().equals("S053");
    }

    /** LGD_PAYKEY: the payment key, for {@link Client#payByKey}; "" unless isSuccess. */
    public String payKey() {
        return get("LGD_PAYKEY");
    }

    /** LGD_PAYTYPE: SC0010 card, SC0030 bank transfer, SC0040 virtual account, SC0060 mobile phone … */
    public String payType() {
        return get("LGD_PAYTYPE");
    }
}
