import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Shared by the Java tests: the sandbox of tests/java/test_junit.py, payment keys, its ledger, what it received, and faults. */
abstract class Shop {
    static final String MID = "tlgdacomxpay";
    static final String HOME = System.getenv("XPAY_HOME");
    static final long AMOUNT = 23400;

    private static final AtomicInteger ORDERS = new AtomicInteger();

    static String oid() {
        return "java-" + System.nanoTime() + "-" + ORDERS.incrementAndGet();
    }

    /** A payment key as the payment window would return it. */
    static String paykey(String oid) throws Exception {
        return paykey(oid, "");
    }

    /** @param more members of JSON, each with a comma before it */
    static String paykey(String oid, String more) throws Exception {
        return found("\"LGD_PAYKEY\":\\s*\"([^\"]+)\"", ask("/paykeys", "{\"oid\": \"" + oid + "\", \"amount\": " + AMOUNT + more + "}")).get(0);
    }

    /** What stands of an order at the gateway, in won; -1 if it has no payment. */
    static long balance(String oid) throws Exception {
        long standing = -1;
        for (String payment : ask("/payments", null).split("\\},\\s*\\{")) {
            if (payment.contains("\"oid\":\"" + oid + "\"")) {
                standing = Math.max(standing, 0) + Long.parseLong(found("\"balance\":(\\d+)", payment).get(0));
            }
        }
        return standing;
    }

    /** LGD_TXNAME of all requests with this text in them, in order. */
    static List<String> requests(String text) throws Exception {
        List<String> names = new ArrayList<>();
        for (String request : ask("/requests", null).split("\\},\\s*\\{\"txname\"")) {
            if (request.contains(text)) {
                String[] cut = request.split("\"", 4);
                names.add(request.startsWith(":") ? cut[1] : found("\"txname\":\"([^\"]*)\"", request).get(0));
            }
        }
        return names;
    }

    /** Requests fail as docs/en/faults.md says, until {@link #heal}. */
    static void faults(String script) throws Exception {
        ask("/faults", "{\"script\": \"" + script + "\"}");
    }

    static void heal() throws Exception {
        faults("");
    }

    static List<String> found(String pattern, String text) {
        List<String> all = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all;
    }

    /** The sandbox's own interface: a GET, or a POST of JSON. */
    static String ask(String path, String body) throws IOException, GeneralSecurityException {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(System.getenv("XPAY_ADMIN") + path).openConnection();
        SSLContext anybody = SSLContext.getInstance("TLS");
        anybody.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        connection.setSSLSocketFactory(anybody.getSocketFactory());
        connection.setHostnameVerifier((host, session) -> true);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes("UTF-8"));
            }
        }
        try (InputStream in = connection.getInputStream()) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                read.write(piece, 0, length);
            }
            return read.toString("UTF-8");
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
