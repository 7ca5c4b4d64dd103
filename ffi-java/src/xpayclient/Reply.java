package xpayclient;

/** What to answer to a notification. Nothing may stand before or after the body: in a JSP, write it by a servlet. */
public final class Reply {
    private final int status;
    private final String body;
    private final Exception failure;

    Reply(int status, String body, Exception failure) {
        this.status = status;
        this.body = body;
        this.failure = failure;
    }

    /** The HTTP status: 200, also with ROLLBACK, or 400 if it was not verified. */
    public int status() {
        return status;
    }

    /** The whole body: OK, ROLLBACK, or the reason. */
    public String body() {
        return body;
    }

    /** Whether the answer is OK: saved, now or before, or a mobile payment's note about a failure, after which nothing is to save. */
    public boolean isOk() {
        return body.equals("OK");
    }

    /** What the shop's step threw, so that a mobile payment's note is answered with ROLLBACK; else null. */
    public Exception failure() {
        return failure;
    }
}
