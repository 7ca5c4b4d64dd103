import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import xpayclient.Client;
import xpayclient.Guard;
import xpayclient.Notice;
import xpayclient.Order;
import xpayclient.Outcome;
import xpayclient.Payment;
import xpayclient.Platform;
import xpayclient.Reply;
import xpayclient.Window;
import xpayclient.WindowReturn;
import xpayclient.XPayException;

/**
 * A small shop on the JDK's own HTTP server: order, payment window, return, notification of deposits, cancellation. Its handlers are
 * what a servlet's doPost would be. Orders are in memory; yours are in a database.
 *
 * <p>Usage: java -cp xpayclient.jar:jna.jar:. Shop HOME_DIR PORT WINDOW_JS. It listens on 127.0.0.1 alone, and everybody there may
 * cancel.
 */
public class Shop {
    private static final String CST_MID = "lgdacomxpay";
    private static final String MID = "t" + CST_MID;
    private static final long PRICE = 23400;

    private static final Map<String, String> STATES = new HashMap<>();

    static {
        STATES.put("new", "결제 전 / not paid");
        STATES.put("paying", "결제 중 / being paid");
        STATES.put("paid", "결제 완료 / paid");
        STATES.put("waiting", "입금 대기 / waiting for the deposit");
        STATES.put("unclear", "확인 중 / being checked, do not pay again");
        STATES.put("cancelled", "취소 완료 / cancelled");
    }

    private final Client client;
    private final String address;
    private final String windowScript;
    private final Map<String, Bought> orders = new ConcurrentHashMap<>();

    /** An order. Whoever reads and changes it holds its lock. */
    private static final class Bought {
        private final String oid = "order-" + UUID.randomUUID();
        private String state = "new";
        private String tid = "";
        private String payType = "";
        private final Set<String> payKeys = new HashSet<>();
        private final Set<String> notices = new HashSet<>();
    }

    private Shop(String homeDir, int port, String windowScript) {
        this.client = new Client(homeDir, Platform.TEST);
        this.address = "http://localhost:" + port;
        this.windowScript = windowScript;
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])), 0);
        Shop shop = new Shop(arguments[0], server.getAddress().getPort(), arguments[2]);
        server.createContext("/", exchange -> shop.handle(exchange));
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
        System.out.println(shop.address);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = read(exchange.getRequestBody());
        int status = 200;
        String page;
        try {
            switch (exchange.getRequestURI().getPath()) {
                case "/":
                    page = page("<form method='post' action='/order'><button>Buy / 주문하기</button></form>");
                    break;
                case "/order":
                    page = order(parameters(body).get("means"));
                    break;
                case "/return":
                    page = returned(body);
                    break;
                case "/notice":
                    Reply reply = notified(body);
                    status = reply.status();
                    page = reply.body();
                    break;
                case "/show":
                    page = shown(orders.get(exchange.getRequestURI().getQuery()), "");
                    break;
                case "/cancel":
                    page = cancelled(parameters(body).get("oid"));
                    break;
                default:
                    status = 404;
                    page = "";
            }
        } catch (RuntimeException error) {
            // The details are for the operator.
            error.printStackTrace();
            status = 500;
            page = page(error instanceof XPayException ? escaped(((XPayException) error).forBuyer()) : "Something went wrong.");
        }
        byte[] bytes = page.getBytes("UTF-8");
        exchange.getResponseHeaders().set("Content-Type", (page.startsWith("<") ? "text/html" : "text/plain") + "; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Saves the order and opens the window. The browser only chooses; the price is the shop's. */
    private String order(String means) {
        Bought order = new Bought();
        orders.put(order.oid, order);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("LGD_OID", order.oid);
        parameters.put("LGD_AMOUNT", String.valueOf(PRICE));
        parameters.put("LGD_BUYER", "홍길동");
        parameters.put("LGD_PRODUCTINFO", "머그컵");
        parameters.put("LGD_WINDOW_TYPE", "submit");
        parameters.put("LGD_DOMAIN_URL", "xpayvvip");
        parameters.put("LGD_CUSTOM_USABLEPAY", means == null || means.isEmpty() ? "SC0010" : means);
        parameters.put("LGD_RETURNURL", address + "/return");
        parameters.put("LGD_CASNOTEURL", address + "/notice");
        Window window = client.window(CST_MID, parameters);
        for (String warning : window.warnings()) {
            System.err.println(warning);
        }
        return page("<script src=\"" + escaped(windowScript) + "\"></script><form id=\"LGD_PAYINFO\" method=\"post\">" + window.hiddenFields()
                + "</form><button onclick=\"openXpay(document.getElementById('LGD_PAYINFO'), 'test', 'submit', null, '', '')\">Pay / 결제하기</button>");
    }

    /** What the window returned is verified against the order; then the money moves. */
    private String returned(String body) {
        Bought order = orders.get(String.valueOf(parameters(body).get("LGD_OID")));
        if (order == null) {
            return shown(null, "");
        }
        synchronized (order) {
            WindowReturn returned = client.verifyReturn(body, new Order(MID, order.oid, PRICE));
            if (!returned.isSuccess()) {
                return shown(order, returned.message());
            }
            // Who loads the page again must not pay again.
            if (!order.state.equals("new") || !order.payKeys.add(returned.payKey())) {
                return shown(order, "");
            }
            order.state = "paying";
            try (Guard<Payment> guard = client.payByKey(MID, returned.payKey(), PRICE)) {
                Payment payment = guard.answer();
                if (!payment.isSuccess()) {
                    order.state = payment.isRepeated() ? "unclear" : "new";
                    return shown(order, payment.message());
                }
                order.tid = payment.tid();
                order.payType = payment.payType();
                order.state = payment.isPaid() ? "paid" : "waiting";
                guard.confirm();
                return shown(order, payment.isPaid() ? "" : payment.financeName() + " " + payment.accountNumber());
            } catch (XPayException error) {
                // Until it is certain that no money moved, nobody pays again.
                order.state = error.outcome() == Outcome.IN_DOUBT ? "unclear" : "new";
                error.printStackTrace();
                return shown(order, error.forBuyer());
            }
        }
    }

    private Reply notified(String body) {
        return client.<RuntimeException>replyToNotice(body, oid -> orders.containsKey(oid) ? new Order(MID, oid, PRICE) : null, this::book);
    }

    /** Each notification once, and only for the payment of the order: LGD_TID is not signed. */
    private void book(Notice notice) {
        Bought order = orders.get(notice.oid());
        synchronized (order) {
            if (!notice.tid().equals(order.tid)) {
                throw new IllegalStateException("the payment of " + order.oid + " is another one");
            }
            if (order.notices.add(notice.dedupKey())) {
                switch (notice.flag()) {
                    case Notice.PAID_IN:
                        order.state = notice.paidInTotal() >= PRICE ? "paid" : "waiting";
                        break;
                    case Notice.TAKEN_BACK:
                        order.state = "waiting";
                        break;
                    default:
                }
            }
        }
    }

    private String cancelled(String oid) {
        Bought order = orders.get(String.valueOf(oid));
        if (order == null) {
            return shown(null, "");
        }
        synchronized (order) {
            Map<String, String> reason = Collections.singletonMap("LGD_CANCELREASON", "고객 요청");
            if (client.cancel(MID, order.tid, order.payType, reason).isDone()) {
                order.state = "cancelled";
            }
            return shown(order, "");
        }
    }

    private static String shown(Bought order, String message) {
        if (order == null) {
            return page("There is no such order. / 그런 주문이 없습니다.");
        }
        return page("<p>" + order.oid + ": <b id=\"state\" data-state=\"" + order.state + "\">" + STATES.get(order.state) + "</b></p><p id=\"message\">"
                + escaped(message) + "</p><form method=\"post\" action=\"/cancel\"><input type=\"hidden\" name=\"oid\" value=\"" + order.oid
                + "\"><button>Cancel / 취소</button></form>");
    }

    private static String page(String body) {
        return "<!doctype html><html lang=\"ko\"><meta charset=\"utf-8\"><title>Shop</title><body>" + body + "</body></html>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static Map<String, String> parameters(String body) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] cut = pair.split("=", 2);
            try {
                parameters.put(URLDecoder.decode(cut[0], "UTF-8"), cut.length < 2 ? "" : URLDecoder.decode(cut[1], "UTF-8"));
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return parameters;
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        for (int length = in.read(piece); length > 0 && read.size() < 65536; length = in.read(piece)) {
            read.write(piece, 0, length);
        }
        return read.toString("ISO-8859-1");
    }
}
