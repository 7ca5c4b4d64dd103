package xpayclient.internal;

import com.sun.jna.Pointer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One xpay_client of C, whose functions are called by their names without the prefix. Both faces are made of it, and decide nothing
 * that it can decide.
 *
 * <p>Strings are UTF-8 in both directions, as xpay_set_unicode has it, and null is NULL.
 */
public final class Session {
    private static final Charset UTF_8 = Charset.forName("UTF-8");
    /** Room for any signature and its NUL. */
    private static final int SIGNATURE = 129;
    private static final Map<String, Method> FUNCTIONS = functions();
    /** Whose value a wrong one is: that of the name before it. */
    private static final Set<String> NAMED = new HashSet<>(Arrays.asList("set", "check", "set_config", "window_set", "escrow_set"));

    private final Handle handle;

    /** @throws IllegalStateException says what to do if the library cannot be loaded */
    public Session() {
        handle = new Handle(NativeLibrary.abi());
        Freed.with(this, handle);
        done("set_language", "Java");
        done("set_unicode", true);
    }

    /** Frees the client. Later calls return false and empty strings. An approval that it holds stands. */
    public void free() {
        handle.run();
    }

    /** A function that returns bool. */
    public boolean done(String function, Object... arguments) {
        synchronized (handle) {
            return areStrings(function, arguments) && (Byte) invoke(function, arguments) != 0;
        }
    }

    /** A function that returns a number. */
    public int number(String function, Object... arguments) {
        synchronized (handle) {
            return ((Number) invoke(function, arguments)).intValue();
        }
    }

    /** A function that returns a string; null for NULL. */
    public String text(String function, Object... arguments) {
        byte[] bytes = bytes(function, arguments);
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** The bytes of such a string, which is the gateway's own if it is response_json. */
    public byte[] bytes(String function, Object... arguments) {
        synchronized (handle) {
            Pointer text = (Pointer) invoke(function, arguments);
            return text == null ? null : text.getByteArray(0, (int) text.indexOf(0, (byte) 0));
        }
    }

    /** A function that writes a time or a signature. After a refusal, see Refused. */
    public String made(String function, Object... arguments) {
        byte[] out = new byte[SIGNATURE];
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1, Object[].class);
        all[arguments.length] = out;
        synchronized (handle) {
            if (areStrings(function, arguments)) {
                invoke(function, all);
            }
        }
        return out[0] == 0 ? Refused.signature() : string(out);
    }

    /** Writes a line to the log. */
    public void log(String msg, int level) {
        synchronized (handle) {
            invoke("log", msg.replace('\0', ' '), level);
        }
    }

    /** Rolls back the transaction sent last, whatever the reason is: the payment must be rolled back in any case. */
    public boolean rollback(String reason) {
        return done("rollback", reason == null || reason.indexOf('\0') >= 0 ? "Rollback" : reason);
    }

    /** How many transactions are still open; -1 if that is not known. */
    public int recover() {
        long[] open = {0};
        return done("recover_open", (Object) open) ? (int) open[0] : -1;
    }

    /** A NUL would end a string in C: what has one is refused by its name. */
    private boolean areStrings(String function, Object[] arguments) {
        for (int at = 0; at < arguments.length; at++) {
            if (arguments[at] instanceof String && ((String) arguments[at]).indexOf('\0') >= 0) {
                boolean isNamed = at == 1 && NAMED.contains(function) && arguments[0] != null;
                String name = isNamed ? (String) arguments[0] : "argument " + at + " of " + function;
                invoke("refuse", name, "holds a NUL character");
                return false;
            }
        }
        return true;
    }

    private Object invoke(String function, Object... arguments) {
        Method method = FUNCTIONS.get(function);
        Class<?>[] types = method.getParameterTypes();
        Object[] given = new Object[types.length];
        given[0] = handle.client;
        for (int at = 1; at < types.length; at++) {
            given[at] = converted(types[at], at <= arguments.length ? arguments[at - 1] : null);
        }
        if (function.equals("set_logger")) {
            handle.callback = given[1];
        }
        try {
            return method.invoke(handle.abi, given);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Object converted(Class<?> type, Object argument) {
        if (argument instanceof String) {
            byte[] bytes = ((String) argument).getBytes(UTF_8);
            return Arrays.copyOf(bytes, bytes.length + 1);
        }
        if (argument instanceof Boolean) {
            return (byte) ((Boolean) argument ? 1 : 0);
        }
        return type == Size.class ? new Size(((Number) argument).longValue()) : argument;
    }

    private static String string(byte[] out) {
        int end = 0;
        while (out[end] != 0) {
            end++;
        }
        return new String(out, 0, end, UTF_8);
    }

    private static Map<String, Method> functions() {
        Map<String, Method> functions = new HashMap<>();
        for (Method method : Abi.class.getMethods()) {
            functions.put(method.getName().substring("xpay_".length()), method);
        }
        return functions;
    }

    /** The client, and the lock that each call of it holds: nothing frees it meanwhile, although nobody may have the session. */
    private static final class Handle implements Runnable {
        private final Abi abi;
        private Pointer client;
        /** C has it, which keeps nothing alive. */
        private Object callback;

        Handle(Abi abi) {
            this.abi = abi;
            this.client = abi.xpay_new();
            if (client == null) {
                // Every call would return false without a code.
                throw new OutOfMemoryError("xpay_new");
            }
        }

        @Override
        public synchronized void run() {
            abi.xpay_free(client);
            client = null;
        }
    }
}
