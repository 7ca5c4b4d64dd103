package xpayclient;

/** What became of a request. */
public enum Outcome {
    /** Nothing was sent. */
    NONE,
    /** A well-formed answer arrived, approval or decline. */
    ANSWERED,
    /** It failed before its first byte could have left. No money moved. */
    NOT_SENT,
    /** It may have arrived, no well-formed answer came, and the gateway confirmed the Rollback. */
    ROLLED_BACK,
    /** The same, but no Rollback was confirmed: money may have moved. Recovery rolls it back. */
    IN_DOUBT
}
