package xpayclient;

/**
 * Finds the shop's own order.
 *
 * @param <E> what finding it throws
 */
public interface Orders<E extends Exception> {
    /** @return null if there is no order of this LGD_OID */
    Order find(String oid) throws E;
}
