import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;

/** Two web applications of one server, each with the jars of its own: what `Init` comes to in each, and a signature without a MertKey. */
public final class Applications {
    private Applications() {
    }

    public static void main(String[] jars) throws Exception {
        Class<?> text = String.class;
        URL[] own = {new File(jars[0]).toURI().toURL(), new File(jars[1]).toURI().toURL()};
        for (int application = 1; application <= 2; application++) {
            Class<?> type = new URLClassLoader(own, null).loadClass("lgdacom.XPayClient.XPayClient");
            Object xpay = type.getConstructor().newInstance();
            Object done = type.getMethod("Init", String.class).invoke(xpay, "test");
            System.out.println(application + " " + done + " " + type.getMethod("Response_Detail").invoke(xpay));
            System.out.println("signed " + type.getMethod("GetHashData", text, text, text, text).invoke(xpay, "tshop", "o1", "1", "20200515101110"));
            Class<?> util = type.getClassLoader().loadClass("lgdacom.XPayClient.XPayUtil");
            System.out.println("signed " + util.getMethod("GetHashData", text, text, text, text).invoke(null, "tshop", "o1", "1", "20200515101110"));
        }
    }
}
