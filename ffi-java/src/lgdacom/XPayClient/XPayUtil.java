package lgdacom.XPayClient;

/**
 * The vendor's static helpers, for pages that only sign. As {@link Config}, they see the settings that this thread read last. What
 * pages call is Init, GetTimeStamp, GetHashData and GetHashDataOpenpay; of the others only the names are known.
 */
public class XPayUtil {
    /** Pages make an object and call the static members by it. */
    public XPayUtil() {
    }

    /** Reads home_dir/conf/mall.conf and lgdacom.conf. */
    public static boolean Init(String home_dir) {
        return load(home_dir);
    }

    /** As {@link XPayClient#GetTimeStamp}. */
    public static String GetTimeStamp() {
        return Settings.current().made("timestamp");
    }

    /** As {@link XPayClient#GetHashData}. */
    public static String GetHashData(String mid, String oid, String amount, String timestamp) {
        return Settings.current().made("vendor_hash_data", mid, oid, amount, timestamp);
    }

    /** As {@link XPayClient#GetHashDataOpenpay}. */
    public static String GetHashDataOpenpay(String venderno, String mid, String mer_uid, String token, String timestamp) {
        return Settings.current().made("vendor_hash_data_openpay", venderno, mid, mer_uid, token, timestamp);
    }

    /** As {@link #Init}. */
    public static boolean load(String home_dir) {
        return new XPayClient().Init(home_dir, "service");
    }

    /** As {@link XPayClient#InitFile}. */
    public static boolean loadfile(String file) {
        return new XPayClient().InitFile(file, "service");
    }

    /** As {@link #loadfile}. */
    public static boolean parseConfig(String file) {
        return loadfile(file);
    }

    /** As {@link Config#value}. */
    public static String value(String name) {
        return Config.value(name);
    }

    /** As {@link Config#value}, as a number; 0 if it is none. */
    public static int valueInt(String name) {
        try {
            return Integer.parseInt(value(name).trim());
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /** Sets a setting for the static calls. */
    public static void put(String name, String value) {
        Settings.current().set(name, value == null ? "" : value);
    }

    /** The number of settings. */
    public static int count() {
        return Settings.current().count();
    }
}
