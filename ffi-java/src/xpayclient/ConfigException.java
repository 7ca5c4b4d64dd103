package xpayclient;

/** Something on this machine needs correcting: a file, a setting, a MertKey. Nothing was sent. */
public final class ConfigException extends XPayException {
    private static final long serialVersionUID = 1L;

    ConfigException(Failure failure) {
        super(failure);
    }
}
