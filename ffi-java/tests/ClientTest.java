import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import xpayclient.BillingReturn;
import xpayclient.Cancellation;
import xpayclient.Client;
import xpayclient.ConfigException;
import xpayclient.EscrowItem;
import xpayclient.Guard;
import xpayclient.Notice;
import xpayclient.Order;
import xpayclient.Outcome;
import xpayclient.Payment;
import xpayclient.Platform;
import xpayclient.Posted;
import xpayclient.ProtocolException;
import xpayclient.Reply;
import xpayclient.TransportException;
import xpayclient.UsageException;
import xpayclient.Window;
import xpayclient.WindowReturn;
import xpayclient.XPayException;

/** The typed face: answers, exceptions, the guard, and what is posted to the shop. */
public class ClientTest extends Shop {
    private static final Map<String, String> NONE = Collections.emptyMap();
    private Client client;

    @Before
    public void opens() {
        client = new Client(HOME, Platform.TEST);
    }

    @After
    public void closes() throws Exception {
        client.close();
        heal();
    }

    private static Map<String, String> map(String... namesAndValues) {
        Map<String, String> made = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            made.put(namesAndValues[at], namesAndValues[at + 1]);
        }
        return made;
    }

    private interface Call {
        void run() throws Exception;
    }

    private static <E extends Exception> E thrown(Class<E> type, Call call) throws Exception {
        try {
            call.run();
        } catch (Exception exception) {
            if (type.isInstance(exception)) {
                return type.cast(exception);
            }
            throw exception;
        }
        fail("nothing was thrown");
        return null;
    }

    @Test
    public void aConfirmedApprovalStands() throws Exception {
        String oid = oid();
        try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
            assertTrue(guard.isHeld() && guard.answer().isSuccess() && guard.answer().isPaid());
            assertEquals(oid, guard.answer().oid());
            assertEquals(AMOUNT, guard.answer().amount());
            assertEquals("SC0010", guard.answer().payType());
            assertNotNull(guard.answer().payDate());
            guard.confirm();
            assertFalse(guard.isHeld());
        }
        assertEquals(AMOUNT, balance(oid));
        assertEquals(0, client.recover());
    }

    @Test
    public void anExceptionInTheBlockRollsBack() throws Exception {
        final String oid = oid();
        IllegalArgumentException own = thrown(IllegalArgumentException.class, () -> {
            try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
                throw new IllegalArgumentException("the database " + guard.answer().code());
            }
        });
        assertEquals(0, balance(oid));
        XPayException undone = (XPayException) own.getSuppressed()[0];
        assertEquals(90007, undone.code());
        assertEquals(Outcome.ROLLED_BACK, undone.outcome());
    }

    @Test
    public void aForgottenConfirmRollsBackAndIsHeard() throws Exception {
        final String oid = oid();
        TransportException undone = thrown(TransportException.class, () -> {
            try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
                assertTrue(guard.answer().isSuccess());
            }
        });
        assertEquals(90007, undone.code());
        assertTrue(undone.getCause().getMessage(), undone.getCause().getMessage().contains("confirm()"));
        assertEquals(0, balance(oid));
    }

    @Test
    public void aRollbackThatIsNotConfirmedIsInDoubt() throws Exception {
        String oid = oid();
        faults("Rollback before:close");
        try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
            XPayException doubt = thrown(XPayException.class, () -> guard.rollback("no stock"));
            assertEquals(Outcome.IN_DOUBT, doubt.outcome());
        }
        heal();
        assertEquals(AMOUNT, balance(oid));
        assertEquals(0, client.recover());
        assertEquals(0, balance(oid));
    }

    @Test
    public void rollbackUndoesAndCloseDoesNothingMore() throws Exception {
        String oid = oid();
        try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
            guard.rollback("no stock");
            guard.rollback("again");
            thrown(IllegalStateException.class, guard::confirm);
        }
        assertEquals(0, balance(oid));
    }

    /** No exception: a decline is what the gateway answered. */
    @Test
    public void aDeclineHoldsNothing() throws Exception {
        try (Guard<Payment> guard = client.payByKey(MID, paykey(oid()), AMOUNT - 1)) {
            assertFalse(guard.isHeld() || guard.answer().isSuccess() || guard.answer().isPaid());
            assertFalse(guard.answer().message().isEmpty());
            thrown(IllegalStateException.class, guard::confirm);
        }
    }

    @Test
    public void withoutAnAnswerItThrowsByKind() throws Exception {
        final String oid = oid();
        final String paykey = paykey(oid);
        faults("PaymentByKey 1 close\\nPaymentByKey 2 body={}");
        XPayException lost = thrown(TransportException.class, () -> client.payByKey(MID, paykey, AMOUNT));
        assertEquals(20008, lost.code());
        assertEquals(Outcome.ROLLED_BACK, lost.outcome());
        assertFalse(lost.txId().isEmpty() || lost.forBuyer().isEmpty());
        assertFalse(lost.getMessage(), lost.getMessage().contains(paykey));
        assertEquals(40001, thrown(ProtocolException.class, () -> client.payByKey(MID, paykey(oid()), AMOUNT)).code());
        assertEquals(10004, thrown(ConfigException.class, () -> client.payByKey("tnobody", "k", AMOUNT)).code());
        UsageException usage = thrown(UsageException.class, () -> client.payByKey(MID, paykey, 0));
        assertTrue(usage.getMessage(), usage.code() == 90003 && usage.getMessage().contains("LGD_AMOUNT"));
        thrown(UsageException.class, () -> client.payByKey(MID, null, AMOUNT));
        assertEquals(10001, thrown(ConfigException.class, () -> new Client("/nowhere", Platform.TEST)).code());
    }

    @Test
    public void cancelsAllOrAPart() throws Exception {
        String oid = oid();
        String tid;
        try (Guard<Payment> guard = client.payByKey(MID, paykey(oid), AMOUNT)) {
            tid = guard.answer().tid();
            guard.confirm();
        }
        Cancellation part = client.partialCancel(MID, tid, 400, AMOUNT, "SC0010", map("LGD_CANCELREASON", "변심"));
        assertTrue(part.message(), part.isDone());
        assertEquals(AMOUNT - 400, balance(oid));
        assertFalse(client.partialCancel(MID, tid, 400, AMOUNT, "SC0010", NONE).isDone());
        UsageException twice = thrown(UsageException.class, () -> client.cancel(MID, tid, "SC0010", map("LGD_TID", "another")));
        assertTrue(twice.getMessage(), twice.getMessage().contains("given twice"));
        assertTrue(thrown(UsageException.class, () -> client.cancel(MID, tid, "SC9999", NONE)).getMessage().contains("LGD_PAYTYPE"));
        assertTrue(client.cancel(MID, tid, "SC0010", NONE).isDone());
        assertEquals(0, balance(oid));
    }

    @Test
    public void sendsAnyTransaction() {
        assertEquals(3, client.send(MID, map("LGD_TXNAME", "Ping", "LGD_RESULTCNT", "3", "LGD_BUYER", "홍길동 ☺")).rows().size());
        assertEquals("홍길동 ☺", client.send(MID, map("LGD_TXNAME", "Ping", "LGD_BUYER", "홍길동 ☺")).get("LGD_BUYER"));
        client.warmUp();
    }

    @Test
    public void chargesABillingKey() throws Exception {
        Map<String, String> registration = map("LGD_TXNAME", "CardAuth", "LGD_OID", oid(), "LGD_AMOUNT", "0", "LGD_PAN", "4000000000000002",
                "LGD_INSTALL", "00", "VBV_ECI", "010", "LGD_EXPYEAR", "30", "LGD_EXPMON", "12", "LGD_PIN", "12", "LGD_PRIVATENO", "900101");
        String key = client.send(MID, registration).get("LGD_BILLKEY");
        String oid = oid();
        try (Guard<Payment> guard = client.payByBillingKey(MID, key, oid, 1000, map("LGD_BUYER", "홍길동"))) {
            assertTrue(guard.answer().message(), guard.answer().isPaid());
            guard.confirm();
        }
        assertEquals(1000, balance(oid));
    }

    @Test
    public void signsTheWindowAndReadsItsReturn() throws Exception {
        String oid = oid();
        Map<String, String> parameters = map("LGD_OID", oid, "LGD_AMOUNT", "23400", "LGD_BUYER", "홍길동", "LGD_PRODUCTINFO", "one & two",
                "LGD_RETURNURL", "https://shop.invalid/return", "LGD_CUSTOM_USABLEPAY", "SC0010", "LGD_WINDOW_TYPE", "iframe", "LGD_BUYERID", "hong",
                "LGD_BUYERIP", "192.0.2.1");
        Window window = client.window("lgdacomxpay", parameters);
        assertEquals(MID, window.get("LGD_MID"));
        assertEquals("test", window.get("CST_PLATFORM"));
        assertEquals(client.hashData(MID, oid, AMOUNT, window.get("LGD_TIMESTAMP")), window.get("LGD_HASHDATA"));
        assertTrue(window.hiddenFields().contains("one &amp; two"));
        List<EscrowItem> items = Collections.singletonList(new EscrowItem("g1", "책", 23400, 1, ""));
        assertEquals("책", client.window("lgdacomxpay", parameters, items, false).get("LGD_ESCROW_GOODNAME"));
        assertTrue(thrown(UsageException.class, () -> client.window("lgdacomxpay", map("LGD_AMOUNT", "1"))).getMessage().contains("LGD_OID"));

        String time = client.timestamp();
        lgdacom.XPayClient.XPayClient xpay = new lgdacom.XPayClient.XPayClient();
        xpay.Init(HOME, "test");
        String hash = xpay.GetHashDataCas(MID, oid, "23400", "0000", time);
        Map<String, String[]> posted = new LinkedHashMap<>();
        for (Map.Entry<String, String> one : map("LGD_RESPCODE", "0000", "LGD_RESPMSG", "인증성공", "LGD_MID", MID, "LGD_OID", oid, "LGD_AMOUNT", "23400",
                "LGD_TIMESTAMP", time, "LGD_HASHDATA", hash, "LGD_PAYKEY", "key", "LGD_PAYTYPE", "SC0010").entrySet()) {
            posted.put(one.getKey(), new String[] {one.getValue()});
        }
        String body = Posted.body(posted);
        WindowReturn returned = client.verifyReturn(body, new Order(MID, oid, AMOUNT));
        assertTrue(returned.isSuccess() && !returned.isCancelled());
        assertEquals("key", returned.payKey());
        assertEquals("인증성공", returned.message());
        assertTrue(returned.toString(), !returned.toString().contains("key"));
        assertTrue(thrown(XPayException.class, () -> client.verifyReturn(body, new Order(MID, oid, 2))).getMessage().contains("LGD_AMOUNT"));
        BillingReturn billing = client.readBillingReturn("LGD_RESPCODE=0000&LGD_BILLKEY=abc&LGD_CARDNUM=4000****");
        assertTrue(billing.isSuccess() && billing.billingKey().equals("abc"));
        assertTrue(thrown(UsageException.class, () -> client.readBillingReturn(null)).code() == 90001);
    }

    private String notice(String oid, String hash) {
        return "LGD_RESPCODE=0000&LGD_RESPMSG=" + "%EC%84%B1%EA%B3%B5" + "&LGD_MID=" + MID + "&LGD_OID=" + oid + "&LGD_AMOUNT=23400&LGD_TID=t1&LGD_PAYTYPE=SC0040&LGD_CASFLAG=I"
                + "&LGD_CASTAMOUNT=23400&LGD_CASCAMOUNT=23400&LGD_PAYDATE=20260101101010&LGD_TIMESTAMP=20260101101010&LGD_HASHDATA=" + hash;
    }

    private String signature(String oid) {
        lgdacom.XPayClient.XPayClient xpay = new lgdacom.XPayClient.XPayClient();
        xpay.Init(HOME, "test");
        return xpay.GetHashDataCas(MID, oid, "23400", "0000", "20260101101010");
    }

    @Test
    public void aNotificationIsAnsweredWithOkOnceItIsSaved() throws Exception {
        final String oid = oid();
        String body = notice(oid, signature(oid));
        final List<Notice> saved = new ArrayList<>();
        Reply reply = client.replyToNotice(body, asked -> new Order(MID, asked, AMOUNT), saved::add);
        assertEquals(200, reply.status());
        assertEquals("OK", reply.body());
        Notice notice = saved.get(0);
        assertEquals(oid + " I 23400 23400 t1", notice.oid() + " " + notice.flag() + " " + notice.paidInNow() + " " + notice.paidInTotal() + " " + notice.tid());
        assertFalse(notice.dedupKey().isEmpty());
        assertNotNull(notice.payDate());
        Reply forged = client.replyToNotice(notice(oid, "0123456789abcdef0123456789abcdef"), asked -> new Order(MID, asked, AMOUNT), saved::add);
        assertEquals(400, forged.status());
        assertEquals(400, client.replyToNotice(body, asked -> null, saved::add).status());
        assertEquals(1, saved.size());
        // What the shop's own step throws goes through, and the gateway sends the notification again.
        thrown(java.io.IOException.class, () -> client.replyToNotice(body, asked -> new Order(MID, asked, AMOUNT), one -> {
            throw new java.io.IOException("the database is gone");
        }));
    }

    @Test
    public void aMobileNoteThatCannotBeSavedIsAnsweredWithRollback() throws Exception {
        final String oid = oid();
        String body = notice(oid, signature(oid)).replace("SC0040&LGD_CASFLAG=I", "SC0010");
        final AtomicInteger saved = new AtomicInteger();
        assertEquals("OK", client.replyToMobileNote(body, asked -> new Order(MID, asked, AMOUNT), note -> saved.incrementAndGet()).body());
        assertEquals("OK", client.replyToMobileNote(body, asked -> new Order(MID, asked, AMOUNT, "t1"), note -> saved.incrementAndGet()).body());
        assertEquals("ROLLBACK", client.replyToMobileNote(body, asked -> new Order(MID, asked, AMOUNT, "t2"), note -> saved.incrementAndGet()).body());
        assertEquals(1, saved.get());
        Reply failed = client.replyToMobileNote(body, asked -> new Order(MID, asked, AMOUNT), note -> {
            throw new IllegalStateException("full");
        });
        assertEquals("ROLLBACK full", failed.body() + " " + failed.failure().getMessage());
        assertNull(client.replyToMobileNote(notice(oid, ""), asked -> new Order(MID, asked, AMOUNT), note -> saved.incrementAndGet()).failure());
    }

    @Test
    public void threadsShareAClient() throws Exception {
        final AtomicInteger paid = new AtomicInteger();
        Thread[] threads = new Thread[8];
        for (int at = 0; at < threads.length; at++) {
            final String oid = oid();
            final String paykey = paykey(oid);
            threads[at] = new Thread(() -> {
                try (Guard<Payment> guard = client.payByKey(MID, paykey, AMOUNT)) {
                    if (guard.answer().oid().equals(oid)) {
                        guard.confirm();
                        paid.incrementAndGet();
                    }
                }
            });
            threads[at].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(threads.length, paid.get());
    }

    @Test
    public void aListenerGetsTheLogWithoutSecrets() throws Exception {
        final StringBuffer lines = new StringBuffer();
        try (Client heard = new Client(HOME, Platform.TEST, map("log_level", "4"), (level, line) -> lines.append(line).append('\n'))) {
            String paykey = paykey(oid());
            try (Guard<Payment> guard = heard.payByKey(MID, paykey, AMOUNT)) {
                guard.confirm();
            }
            assertTrue(lines.toString(), lines.toString().contains("PaymentByKey"));
            assertFalse(lines.toString().contains(paykey));
        }
        thrown(IllegalStateException.class, () -> {
            Client closed = new Client(HOME, Platform.TEST);
            closed.close();
            closed.timestamp();
        });
    }
}
