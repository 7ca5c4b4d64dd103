package xpayclient;

/** A call or a value is wrong; nothing was sent. */
public final class UsageException extends XPayException {
    private static final long serialVersionUID = 1L;

    UsageException(Failure failure) {
        super(failure);
    }
}
