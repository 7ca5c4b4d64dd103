package xpayclient;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is delivered under escrow, for {@link Client#window}. */
public final class EscrowItem {
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /**
     * @param id LGD_ESCROW_GOODID
     * @param name LGD_ESCROW_GOODNAME
     * @param unitPrice LGD_ESCROW_UNITPRICE in won
     * @param quantity LGD_ESCROW_QUANTITY
     * @param code LGD_ESCROW_GOODCODE, or ""
     */
    public EscrowItem(String id, String name, long unitPrice, int quantity, String code) {
        parameters.put("LGD_ESCROW_GOODID", id);
        parameters.put("LGD_ESCROW_GOODNAME", name);
        parameters.put("LGD_ESCROW_GOODCODE", code);
        parameters.put("LGD_ESCROW_UNITPRICE", String.valueOf(unitPrice));
        parameters.put("LGD_ESCROW_QUANTITY", String.valueOf(quantity));
    }

    Map<String, String> parameters() {
        return parameters;
    }
}
