package lgdacom.XPayClient;

/** The settings that Init read and SetConfig set: those of this thread's last Init, else of the last one of any thread. */
public class Config {
    private Config() {
    }

    /**
     * A setting, or the MertKey of a merchant ID, which is a secret.
     *
     * @return "" if it is not set
     */
    public static String value(String name) {
        return name == null ? "" : Settings.current().value(name);
    }
}
