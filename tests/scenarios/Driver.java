import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import lgdacom.XPayClient.XPayClient;
import xpayclient.internal.Abi;
import xpayclient.internal.LogCallback;
import xpayclient.internal.Session;

/**
 * The scenarios' driver in Java: the vendor's class as merchants call it; see drivers.py. What that class has no member for, or none
 * that says whether it failed, is asked of the session beneath.
 */
public final class Driver {
    private static final Charset LATIN_1 = Charset.forName("ISO-8859-1");
    private static final Charset UTF_8 = Charset.forName("UTF-8");
    private static final Charset CP949 = Charset.forName("MS949");
    private static final Set<String> DONE = new HashSet<>(Arrays.asList("set_config", "warm_up", "set", "report"));
    private static final Set<String> SIGNS = new HashSet<>(Arrays.asList("hash_data", "hash_data_cas", "hash_data_openpay", "receipt_authdata"));
    private static final Set<String> TEXTS = new HashSet<>(Arrays.asList("config", "tx_id", "auth_code"));

    private final XPayClient xpay = new XPayClient();
    private final Session session;

    private Driver() throws ReflectiveOperationException {
        Field field = XPayClient.class.getDeclaredField("session");
        field.setAccessible(true);
        session = (Session) field.get(xpay);
        // Every line of the log, where the judge looks for secrets.
        session.done("set_logger", (LogCallback) (context, level, line) -> System.err.println(line.getString(0, "UTF-8")), null);
    }

    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        Map<String, Driver> drivers = new HashMap<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, LATIN_1));
        PrintStream out = new PrintStream(System.out, false, "US-ASCII");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.split("\t", -1);
            Driver driver = drivers.get(fields[0]);
            if (driver == null) {
                driver = new Driver();
                drivers.put(fields[0], driver);
            }
            String[] given = new String[6];
            Arrays.fill(given, "");
            for (int at = 2; at < fields.length; at++) {
                given[at - 2] = text(decoded(fields[at]));
            }
            out.print(driver.answer(fields[1], given) + "\n");
            out.flush();
        }
    }

    private String answer(String call, String[] a) {
        if (DONE.contains(call)) {
            return status(call.equals("warm_up") ? session.done(call) : session.done(call, a[0], a[1]));
        }
        if (SIGNS.contains(call)) {
            return signed(session.made(call, (Object[]) Arrays.copyOf(a, call.equals("receipt_authdata") ? 2 : call.equals("hash_data") ? 4 : 5)));
        }
        if (TEXTS.contains(call)) {
            String text = call.equals("config") ? session.text(call, a[0]) : session.text(call);
            return text == null ? "null" : value(output(text));
        }
        switch (call) {
            case "init":
                return status(xpay.Init(a[0], a[1]));
            case "init_mode":
                return status(xpay.Init(a[0]));
            case "init_tx":
                return status(xpay.Init_TX(a[0]));
            case "tx":
                return status(a[0].equals("true") ? xpay.TX() : session.done("tx", false));
            case "guarded":
                return status(guarded(a[0].equals("true"), a[1].equals("ok")));
            case "rollback":
                return status(xpay.Rollback(a[0]));
            case "patch":
                return status(xpay.Patch(a[0]));
            case "log":
                xpay.Log(a[0], Integer.parseInt(a[1]));
                return status(true);
            case "verify_hash_data_cas":
                return status(xpay.VerifyHashDataCas(a[0], a[1], a[2], a[3], a[4], a[5]));
            case "vendor_hash_data":
                return signed(xpay.GetHashData(a[0], a[1], a[2], a[3]));
            case "vendor_hash_data_cas":
                return signed(xpay.GetHashDataCas(a[0], a[1], a[2], a[3], a[4]));
            case "vendor_hash_data_openpay":
                return signed(xpay.GetHashDataOpenpay(a[0], a[1], a[2], a[3], a[4]));
            case "recover":
                int open = session.recover();
                return open < 0 ? status(false) : value(bytes(open));
            case "config_count":
                return value(bytes(session.number(call)));
            case "config_name":
                String name = session.text(call, Integer.parseInt(a[0]));
                return name == null ? "null" : value(output(name));
            case "response_json":
                return value(session.bytes(call));
            case "response_count":
                return value(bytes(xpay.ResponseCount()));
            case "response_name_count":
                return value(bytes(xpay.ResponseNameCount()));
            case "response_name":
                return value(output(xpay.ResponseName(Integer.parseInt(a[0]))));
            case "response":
                return value(output(xpay.Response(a[0], Integer.parseInt(a[1]))));
            default:
                return "unknown";
        }
    }

    /** The shop's step of a guarded transaction: it ends as the scenario says. */
    private boolean guarded(boolean rollbackOnError, boolean isDone) {
        boolean answered = session.done("tx_held", rollbackOnError);
        if (!session.done("is_held")) {
            return answered;
        }
        return isDone && session.number("response_count") > 0 ? session.done("confirm") : session.done("undo", Abi.STEP_FAILED);
    }

    private String status(boolean returned) {
        String code = encoded(session.text("response_code").getBytes(UTF_8));
        String texts = encoded(output(session.text("response_msg"))) + "\t" + encoded(output(session.text("response_detail")));
        return "status\t" + returned + "\t" + code + "\t" + session.number("outcome") + "\t" + texts;
    }

    private String signed(String made) {
        return made.startsWith("refused:") ? status(false) : value(made.getBytes(UTF_8));
    }

    /** Java has text; the other languages return bytes in the shop's encoding. */
    private byte[] output(String text) {
        String setting = session.number("config_count") == 0 ? "1" : session.text("config", "output_UTF8");
        boolean isUtf8 = setting != null && !setting.trim().isEmpty() && !setting.trim().equals("0");
        return text.getBytes(isUtf8 ? UTF_8 : CP949);
    }

    private static String value(byte[] bytes) {
        return "value\t" + encoded(bytes);
    }

    private static byte[] bytes(int number) {
        return String.valueOf(number).getBytes(UTF_8);
    }

    /** As a page has read it: UTF-8, or EUC-KR where it is none. */
    private static String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException otherwise) {
            return new String(bytes, CP949);
        }
    }

    private static byte[] decoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '%') {
                bytes[length++] = (byte) Integer.parseInt(text.substring(at + 1, at + 3), 16);
                at += 2;
            } else {
                bytes[length++] = (byte) text.charAt(at);
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static String encoded(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte one : bytes) {
            boolean isPlain = one >= '0' && one <= '9' || one >= 'A' && one <= 'Z' || one >= 'a' && one <= 'z' || "-_.".indexOf(one) >= 0;
            text.append(isPlain ? String.valueOf((char) one) : String.format("%%%02X", one & 0xff));
        }
        return text.toString();
    }
}
