package xpayclient;

import com.sun.jna.Pointer;
import java.nio.charset.Charset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import xpayclient.internal.Abi;
import xpayclient.internal.LogCallback;
import xpayclient.internal.Refused;
import xpayclient.internal.Session;

/**
 * The shop's client: typed answers, and an exception if there is no answer. Make one and share it between threads; a payment takes
 * one of its sessions for itself.
 *
 * <pre>
 * Client client = new Client("/lgdacom", Platform.TEST);
 * try (Guard&lt;Payment&gt; guard = client.payByKey("tlgdacomxpay", payKey, 23400)) {
 *     if (guard.answer().isSuccess()) {
 *         orders.markPaid(guard.answer().oid(), guard.answer().tid());
 *         guard.confirm();        // without it, or if markPaid throws, the payment is rolled back
 *     }
 * }
 * </pre>
 *
 * <p>Amounts are whole won. Text is sent as UTF-8. A declined payment is an answer, and no exception.
 */
public final class Client implements AutoCloseable {
    private static final Map<String, String> NONE = Collections.emptyMap();

    private final String homeDir;
    private final Platform platform;
    private final Map<String, String> settings;
    private final LogCallback log;
    private final Queue<Session> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean isClosed;

    /**
     * Reads home_dir/conf.
     *
     * @throws ConfigException 10001 to 10003, 90004: a directory or file is missing, or a line malformed
     * @throws IllegalStateException if the library cannot be loaded
     */
    public Client(String homeDir, Platform platform) {
        this(homeDir, platform, NONE, null);
    }

    /**
     * @param homeDir null for no files: every setting, MertKeys included, is in settings
     * @param settings as lines of mall.conf; they override the files
     * @param log null for none
     * @throws ConfigException as above
     * @throws IllegalStateException if the library cannot be loaded
     */
    public Client(String homeDir, Platform platform, Map<String, String> settings, LogListener log) {
        this.homeDir = homeDir;
        this.platform = platform;
        this.settings = new LinkedHashMap<>(settings);
        this.log = log == null ? null : new Relay(log);
        give(opened());
    }

    // Payments

    /**
     * Sends the final payment request with the payment key that the window returned, for the amount of your own order.
     *
     * @param mid the merchant ID, with the t on the test platform
     * @param amount the gateway declines if the buyer agreed to another
     * @throws UsageException 90003 names the value that cannot be sent
     * @throws XPayException if no well-formed answer came
     */
    public Guard<Payment> payByKey(String mid, String payKey, long amount) {
        Map<String, String> own = named("LGD_TXNAME", "PaymentByKey", "LGD_PAYKEY", payKey, "LGD_AMOUNTCHECKYN", "Y", "LGD_AMOUNT",
                String.valueOf(amount));
        return paid(mid, own, NONE, NONE);
    }

    /**
     * Charges a kept card by its billing key (CardAuth), without a window. Each call is a charge of its own: charge an order again only
     * after you know that it was not paid.
     *
     * @param billingKey LGD_BILLKEY, see {@link #readBillingReturn}
     * @param more LGD_INSTALL, LGD_BUYER, LGD_PRODUCTINFO …
     * @throws XPayException as {@link #payByKey}
     */
    public Guard<Payment> payByBillingKey(String mid, String billingKey, String oid, long amount, Map<String, String> more) {
        Map<String, String> own = named("LGD_TXNAME", "CardAuth", "LGD_OID", oid, "LGD_AMOUNT", String.valueOf(amount), "LGD_PAN", billingKey);
        return paid(mid, own, more, named("LGD_INSTALL", "00", "VBV_ECI", "010"));
    }

    /**
     * Sends any transaction, and holds an approval until {@link Guard#confirm}.
     *
     * @param parameters LGD_TXNAME and its parameters
     * @throws XPayException if no well-formed answer came
     */
    public Guard<Answer> guard(String mid, Map<String, String> parameters) {
        Session session = held(mid, parameters);
        try {
            return new Guard<>(this, session, new Answer(session));
        } catch (Throwable unread) {
            undo(session, unread);
            throw unread;
        }
    }

    /**
     * Sends any transaction.
     *
     * @param parameters LGD_TXNAME and its parameters
     * @throws XPayException if no well-formed answer came; its outcome says whether money may have moved
     */
    public Answer send(String mid, Map<String, String> parameters) {
        Session session = take();
        try {
            begin(session, mid, parameters);
            must(session, session.done("tx", true));
            return new Answer(session);
        } finally {
            give(session);
        }
    }

    /**
     * Cancels a whole payment.
     *
     * @param tid LGD_TID
     * @param payType LGD_PAYTYPE of the payment; "" if it is unknown: then only 0000 counts as done
     * @param more LGD_CANCELREASON, LGD_RFACCOUNTNUM …
     * @throws XPayException as {@link #payByKey}
     */
    public Cancellation cancel(String mid, String tid, String payType, Map<String, String> more) {
        return cancelled(mid, named("LGD_TXNAME", "Cancel", "LGD_TID", tid), more, payType);
    }

    /**
     * Cancels a part of a payment.
     *
     * @param remaining what is left of it before this: prevents cancelling the same part twice
     * @param payType as in cancel
     * @param more LGD_CANCELREASON, LGD_CANCELTAXFREEAMOUNT …
     * @throws XPayException as {@link #payByKey}
     */
    public Cancellation partialCancel(String mid, String tid, long amount, long remaining, String payType, Map<String, String> more) {
        Map<String, String> own = named("LGD_TXNAME", "PartialCancel", "LGD_TID", tid, "LGD_CANCELAMOUNT", String.valueOf(amount),
                "LGD_REMAINAMOUNT", String.valueOf(remaining));
        return cancelled(mid, own, more, payType);
    }

    /**
     * Connects to the gateway before the buyer pays, so that the payment does not wait for the connection. Sends nothing.
     *
     * @throws XPayException if it cannot connect; you can still try a payment
     */
    public void warmUp() {
        Session session = take();
        try {
            must(session, session.done("warm_up"));
        } finally {
            give(session);
        }
    }

    /**
     * Rolls back what dead processes left in doubt. Call it from a job of its own, or run {@code xpay recover}.
     *
     * @return the number still open
     * @throws ConfigException 90006 if the journal cannot be read
     */
    public int recover() {
        Session session = take();
        try {
            int open = session.recover();
            must(session, open >= 0);
            return open;
        } finally {
            give(session);
        }
    }

    // The window

    /**
     * The signed form of the payment window, which the page opens by openXpay. LGD_MID, CST_PLATFORM, LGD_TIMESTAMP and LGD_HASHDATA are
     * added, and the page is taken to be UTF-8.
     *
     * @param cstMid the contracted merchant ID, without the t of the test platform
     * @param parameters LGD_OID, LGD_AMOUNT, LGD_RETURNURL …, and the shop's own
     * @throws XPayException 10004 without a MertKey, 90003 names the field that is missing or malformed
     */
    public Window window(String cstMid, Map<String, String> parameters) {
        return window(cstMid, parameters, Collections.<EscrowItem>emptyList(), false);
    }

    /**
     * As {@link #window(String, Map)}; with LGD_PAYWINDOWTYPE CardBillingAuth or an LGD_PAYTYPE of ASC… it is another window's form.
     *
     * @param items what is delivered under escrow
     * @param strict whether a warning is a refusal
     * @throws XPayException as above
     */
    public Window window(String cstMid, Map<String, String> parameters, List<EscrowItem> items, boolean strict) {
        Session session = take();
        try {
            must(session, session.done("window_begin", cstMid));
            must(session, session.done("window_strict", strict));
            Map<String, String> all = named("LGD_ENCODING", "UTF-8", "LGD_ENCODING_RETURNURL", "UTF-8", "LGD_ENCODING_NOTEURL", "UTF-8");
            all.putAll(parameters);
            setAll(session, "window_set", all);
            for (EscrowItem item : items) {
                setAll(session, "window_set", item.parameters());
            }
            must(session, session.done("window_sign"));
            return new Window(session);
        } finally {
            give(session);
        }
    }

    /** The current LGD_TIMESTAMP, in Korean time. */
    public String timestamp() {
        return made("timestamp");
    }

    /**
     * LGD_HASHDATA of a payment request, for a page that makes its form itself.
     *
     * @throws XPayException 10004 without a MertKey, 90003 if a field is malformed
     */
    public String hashData(String mid, String oid, long amount, String timestamp) {
        return made("hash_data", mid, oid, String.valueOf(amount), timestamp);
    }

    /**
     * The authdata of a receipt link.
     *
     * @throws XPayException as {@link #hashData}
     */
    public String receiptAuthData(String mid, String tid) {
        return made("receipt_authdata", mid, tid);
    }

    // What is posted to the shop

    /**
     * Verifies what came back from the payment window against the shop's own order.
     *
     * @param body the request's body as received; of a request whose parameters were read, {@link Posted#body}
     * @throws XPayException 90003 names the wrong field; 10004 if there is no MertKey for the order's mid
     */
    public WindowReturn verifyReturn(String body, Order order) {
        Session session = take();
        try {
            must(session, read(session, "return_read", body));
            must(session, session.done("return_verify", order.mid(), order.oid(), order.amount()));
            return new WindowReturn(session, body);
        } finally {
            give(session);
        }
    }

    /**
     * Reads what came back from a billing window: see {@link BillingReturn}.
     *
     * @param body as above
     * @throws XPayException 90003 if it is malformed, or has neither a billing key nor a code
     */
    public BillingReturn readBillingReturn(String body) {
        Session session = take();
        try {
            must(session, read(session, "billing_return_read", body));
            return new BillingReturn(session, body);
        } finally {
            give(session);
        }
    }

    /**
     * Verifies a notification to LGD_CASNOTEURL, lets the shop save it, and returns what to answer. What orders or save throws goes
     * through: let it end as an HTTP error, so that the gateway sends the notification again.
     *
     * @param body as above
     * @param orders finds the shop's own order; null if there is none
     * @param save saves it once for each dedupKey, after comparing tid with the order's
     * @throws ConfigException 10004 if there is no MertKey for the order's mid
     */
    public <E extends Exception> Reply replyToNotice(String body, Orders<? extends E> orders, Step<? super Notice, ? extends E> save) throws E {
        Session session = take();
        try {
            try {
                verifyNotice(session, body, orders);
            } catch (ConfigException ours) {
                throw ours;
            } catch (XPayException refused) {
                return new Reply(400, refused.getMessage(), null);
            }
            save.run(new Notice(session, body));
            return new Reply(200, "OK", null);
        } finally {
            give(session);
        }
    }

    /**
     * Verifies the note of a mobile payment (LGD_KVPMISPNOTEURL, LGD_MTRANSFERNOTEURL), lets the shop save it, and returns what to
     * answer: OK, or ROLLBACK if save throws. The gateway has finished the payment, so without ROLLBACK it stands. save runs once: not
     * for a repetition, not for a failure, and not for an order that another payment has paid.
     *
     * <p>The signature is that of the window's return, which the buyer has seen: let only the gateway's servers reach the page.
     *
     * @param body as above
     * @param orders finds the shop's own order, with its tid if it is paid. Lock it until save is done. What this throws goes through
     * @param save saves the order as paid with tid, completely or not at all
     * @throws ConfigException 10004 if there is no MertKey for the order's mid
     */
    public <E extends Exception> Reply replyToMobileNote(String body, Orders<E> orders, Step<? super Notice, ?> save) throws E {
        Session session = take();
        try {
            Order order;
            try {
                order = verifyNotice(session, body, orders);
            } catch (ConfigException ours) {
                throw ours;
            } catch (XPayException refused) {
                return new Reply(400, refused.getMessage(), null);
            }
            if (!session.done("note_due", order.tid())) {
                return new Reply(200, session.text("note_answer", order.tid()), null);
            }
            Notice note = new Notice(session, body);
            try {
                save.run(note);
            } catch (Exception failure) {
                return new Reply(200, session.text("note_answer", ""), failure);
            }
            return new Reply(200, session.text("note_answer", note.tid()), null);
        } finally {
            give(session);
        }
    }

    /**
     * Registers the delivery of an item that was paid in escrow. No money moves.
     *
     * @param kind "sent" or "received"
     * @param values oid, productid, orderdate; dlvdate, dlvcompcode, dlvcomp, dlvno, dlvworker, dlvworkertel or rcvdate, rcvname,
     *     rcvrelation. Dates are Korean time, yyyyMMddHHmm
     * @throws XPayException 90009 if the gateway answered something other than OK; 90003 names a wrong value. Its outcome is IN_DOUBT if
     *     the gateway may have it: whether a repeat is harmless is not known
     */
    public void registerDelivery(String mid, String kind, Map<String, String> values) {
        Session session = take();
        try {
            must(session, session.done("escrow_begin", mid, kind));
            setAll(session, "escrow_set", values);
            if (!session.done("escrow_send")) {
                throw XPayException.of(session, session.number("escrow_outcome"));
            }
        } finally {
            give(session);
        }
    }

    /** Frees what is idle. Guards that are open stay usable. */
    @Override
    public void close() {
        isClosed = true;
        for (Session session = idle.poll(); session != null; session = idle.poll()) {
            session.free();
        }
    }

    /** Which gateway, and whose files. */
    @Override
    public String toString() {
        return "Client[" + platform + ", " + homeDir + "]";
    }

    void give(Session session) {
        if (isClosed) {
            session.free();
        } else {
            idle.add(session);
        }
    }

    // One session for each call

    private Session take() {
        Session session = idle.poll();
        return session == null ? opened() : session;
    }

    private Session opened() {
        if (isClosed) {
            throw new IllegalStateException("this Client is closed. / 닫힌 Client입니다.");
        }
        Session session = new Session();
        if (log != null) {
            session.done("set_logger", log, null);
        }
        String mode = platform == Platform.TEST ? "test" : "service";
        must(session, homeDir == null ? session.done("init_mode", mode) : session.done("init", homeDir, mode));
        setAll(session, "set_config", settings);
        return session;
    }

    private Guard<Payment> paid(String mid, Map<String, String> own, Map<String, String> more, Map<String, String> defaults) {
        Session session = held(mid, checked(mid, own, more, defaults, ""));
        try {
            return new Guard<>(this, session, new Payment(session));
        } catch (Throwable unread) {
            undo(session, unread);
            throw unread;
        }
    }

    /** An approval that could not be read, for want of memory, is one that the shop does not know of. What came of it is suppressed. */
    private static void undo(Session session, Throwable unread) {
        if (session.done("is_held")) {
            session.done("undo", Abi.STEP_FAILED);
            unread.addSuppressed(XPayException.of(session));
        }
        session.free();
    }

    /** Sends; the session is the guard's from then on. */
    private Session held(String mid, Map<String, String> parameters) {
        Session session = take();
        boolean isAnswered = false;
        try {
            begin(session, mid, parameters);
            isAnswered = session.done("tx_held", true);
            must(session, isAnswered);
            return session;
        } finally {
            if (!isAnswered) {
                give(session);
            }
        }
    }

    private Cancellation cancelled(String mid, Map<String, String> own, Map<String, String> more, String payType) {
        Map<String, String> parameters = checked(mid, own, more, NONE, payType);
        Session session = take();
        try {
            begin(session, mid, parameters);
            must(session, session.done("tx", true));
            return new Cancellation(session, payType);
        } finally {
            give(session);
        }
    }

    /** What a typed call sends, once the library takes every value of it. */
    private Map<String, String> checked(String mid, Map<String, String> own, Map<String, String> more, Map<String, String> defaults, String payType) {
        Map<String, String> all = new LinkedHashMap<>(own);
        Session session = take();
        try {
            must(session, session.done("check", "LGD_MID", mid));
            for (Map.Entry<String, String> parameter : own.entrySet()) {
                must(session, session.done("check", parameter.getKey(), parameter.getValue()));
            }
            for (Map.Entry<String, String> parameter : more.entrySet()) {
                String name = parameter.getKey();
                String value = parameter.getValue();
                if (own.containsKey(name) && !own.get(name).equals(value)) {
                    must(session, session.done("refuse", name, "is given twice, with different values"));
                }
                must(session, value != null && value.isEmpty() || session.done("check", name, value));
                all.put(name, value);
            }
            must(session, payType.isEmpty() || session.done("check", "LGD_PAYTYPE", payType));
        } finally {
            give(session);
        }
        for (Map.Entry<String, String> parameter : defaults.entrySet()) {
            if (!all.containsKey(parameter.getKey())) {
                all.put(parameter.getKey(), parameter.getValue());
            }
        }
        return all;
    }

    private static void begin(Session session, String mid, Map<String, String> parameters) {
        must(session, session.done("init_tx", mid));
        if (!parameters.containsKey("LGD_ENCODING")) {
            must(session, session.done("set", "LGD_ENCODING", "UTF-8"));
        }
        setAll(session, "set", parameters);
    }

    private static void setAll(Session session, String function, Map<String, String> values) {
        for (Map.Entry<String, String> value : values.entrySet()) {
            must(session, session.done(function, value.getKey(), value.getValue()));
        }
    }

    private String made(String function, String... arguments) {
        Session session = take();
        try {
            String made = session.made(function, (Object[]) arguments);
            must(session, !Refused.is(made));
            return made;
        } finally {
            give(session);
        }
    }

    private static <E extends Exception> Order verifyNotice(Session session, String body, Orders<E> orders) throws E {
        must(session, read(session, "notice_read", body));
        String oid = session.text("notice_oid");
        Order order = oid.isEmpty() ? null : orders.find(oid);
        must(session, order != null || session.done("refuse", "LGD_OID", "is not an order of this shop"));
        must(session, order.oid().equals(oid) || session.done("refuse", "LGD_OID", "is not the order's"));
        must(session, session.done("notice_verify", order.mid(), order.amount()));
        return order;
    }

    private static boolean read(Session session, String function, String body) {
        return session.done(function, body, body == null ? 0 : body.getBytes(Charset.forName("UTF-8")).length);
    }

    private static void must(Session session, boolean done) {
        if (!done) {
            throw XPayException.of(session);
        }
    }

    private static Map<String, String> named(String... namesAndValues) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            named.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        return named;
    }

    private static final class Relay implements LogCallback {
        private final LogListener listener;

        Relay(LogListener listener) {
            this.listener = listener;
        }

        @Override
        public void invoke(Pointer context, int level, Pointer line) {
            listener.line(level, line.getString(0, "UTF-8"));
        }
    }
}
