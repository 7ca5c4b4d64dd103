import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;

/** Two web applications of one server, each with the jars of its own: what `Init` comes to in each. */
public final class Applications {
    private Applications() {
    }

    public static void main(String[] jars) throws Exception {
        URL[] own = {new File(jars[0]).toURI().toURL(), new File(jars[1]).toURI().toURL()};
        for (int application = 1; application <= 2; application++) {
            Class<?> type = new URLClassLoader(own, null).loadClass("lgdacom.XPayClient.XPayClient");
            Object xpay = type.getConstructor().newInstance();
            Object done = type.getMethod("Init", String.class).invoke(xpay, "test");
            System.out.println(application + " " + done + " " + type.getMethod("Response_Detail").invoke(xpay));
        }
    }
}
