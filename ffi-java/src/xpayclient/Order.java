package xpayclient;

/** The shop's own order, against which a notification is verified. */
public final class Order {
    private final String mid;
    private final String oid;
    private final long amount;
    private final String tid;

    /** An order that is not paid. */
    public Order(String mid, String oid, long amount) {
        this(mid, oid, amount, "");
    }

    /**
     * @param mid the merchant ID of the payment, with the t on the test platform
     * @param amount in won
     * @param tid LGD_TID with which the order is saved as paid; "" if it is not paid. Mobile payments' notes need it
     */
    public Order(String mid, String oid, long amount, String tid) {
        this.mid = mid;
        this.oid = oid;
        this.amount = amount;
        this.tid = tid == null ? "" : tid;
    }

    /** LGD_MID. */
    public String mid() {
        return mid;
    }

    /** LGD_OID. */
    public String oid() {
        return oid;
    }

    /** LGD_AMOUNT in won. */
    public long amount() {
        return amount;
    }

    /** LGD_TID with which it is saved as paid; "" if it is not paid. */
    public String tid() {
        return tid;
    }
}
