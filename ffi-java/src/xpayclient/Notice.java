package xpayclient;

import java.util.Date;
import xpayclient.internal.Session;

/** A verified notification. LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed, and nothing else. */
public final class Notice extends Posted {
    /** {@link #flag}: a virtual account was issued. */
    public static final String ISSUED = "R";
    /** {@link #flag}: a deposit arrived. */
    public static final String PAID_IN = "I";
    /** {@link #flag}: the deposit was reversed; the account waits again. */
    public static final String TAKEN_BACK = "C";

    private final String dedupKey;

    Notice(Session session, String body) {
        super(session, "notice_value", body);
        dedupKey = session.text("notice_key");
    }

    /** LGD_OID: the shop's order number. */
    public String oid() {
        return get("LGD_OID");
    }

    /** LGD_AMOUNT in won, which is the order's. */
    public long amount() {
        return won(get("LGD_AMOUNT"));
    }

    /** LGD_TID. It is not signed: compare it with the order's before you save anything. */
    public String tid() {
        return get("LGD_TID");
    }

    /** LGD_CASFLAG: ISSUED, PAID_IN or TAKEN_BACK; "" if it is not about a virtual account. Not signed. */
    public String flag() {
        return get("LGD_CASFLAG");
    }

    /** LGD_CASCAMOUNT in won: the amount of this deposit. Not signed. */
    public long paidInNow() {
        return won(get("LGD_CASCAMOUNT"));
    }

    /** LGD_CASTAMOUNT in won: the total paid in so far. Not signed. */
    public long paidInTotal() {
        return won(get("LGD_CASTAMOUNT"));
    }

    /** LGD_PAYDATE, which is Korean time; null if there is none. Not signed. */
    public Date payDate() {
        return date(get("LGD_PAYDATE"));
    }

    /** Whether LGD_RESPCODE is 0000. */
    public boolean isSuccess() {
        return code().equals("0000");
    }

    /** The same for a repeated notification, and for no other: record each once. */
    public String dedupKey() {
        return dedupKey;
    }
}
