package xpayclient;

import xpayclient.internal.Abi;
import xpayclient.internal.Session;

/**
 * A request that was answered. An approval waits in it until the shop has saved the order:
 *
 * <pre>
 * try (Guard&lt;Payment&gt; guard = client.payByKey(mid, payKey, order.amount())) {
 *     if (!guard.answer().isSuccess()) {
 *         return declined(guard.answer().message());
 *     }
 *     orders.markPaid(order, guard.answer().tid());
 *     guard.confirm();
 * }
 * </pre>
 *
 * <p>If the block ends without {@link #confirm}, the payment is rolled back (망취소). If the process dies in it, {@code xpay recover
 * --list} shows the approval as unconfirmed, and a person decides. Use it in one thread.
 *
 * @param <A> what the answer is read as
 */
public final class Guard<A extends Answer> implements AutoCloseable {
    private final Client client;
    private final A answer;
    /** null once nothing is held. */
    private Session session;

    Guard(Client client, Session session, A answer) {
        this.client = client;
        this.answer = answer;
        this.session = session;
        if (!session.done("is_held")) {
            release();
        }
    }

    /** The gateway's answer, approval or decline. */
    public A answer() {
        return answer;
    }

    /** Whether an approval waits for confirm or rollback. */
    public boolean isHeld() {
        return session != null;
    }

    /**
     * The order is saved: the approval stands.
     *
     * @throws IllegalStateException if nothing is held: it was declined, or is confirmed or rolled back already
     */
    public void confirm() {
        if (session == null) {
            throw new IllegalStateException("no approval is held, so there is nothing to confirm: look at answer().isSuccess(). / "
                    + "확정할 승인이 없습니다. answer().isSuccess()를 확인하십시오.");
        }
        try {
            if (!session.done("confirm")) {
                throw XPayException.of(session);
            }
        } finally {
            release();
        }
    }

    /**
     * Rolls the approval back (망취소); does nothing if none is held.
     *
     * @param reason for the gateway's operators. Keep the buyer's data out of it
     * @throws TransportException if the gateway did not confirm it: the outcome is IN_DOUBT, and recovery rolls it back
     */
    public void rollback(String reason) {
        XPayException undone = session == null ? null : undone(reason);
        if (undone != null && undone.outcome() != Outcome.ROLLED_BACK) {
            throw undone;
        }
    }

    /**
     * Rolls back an approval that was not confirmed.
     *
     * @throws TransportException 90007 in that case, so that nobody takes the payment for made; its outcome is ROLLED_BACK or IN_DOUBT,
     *     and its cause names the forgotten confirm. What the block itself threw is thrown instead, with this as suppressed
     */
    @Override
    public void close() {
        if (session != null) {
            XPayException undone = undone(Abi.STEP_FAILED);
            undone.initCause(new IllegalStateException("the block ended before confirm(): call it once the order is saved. / "
                    + "confirm()을 호출하기 전에 블록이 끝났습니다. 주문을 저장한 뒤 confirm()을 호출하십시오."));
            throw undone;
        }
    }

    private XPayException undone(String reason) {
        try {
            session.done("undo", reason == null || reason.indexOf('\0') >= 0 ? Abi.STEP_FAILED : reason);
            return XPayException.of(session);
        } finally {
            release();
        }
    }

    private void release() {
        client.give(session);
        session = null;
    }
}
