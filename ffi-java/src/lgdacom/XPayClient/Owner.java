package lgdacom.XPayClient;

import java.lang.ref.WeakReference;

/** The one thread of an object. The fields of two payments would be one, and a declined one would read the other's 0000. */
final class Owner {
    /** null before the first transaction. */
    private WeakReference<Thread> thread;

    /** Called by what begins, changes or sends a transaction: from then on the object is this thread's, until that thread ends. */
    synchronized void claim() {
        check();
        if (thread == null || thread.get() != Thread.currentThread()) {
            thread = new WeakReference<>(Thread.currentThread());
        }
    }

    /** @throws IllegalStateException if it is another thread's */
    synchronized void check() {
        Thread of = thread == null ? null : thread.get();
        if (of != null && of != Thread.currentThread() && of.isAlive()) {
            throw new IllegalStateException("this XPayClient is used by the thread [" + of.getName() + "]: make one with new XPayClient() in "
                    + "each request, and keep none in a static field or a singleton bean. / 다른 스레드가 사용하는 XPayClient입니다. 요청마다 new XPayClient()로 만들고, "
                    + "static 필드나 싱글턴 빈에 두지 마십시오.");
        }
    }
}
