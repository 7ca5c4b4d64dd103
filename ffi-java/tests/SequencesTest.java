import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Collections;
import lgdacom.XPayClient.Config;
import lgdacom.XPayClient.XPayClient;
import org.junit.After;
import org.junit.Test;

/** The sequences of calls that shops' pages have, and what the pages print: it has to be true of the payment. */
public class SequencesTest extends Shop {
    private final StringBuilder out = new StringBuilder();

    @After
    public void heals() throws Exception {
        heal();
    }

    private void print(String line) {
        out.append(line).append('\n');
    }

    /** A page's final payment: the fields are compared, rows read, and a database that fails is answered with Rollback. */
    private void payres(String paykey, String fault, boolean databaseFails) {
        XPayClient xpay = new XPayClient();
        boolean isInitOK = xpay.Init(HOME, "test");
        if (!isInitOK) {
            print("configuration");
            return;
        }
        try {
            xpay.Init_TX(MID);
            xpay.Set("LGD_TXNAME", "PaymentByKey");
            xpay.Set("LGD_PAYKEY", paykey);
            xpay.Set("XPAY_SANDBOX_FAULT", fault);
        } catch (Exception e) {
            print("exception " + e.getMessage());
            return;
        }
        if (xpay.TX()) {
            print("TX Response_code = " + xpay.m_szResCode);
            print("amount = " + xpay.Response("LGD_AMOUNT", 0) + ", code = " + xpay.Response("LGD_RESPCODE", 0));
            if ("0000".equals(xpay.m_szResCode)) {
                if (databaseFails) {
                    xpay.Rollback("[TID:" + xpay.Response("LGD_TID", 0) + ",MID:" + xpay.Response("LGD_MID", 0) + ",OID:" + xpay.Response("LGD_OID", 0) + "]");
                    print("TX Rollback Response_code = " + xpay.Response("LGD_RESPCODE", 0));
                    // The vendor's class still has the payment's 0000 here, whatever became of the Rollback.
                    print("0000".equals(xpay.m_szResCode) ? "the automatic cancellation is complete" : "the automatic cancellation is NOT complete");
                } else {
                    print("paid");
                }
            } else {
                print("declined");
            }
        } else {
            print("failed " + xpay.m_szResCode);
        }
    }

    @Test
    public void payCompareReadRows() throws Exception {
        String oid = oid();
        payres(paykey(oid), "", false);
        assertEquals("TX Response_code = 0000\namount = 23400, code = 0000\npaid\n", out.toString());
        assertEquals(AMOUNT, balance(oid));
    }

    @Test
    public void rollbackAfterTheDatabaseFailed() throws Exception {
        String oid = oid();
        payres(paykey(oid), "", true);
        assertEquals("TX Response_code = 0000\namount = 23400, code = 0000\nTX Rollback Response_code = 0000\nthe automatic cancellation is complete\n",
                out.toString());
        assertEquals(0, balance(oid));
    }

    /** The payment stands: a page that says otherwise is the worst. */
    @Test
    public void rollbackThatFails() throws Exception {
        String oid = oid();
        String paykey = paykey(oid);
        faults("Rollback before:close");
        payres(paykey, "", true);
        assertTrue(out.toString(), out.toString().endsWith("TX Rollback Response_code = 20008\nthe automatic cancellation is NOT complete\n"));
        assertEquals(AMOUNT, balance(oid));
    }

    @Test
    public void noAnswerIsRolledBackAndSentOnce() throws Exception {
        String oid = oid();
        payres(paykey(oid), "close", false);
        assertEquals("failed 20008\n", out.toString());
        assertEquals(0, balance(oid));
    }

    @Test
    public void aDeclineIsAnAnswer() throws Exception {
        payres("no such key", "", false);
        assertTrue(out.toString(), out.toString().endsWith("declined\n") && !out.toString().contains("= 0000"));
    }

    private String paid(String oid) throws Exception {
        XPayClient xpay = new XPayClient();
        xpay.Init(HOME, "test");
        xpay.Init_TX(MID);
        xpay.Set("LGD_TXNAME", "PaymentByKey");
        xpay.Set("LGD_PAYKEY", paykey(oid));
        assertTrue(xpay.Response_Detail(), xpay.TX());
        return xpay.Response("LGD_TID", 0);
    }

    /** Nothing that is returned is looked at; the code alone decides. */
    private XPayClient cancel(String tid, String fault) {
        XPayClient xpay = new XPayClient();
        xpay.Init(HOME, "test");
        xpay.Init_TX(MID);
        xpay.Set("LGD_TXNAME", "Cancel");
        xpay.Set("LGD_TID", tid);
        xpay.Set("XPAY_SANDBOX_FAULT", fault);
        xpay.TX();
        return xpay;
    }

    @Test
    public void cancelWithoutLookingAtAnyReturn() throws Exception {
        String oid = oid();
        XPayClient xpay = cancel(paid(oid), "");
        assertEquals("0000", xpay.m_szResCode);
        assertEquals("0000", xpay.Response("LGD_RESPCODE", 0));
        assertEquals(0, balance(oid));
    }

    /** An empty code is in every list. */
    @Test
    public void codeLookedUpByIndexOf() throws Exception {
        String oid = oid();
        String tid = paid(oid);
        for (String fault : new String[] {"before:close", "status=302", "body=", "body={}", "before:code=XC99"}) {
            XPayClient xpay = cancel(tid, fault);
            assertTrue(fault + " " + xpay.m_szResCode, "0000,AV11".indexOf(xpay.m_szResCode) < 0);
            // The vendor's class throws here, because there is no row.
            assertTrue(fault, "0000,AV11".indexOf(xpay.Response("LGD_RESPCODE", 0)) < 0);
        }
        XPayClient unconfigured = new XPayClient();
        unconfigured.Init("/nowhere", "test");
        unconfigured.Init_TX(MID);
        unconfigured.TX();
        assertTrue(unconfigured.m_szResCode, "0000,AV11".indexOf(unconfigured.m_szResCode) < 0);
        assertTrue("0000,AV11".indexOf(cancel(tid, "").m_szResCode) >= 0);
        assertEquals(0, balance(oid));
    }

    @Test
    public void midSetASecondTime() throws Exception {
        String oid = oid();
        XPayClient xpay = new XPayClient();
        xpay.Init(HOME, "test");
        xpay.Init_TX(MID);
        xpay.Set("LGD_MID", MID);
        xpay.Set("LGD_TXNAME", "PaymentByKey");
        xpay.Set("LGD_PAYKEY", paykey(oid));
        assertTrue(xpay.TX());
        assertEquals("0000", xpay.m_szResCode);
        xpay.Init_TX(MID);
        xpay.Set("LGD_MID", "tanother");
        assertTrue(!xpay.TX() && xpay.m_szResCode.equals("90003"));
    }

    @Test
    public void cancellationNamedAfterItsTid() throws Exception {
        for (String name : new String[] {"Cancel", "PartialCancel", "Settlement"}) {
            String oid = oid();
            String tid = paid(oid);
            XPayClient xpay = new XPayClient();
            xpay.Init(HOME, "test");
            xpay.Init_TX(MID);
            xpay.Set("LGD_TID", tid);
            xpay.Set("LGD_CANCELAMOUNT", "400");
            xpay.Set("LGD_REMAINAMOUNT", "23400");
            xpay.Set("LGD_TXNAME", name);
            assertTrue(name, xpay.TX());
            assertEquals(name, Collections.singletonList(name), requests(xpay.TX_ID()));
        }
    }

    /** Signs before any transaction, and with the MertKey that the static call gives. */
    @Test
    public void hashPageWithoutATransaction() {
        XPayClient xpay = new XPayClient();
        xpay.Init(HOME, "test");
        assertEquals("8b41c36b5a1838e437e44efa26aa982f", xpay.GetHashData(MID, "test_1234567890020", "50000", "1234567890"));
        assertTrue(xpay.GetTimeStamp().matches("\\d{14}"));
        assertEquals(32, Config.value(MID).length());
        assertEquals("", Config.value("no such setting"));
    }

    /**
     * The gateway does not send CST_PLATFORM. The vendor's class throws for null; here it is service, where a test shop's signature
     * counts nothing.
     */
    @Test
    public void noticePageThatTakesThePlatformFromTheNotice() throws Exception {
        String key = "0123456789abcdef0123456789abcdef";
        XPayClient xpay = new XPayClient();
        xpay.SetConfig("myshop", key);
        xpay.Init(HOME, null);
        byte[] digest = MessageDigest.getInstance("MD5").digest(("myshop" + "o1" + "1000" + "0000" + "20211209221825" + key).getBytes("UTF-8"));
        assertEquals(String.format("%032x", new BigInteger(1, digest)), xpay.GetHashDataCas("myshop", "o1", "1000", "0000", "20211209221825"));
        assertTrue(xpay.GetHashDataCas(MID, "o1", "1000", "0000", "20211209221825").startsWith("refused:"));
        XPayClient test = new XPayClient();
        test.Init(HOME, "TEST");
        assertEquals("362dd271af9d85b994bf9f12aa16f42b", test.GetHashDataCas(MID, "test_3465", "1000", "0000", "20211209221825"));
    }

    @Test
    public void loopsOverNamesAndRows() throws Exception {
        XPayClient xpay = new XPayClient();
        xpay.Init(HOME, "test");
        xpay.Init_TX(MID);
        xpay.Set("LGD_TXNAME", "Ping");
        xpay.Set("LGD_RESULTCNT", "3");
        xpay.TX();
        for (int i = 0; i < xpay.ResponseNameCount(); i++) {
            print(xpay.ResponseName(i) + " = ");
            for (int j = 0; j < xpay.ResponseCount(); j++) {
                print("\t" + xpay.Response(xpay.ResponseName(i), j));
            }
        }
        assertEquals(3, xpay.ResponseCount());
        assertTrue(xpay.ResponseNameCount() > 0);
        assertEquals(xpay.ResponseNameCount() * 4, out.toString().split("\n").length);
        assertEquals("", xpay.Response("no such name", 0) + xpay.Response("LGD_RESULTCNT", 9) + xpay.ResponseName(99));
    }
}
