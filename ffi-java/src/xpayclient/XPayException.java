package xpayclient;

import xpayclient.internal.Session;

/** Why there is no answer. The message says what happened and what to do, in English and Korean, for the operator; it holds no secret. */
public class XPayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String txId;
    private final Outcome outcome;
    private final String forBuyer;

    XPayException(Failure failure) {
        super(failure.code + " " + failure.detail);
        code = failure.code;
        txId = failure.txId;
        outcome = failure.outcome;
        forBuyer = failure.forBuyer;
    }

    /** One of the library's error codes: docs/en/errors.md. */
    public int code() {
        return code;
    }

    /** LGD_TXID of the request; "" if none was begun. */
    public String txId() {
        return txId;
    }

    /** Only after IN_DOUBT may money have moved. */
    public Outcome outcome() {
        return outcome;
    }

    /** One Korean sentence that a buyer may read: what became of the money. */
    public String forBuyer() {
        return forBuyer;
    }

    /** What the library says of its last call. */
    static final class Failure {
        private final int kind;
        private final int code;
        private final String detail;
        private final String forBuyer;
        private final String txId;
        private final Outcome outcome;

        private Failure(Session session, int outcome) {
            kind = session.number("error_kind");
            code = Integer.parseInt(session.text("response_code"));
            detail = session.text("response_detail");
            forBuyer = session.text("response_msg");
            txId = session.text("tx_id");
            this.outcome = Outcome.values()[outcome];
        }
    }

    static XPayException of(Session session) {
        return of(session, session.number("outcome"));
    }

    /** The library decides the kind: the same code has another one once a request may have arrived. */
    static XPayException of(Session session, int outcome) {
        Failure failure = new Failure(session, outcome);
        switch (failure.kind) {
            case 1:
                return new UsageException(failure);
            case 2:
                return new ConfigException(failure);
            case 3:
                return new TransportException(failure);
            case 4:
                return new ProtocolException(failure);
            default:
                return new XPayException(failure);
        }
    }
}
