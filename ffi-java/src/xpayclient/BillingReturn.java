package xpayclient;

import xpayclient.internal.Session;

/**
 * What came back from a billing window. It has no signature, so it does not prove who sent it: read it only in the session of the buyer
 * who opened the window, once for each window. A key that somebody else sent would charge that person's purchases to another card.
 */
public final class BillingReturn extends Posted {
    BillingReturn(Session session, String body) {
        super(session, "billing_return_value", body);
    }

    /** Whether the card was registered. */
    public boolean isSuccess() {
        return !billingKey().isEmpty();
    }

    /** LGD_BILLKEY, as secret as the card's number; "" unless isSuccess. {@link Client#payByBillingKey} charges it. */
    public String billingKey() {
        return get("LGD_BILLKEY");
    }

    /** LGD_CARDNUM, masked. */
    public String cardNumber() {
        return get("LGD_CARDNUM");
    }

    /** LGD_FINANCENAME: the card's issuer. */
    public String financeName() {
        return get("LGD_FINANCENAME");
    }
}
