package xpayclient;

/**
 * The shop's own step.
 *
 * @param <T> what it is about
 * @param <E> what it throws
 */
public interface Step<T, E extends Exception> {
    /** Does it completely, or throws. */
    void run(T about) throws E;
}
