package xpayclient;

/** The response is not a well-formed answer. {@link #outcome} says whether money may have moved. */
public final class ProtocolException extends XPayException {
    private static final long serialVersionUID = 1L;

    ProtocolException(Failure failure) {
        super(failure);
    }
}
