package xpayclient.internal;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;

/** C's xpay_logger_t. */
public interface LogCallback extends Callback {
    void invoke(Pointer context, int level, Pointer line);
}
