package xpayclient;

import java.util.Date;
import xpayclient.internal.Session;

/** The answer to a payment. */
public final class Payment extends Answer {
    private static final String VIRTUAL_ACCOUNT = "SC0040";

    Payment(Session session) {
        super(session);
    }

    /** Whether it is paid. A virtual account is only issued; a notification reports its deposit. */
    public boolean isPaid() {
        return isSuccess() && !isVirtualAccount();
    }

    /** Whether an account to pay into was issued for the order. */
    public boolean isVirtualAccount() {
        return payType().equals(VIRTUAL_ACCOUNT);
    }

    /** LGD_OID: the shop's order number. */
    public String oid() {
        return get("LGD_OID");
    }

    /** LGD_AMOUNT in won; 0 if there is none. */
    public long amount() {
        return Posted.won(get("LGD_AMOUNT"));
    }

    /** LGD_PAYTYPE: SC0010 card, SC0030 bank transfer, SC0040 virtual account, SC0060 mobile phone … */
    public String payType() {
        return get("LGD_PAYTYPE");
    }

    /** LGD_PAYDATE, which is Korean time; null if there is none. */
    public Date payDate() {
        return Posted.date(get("LGD_PAYDATE"));
    }

    /** LGD_FINANCENAME: the card issuer or the bank. */
    public String financeName() {
        return get("LGD_FINANCENAME");
    }

    /** LGD_ACCOUNTNUM: the account to pay into. */
    public String accountNumber() {
        return get("LGD_ACCOUNTNUM");
    }
}
