package xpayclient.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Runs what frees an object once nobody has it: by java.lang.ref.Cleaner from Java 9 on, before it when the next one is made. */
final class Freed {
    private static final Object CLEANER = cleaner();
    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final Set<Waiting> WAITING = Collections.synchronizedSet(new HashSet<Waiting>());

    private Freed() {
    }

    /** @param freeing must not hold the object */
    static void with(Object object, Runnable freeing) {
        if (CLEANER != null) {
            try {
                Class<?> type = Class.forName("java.lang.ref.Cleaner");
                type.getMethod("register", Object.class, Runnable.class).invoke(CLEANER, object, freeing);
                return;
            } catch (ReflectiveOperationException unavailable) {
                NativeLibrary.LOGGER.fine("java.lang.ref.Cleaner: " + unavailable);
            }
        }
        for (Object gone = QUEUE.poll(); gone != null; gone = QUEUE.poll()) {
            WAITING.remove(gone);
            ((Waiting) gone).freeing.run();
        }
        WAITING.add(new Waiting(object, freeing));
    }

    private static Object cleaner() {
        try {
            return Class.forName("java.lang.ref.Cleaner").getMethod("create").invoke(null);
        } catch (ReflectiveOperationException olderJava) {
            return null;
        }
    }

    private static final class Waiting extends PhantomReference<Object> {
        private final Runnable freeing;

        Waiting(Object object, Runnable freeing) {
            super(object, QUEUE);
            this.freeing = freeing;
        }
    }
}
