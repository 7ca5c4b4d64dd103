package xpayclient;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import xpayclient.internal.Session;

/** A well-formed answer of the gateway, which may be a decline. */
public class Answer {
    private final String code;
    private final String message;
    private final String txId;
    private final boolean isRepeated;
    private final List<Map<String, String>> rows = new ArrayList<>();

    Answer(Session session) {
        code = session.text("response_code");
        message = session.text("response_msg");
        txId = session.text("tx_id");
        isRepeated = session.done("is_repeated");
        List<String> names = new ArrayList<>();
        for (int at = 0, count = session.number("response_name_count"); at < count; at++) {
            names.add(session.text("response_name", at));
        }
        for (int at = 0, count = session.number("response_count"); at < count; at++) {
            Map<String, String> row = new LinkedHashMap<>();
            for (String name : names) {
                row.put(name, session.text("response", name, at));
            }
            rows.add(Collections.unmodifiableMap(row));
        }
    }

    /** Whether LGD_RESPCODE is 0000. */
    public boolean isSuccess() {
        return code.equals("0000");
    }

    /**
     * Whether the gateway says that it did this before: S007 (already processed) or XC01 (duplicate request). After payByKey it is no
     * decline that the buyer may repeat: an earlier request may have taken the payment. It does not say that this order is paid either,
     * because the payment key may be that of another order. Look the payment up by LGD_OID in the merchant admin.
     */
    public boolean isRepeated() {
        return isRepeated;
    }

    /** LGD_RESPCODE. */
    public String code() {
        return code;
    }

    /** LGD_RESPMSG, for the buyer. If a payment isRepeated, also that the buyer must not pay again. */
    public String message() {
        return message;
    }

    /** LGD_TXID of the request. */
    public String txId() {
        return txId;
    }

    /** A value of the first row; "" if missing. */
    public String get(String name) {
        String value = rows.isEmpty() ? null : rows.get(0).get(name);
        return value == null ? "" : value;
    }

    /** All rows of LGD_RESPONSE, by name, in the gateway's order. */
    public List<Map<String, String>> rows() {
        return Collections.unmodifiableList(rows);
    }

    /** LGD_TID: the gateway's payment ID; "" if there is none. */
    public String tid() {
        return get("LGD_TID");
    }

    /** Without buyers' names and accounts. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[code=" + code + ", tid=" + tid() + ", txId=" + txId + "]";
    }
}
