package xpayclient;

import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import xpayclient.internal.Session;

/** What the gateway or a browser posted to the shop, after the library has read it. */
public abstract class Posted {
    private final Map<String, String> values = new LinkedHashMap<>();

    Posted(Session session, String function, String body) {
        for (String pair : body.split("&")) {
            String name = decoded(pair.split("=", 2)[0]);
            if (!name.isEmpty() && name.indexOf('\0') < 0) {
                values.put(name, session.text(function, name));
            }
        }
    }

    /**
     * The body of a request whose parameters a servlet container has read already, as {@code request.getParameterMap()} has them. Set
     * the request's encoding before.
     */
    public static String body(Map<String, String[]> parameters) {
        StringBuilder body = new StringBuilder();
        for (Map.Entry<String, String[]> parameter : parameters.entrySet()) {
            for (String value : parameter.getValue()) {
                body.append(body.length() == 0 ? "" : "&").append(encoded(parameter.getKey())).append('=').append(encoded(value));
            }
        }
        return body.toString();
    }

    /** LGD_RESPCODE. */
    public String code() {
        return get("LGD_RESPCODE");
    }

    /** LGD_RESPMSG. Escape it in HTML: of a failure anybody may have sent it. */
    public String message() {
        return get("LGD_RESPMSG");
    }

    /** Any value; "" if missing. The class says which are signed. */
    public String get(String name) {
        String value = values.get(name);
        return value == null ? "" : value;
    }

    /** All values by their names. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Without payment keys, billing keys and the buyer. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[oid=" + get("LGD_OID") + ", code=" + code() + ", tid=" + get("LGD_TID") + "]";
    }

    static long won(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    static Date date(String digits) {
        SimpleDateFormat format = new SimpleDateFormat("yyyyMMddHHmmss");
        format.setTimeZone(TimeZone.getTimeZone("Asia/Seoul"));
        format.setLenient(false);
        try {
            return digits.length() == 14 ? format.parse(digits) : null;
        } catch (ParseException none) {
            return null;
        }
    }

    private static String encoded(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8");
        } catch (UnsupportedEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, "UTF-8");
        } catch (UnsupportedEncodingException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
