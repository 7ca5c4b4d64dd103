package xpayclient;

/** No answer came, or an approval was undone. {@link #outcome} says whether money may have moved. */
public final class TransportException extends XPayException {
    private static final long serialVersionUID = 1L;

    TransportException(Failure failure) {
        super(failure);
    }
}
