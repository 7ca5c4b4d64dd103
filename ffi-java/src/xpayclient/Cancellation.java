package xpayclient;

import xpayclient.internal.Session;

/** The answer to a cancellation. */
public final class Cancellation extends Answer {
    private final boolean isDone;

    Cancellation(Session session, String payType) {
        super(session);
        isDone = session.done("is_cancelled", payType);
    }

    /** Whether it counts as done: "0000", "AV11" for a card, and for a bank transfer a refund that the gateway completes. */
    public boolean isDone() {
        return isDone;
    }
}
