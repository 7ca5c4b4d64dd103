package lgdacom.XPayClient;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import xpayclient.internal.Refused;
import xpayclient.internal.Session;

/**
 * Where an object has its settings from. They are the object's own, and what the static calls of Config and XPayUtil see: those that
 * this thread read last, else those that any thread read last.
 */
final class Settings {
    static final String NO_JNA = "jna-5.x.jar is missing: put it beside xpayclient.jar. / jna-5.x.jar가 없습니다. xpayclient.jar 옆에 두십시오.";

    private static final Map<Thread, Settings> OF_THREADS = new WeakHashMap<>();
    private static Settings last = new Settings();

    private final Map<String, String> set = new LinkedHashMap<>();
    /** What Init read: the library's function and its arguments, the mode last. */
    private String function = "init_mode";
    private String[] arguments = {""};
    /** For the static calls, which must not meet a transaction; made when one of them is used. */
    private Session session;

    synchronized void set(String name, String value) {
        if (name != null) {
            set.put(name, value);
            session = null;
        }
    }

    /** Reads them into the object's session, and sets what was set. */
    synchronized boolean read(Session session, String function, String... arguments) {
        this.function = function;
        this.arguments = arguments;
        this.session = null;
        return readInto(session);
    }

    private boolean readInto(Session session) {
        boolean read = session.done(function, (Object[]) arguments);
        if (read) {
            for (Map.Entry<String, String> setting : set.entrySet()) {
                session.done("set_config", setting.getKey(), setting.getValue());
            }
        }
        return read;
    }

    /** For the static calls. */
    void remember() {
        synchronized (OF_THREADS) {
            OF_THREADS.put(Thread.currentThread(), this);
            last = this;
        }
    }

    static Settings current() {
        synchronized (OF_THREADS) {
            Settings own = OF_THREADS.get(Thread.currentThread());
            return own == null ? last : own;
        }
    }

    synchronized String url() {
        return value("test".equalsIgnoreCase(arguments[arguments.length - 1]) ? "test_url" : "url");
    }

    /** "" if it is not set. */
    synchronized String value(String name) {
        String value = isUsable() ? session.text("config", name) : null;
        return value == null ? "" : value;
    }

    synchronized int count() {
        return isUsable() ? session.number("config_count") : 0;
    }

    synchronized String made(String function, String... arguments) {
        return isUsable() ? session.made(function, (Object[]) texts(arguments)) : Refused.signature();
    }

    private boolean isUsable() {
        if (session == null) {
            try {
                Session made = new Session();
                readInto(made);
                session = made;
            } catch (LinkageError | IllegalStateException notLoaded) {
                return false;
            }
        }
        return true;
    }

    /** As the vendor's class and the page beside it write null: both sign and send the same text. */
    static String[] texts(String... arguments) {
        String[] texts = new String[arguments.length];
        for (int at = 0; at < texts.length; at++) {
            texts[at] = String.valueOf(arguments[at]);
        }
        return texts;
    }
}
