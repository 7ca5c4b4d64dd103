package xpayclient.internal;

import java.util.UUID;

/** What stands for a signature that is refused. It needs no JNA, because there is none either if the library cannot be loaded. */
public final class Refused {
    private static final String BEGINNING = "refused:";

    private Refused() {
    }

    /** Another text each time: a page that compares it with a received LGD_HASHDATA must never find them equal. */
    public static String signature() {
        return BEGINNING + UUID.randomUUID();
    }

    /** Whether it is one, of this class or of the library. */
    public static boolean is(String signature) {
        return signature.startsWith(BEGINNING);
    }
}
