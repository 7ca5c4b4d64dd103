package xpayclient;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import xpayclient.internal.Session;

/** The signed form that opens a window: {@code <form id="LGD_PAYINFO" method="post">…hiddenFields()…</form>}. */
public final class Window {
    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final String hiddenFields;

    Window(Session session) {
        for (int at = 0, count = session.number("window_count"); at < count; at++) {
            fields.add(new SimpleImmutableEntry<>(session.text("window_name", at), session.text("window_value", at)));
        }
        for (int at = 0, count = session.number("window_warning_count"); at < count; at++) {
            warnings.add(session.text("window_warning", at));
        }
        hiddenFields = session.text("window_html");
    }

    /** Every name and its value, in the protocol's order. A name of an escrow item comes once for each item. */
    public List<Map.Entry<String, String>> fields() {
        return Collections.unmodifiableList(fields);
    }

    /** The value of a field, the first of an escrow item's; "" if it is not there. */
    public String get(String name) {
        for (Map.Entry<String, String> field : fields) {
            if (field.getKey().equals(name)) {
                return field.getValue();
            }
        }
        return "";
    }

    /** One escaped line of HTML for each field. */
    public String hiddenFields() {
        return hiddenFields;
    }

    /** What the gateway may take or refuse, in English and Korean, for the developer. Never a value. */
    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    /** Without the buyer's data. */
    @Override
    public String toString() {
        return "Window[oid=" + get("LGD_OID") + ", warnings=" + warnings.size() + "]";
    }
}
