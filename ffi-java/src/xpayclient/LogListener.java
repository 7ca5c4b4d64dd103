package xpayclient;

/** Gets the lines that log_level lets through, masked as in the library's own log. */
public interface LogListener {
    /**
     * Called on the thread that called the client. What it throws changes no payment.
     *
     * @param level 0 (fatal) to 4 (debug)
     */
    void line(int level, String line);
}
