package lgdacom.XPayClient;

import java.util.logging.Logger;
import xpayclient.internal.Abi;
import xpayclient.internal.Refused;
import xpayclient.internal.Session;

/**
 * A shop's connection to the gateway, with the members of the vendor's class: one object for each request, used by one thread.
 *
 * <pre>
 * XPayClient xpay = new XPayClient();
 * xpay.Init("/lgdacom", "test");
 * xpay.Init_TX("tlgdacomxpay");
 * xpay.Set("LGD_TXNAME", "PaymentByKey");
 * xpay.Set("LGD_PAYKEY", paykey);
 * if (xpay.TX() &amp;&amp; "0000".equals(xpay.m_szResCode)) {
 *     out.println(xpay.Response("LGD_TID", 0));
 * }
 * </pre>
 *
 * <p>No call throws because of the network, a missing name, a row that is not there or null. A call that returns false leaves a code
 * and a message in {@link #m_szResCode} and {@link #m_szResMsg}. Only a second thread gets an {@link IllegalStateException}: two
 * payments in one object would read each other's codes.
 */
public class XPayClient {
    private static final String[] OUTCOMES = {"none", "answered", "not_sent", "rolled_back", "in_doubt"};

    /** LGD_RESPCODE ("0000" for success), or the code of what failed; after Rollback the Rollback's. */
    public String m_szResCode = "";
    /** LGD_RESPMSG, or what a buyer may read of a failure. */
    public String m_szResMsg = "";

    /** null if the library cannot be loaded: nothing can be sent. */
    private final Session session;
    private final String unusable;
    private final Settings settings = new Settings();
    private final Owner owner = new Owner();

    public XPayClient() {
        Session made = null;
        String why = "";
        try {
            made = new Session();
        } catch (LinkageError noJna) {
            why = Settings.NO_JNA + " (" + noJna.getMessage() + ")";
            Logger.getLogger("xpayclient").severe(why);
        } catch (IllegalStateException notLoaded) {
            why = notLoaded.getMessage();
        }
        session = made;
        unusable = why;
    }

    // Configuration

    /**
     * Reads home_dir/conf/mall.conf and lgdacom.conf.
     *
     * @param mode "test" in any case is the test gateway; anything else, null included, is the service gateway, where money moves
     * @return false with code 10001 to 10003 or 90004: a directory or file is missing, or a line malformed
     */
    public boolean Init(String home_dir, String mode) {
        return init("init", home_dir, text(mode));
    }

    /**
     * Begins without files: every setting, the gateway's address and the MertKeys included, comes by SetConfig, before this or after.
     *
     * @param mode as above
     * @return true
     */
    public boolean Init(String mode) {
        return init("init_mode", text(mode));
    }

    /**
     * Reads one file that has the settings of mall.conf and lgdacom.conf.
     *
     * @param mode as above
     * @return false with code 10003 or 90004: the file is missing, or a line malformed
     */
    public boolean InitFile(String file, String mode) {
        return init("init_file", file, text(mode));
    }

    /** Sets one setting or a MertKey of this object; it overrides the files, also those that are read later. */
    public void SetConfig(String name, String value) {
        owner.check();
        settings.set(name, text(value));
        if (session != null) {
            session.done("set_config", name, text(value));
        }
    }

    // A transaction

    /**
     * Begins a transaction of a merchant ID. The last answer stays readable until the next TX.
     *
     * @return false with code 10004 if there is no MertKey for it: TX then sends nothing, and keeps that code
     */
    public boolean Init_TX(String mid) {
        owner.claim();
        return told(session != null && session.done("init_tx", mid));
    }

    /** Sets a parameter, or replaces its value in place. A value that is refused makes TX fail. */
    public void Set(String name, String value) {
        owner.claim();
        if (session == null || !session.done("set", name, text(value))) {
            show();
        }
    }

    /**
     * Sends the transaction once, and waits for the answer. What may have arrived without a well-formed answer is rolled back (망취소)
     * at once, unless auto_rollback is 0.
     *
     * @return whether the gateway sent a well-formed answer: m_szResCode is "0000" for success
     */
    public boolean TX() {
        owner.claim();
        return told(session != null && session.done("tx", true));
    }

    /**
     * A value of the answer; "" if there is no such name or row. LGD_RESPCODE and LGD_RESPMSG of a first row that has none, or is not
     * there, are those of the two fields: pages look the code up in a list, and "" is in every list.
     */
    public String Response(String name, int index) {
        owner.check();
        if (session == null || name == null || index < 0) {
            return "";
        }
        String value = session.text("response", name, index);
        boolean isOfTheAnswer = value.isEmpty() && index == 0;
        if (isOfTheAnswer && name.equals("LGD_RESPCODE")) {
            return session.text("response_code");
        }
        return isOfTheAnswer && name.equals("LGD_RESPMSG") ? session.text("response_msg") : value;
    }

    /** The number of rows of the answer. */
    public int ResponseCount() {
        owner.check();
        return session == null ? 0 : session.number("response_count");
    }

    /** The number of names in the first row. */
    public int ResponseNameCount() {
        owner.check();
        return session == null ? 0 : session.number("response_name_count");
    }

    /** A name of the first row, in the gateway's order; "" if index is out of range. */
    public String ResponseName(int index) {
        owner.check();
        return session == null || index < 0 ? "" : session.text("response_name", index);
    }

    /**
     * Rolls back (망취소) the transaction sent last, for example if the shop's database fails after an approval. The two fields and the
     * rows are the Rollback's afterwards.
     *
     * @return whether the gateway answered "0000". If not, the payment may stand
     */
    public boolean Rollback(String reason) {
        owner.claim();
        return told(session != null && session.rollback(reason));
    }

    /**
     * Downloads a new mall.conf, lgdacom.conf or ca-bundle.crt from aux_url.
     *
     * @return whether the file was replaced
     */
    public boolean Patch(String file) {
        owner.claim();
        return told(session != null && session.done("patch", file));
    }

    /** Writes a line to the log of log_dir. */
    public void Log(String text) {
        Log(text, 0);
    }

    /** @param level 0 (fatal) to 4 (debug) */
    public void Log(String text, int level) {
        owner.check();
        if (session != null) {
            session.log(String.valueOf(text), level);
        }
    }

    /** The address of the gateway; "" before Init. */
    public String URL() {
        return settings.url();
    }

    // Signatures

    /** The current time in Korea, yyyyMMddHHmmss. */
    public String GetTimeStamp() {
        owner.check();
        return made("timestamp");
    }

    /**
     * LGD_HASHDATA of a payment request. Malformed fields are signed as they are, unless that makes the signature of a payment result.
     *
     * @return if it is refused, a text that equals no signature; m_szResCode says why
     */
    public String GetHashData(String mid, String oid, String amount, String timestamp) {
        owner.check();
        return made("vendor_hash_data", mid, oid, amount, timestamp);
    }

    /**
     * LGD_HASHDATA of a payment result or notification. To verify one, use {@link #VerifyHashDataCas}.
     *
     * @return as {@link #GetHashData}
     */
    public String GetHashDataCas(String mid, String oid, String amount, String respcode, String timestamp) {
        owner.check();
        return made("vendor_hash_data_cas", mid, oid, amount, respcode, timestamp);
    }

    /**
     * LGD_HASHDATA of OpenPay.
     *
     * @return as {@link #GetHashData}
     */
    public String GetHashDataOpenpay(String venderno, String mid, String mer_uid, String token, String timestamp) {
        owner.check();
        return made("vendor_hash_data_openpay", venderno, mid, mer_uid, token, timestamp);
    }

    // The vendor's class has nothing of what follows.

    /** What happened and what the operator has to do. Do not show it to a buyer. */
    public String Response_Detail() {
        owner.check();
        return session == null ? unusable : session.text("response_detail");
    }

    /** The outcome of the last TX or Rollback: none, answered, not_sent, rolled_back or in_doubt. Only after in_doubt may money have moved unseen. */
    public String Outcome() {
        owner.check();
        return OUTCOMES[session == null ? 0 : session.number("outcome")];
    }

    /** LGD_TXID of the transaction begun or sent last. Note it with the order: log and journal name the transaction by it. */
    public String TX_ID() {
        owner.check();
        return session == null ? "" : session.text("tx_id");
    }

    /** Whether the answer to a Cancel counts as done, for a payment of this LGD_PAYTYPE: "0000", and some other codes. */
    public boolean IsCancelled(String paytype) {
        owner.check();
        return session != null && session.done("is_cancelled", text(paytype));
    }

    /**
     * Whether a payment result or notification comes from the gateway. Pass mid, oid and amount of your own order, not the received
     * ones.
     *
     * @return if false, {@link #Response_Detail} names the wrong field
     */
    public boolean VerifyHashDataCas(String mid, String oid, String amount, String respcode, String timestamp, String hashdata) {
        owner.check();
        boolean verified = session != null && session.done("verify_hash_data_cas", text(mid), text(oid), text(amount), text(respcode),
                text(timestamp), text(hashdata));
        if (!verified) {
            show();
        }
        return verified;
    }

    private boolean init(String function, String... arguments) {
        owner.check();
        boolean read = session != null && settings.read(session, function, arguments);
        settings.remember();
        return told(read);
    }

    private String made(String function, String... arguments) {
        if (session == null) {
            show();
            return Refused.signature();
        }
        String made = session.made(function, (Object[]) Settings.texts(arguments));
        if (Refused.is(made)) {
            show();
        }
        return made;
    }

    /** Pages print the fields, whatever a call returned; the operator reads the details in the server's log. */
    private boolean told(boolean done) {
        show();
        if (!done) {
            Logger.getLogger("xpayclient").warning(Response_Detail());
        }
        return done;
    }

    private void show() {
        m_szResCode = session == null ? Abi.INTERNAL : session.text("response_code");
        m_szResMsg = session == null ? Abi.NO_SERVICE : session.text("response_msg");
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
