import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import lgdacom.XPayClient.Config;
import lgdacom.XPayClient.XPayClient;
import lgdacom.XPayClient.XPayUtil;
import org.junit.After;
import org.junit.Test;

/** Where the vendor's Java class is of its own, or dangerous: what ours does instead. */
public class VendorTest extends Shop {
    private static final Charset UTF_8 = Charset.forName("UTF-8");

    @After
    public void heals() throws Exception {
        heal();
    }

    private static XPayClient shop() {
        XPayClient xpay = new XPayClient();
        assertTrue(xpay.Response_Detail(), xpay.Init(HOME, "test"));
        return xpay;
    }

    private static XPayClient begun(String... namesAndValues) {
        XPayClient xpay = shop();
        assertTrue(xpay.Init_TX(MID));
        for (int at = 0; at < namesAndValues.length; at += 2) {
            xpay.Set(namesAndValues[at], namesAndValues[at + 1]);
        }
        return xpay;
    }

    @Test
    public void aFreshObjectHasEmptyFieldsAndNothingThrows() {
        XPayClient xpay = new XPayClient();
        assertEquals("", xpay.m_szResCode + xpay.m_szResMsg);
        xpay.Set("LGD_TXNAME", "Ping");
        xpay.Set(null, null);
        assertEquals("", xpay.Response("LGD_TID", 0) + xpay.Response(null, 0) + xpay.Response("LGD_TID", -1) + xpay.ResponseName(-1) + xpay.URL());
        assertEquals(0, xpay.ResponseCount() + xpay.ResponseNameCount());
        assertFalse(xpay.TX() || xpay.Rollback(null) || xpay.Patch(null) || xpay.IsCancelled(null));
        assertTrue(xpay.m_szResCode, xpay.m_szResCode.startsWith("9"));
        assertFalse(xpay.Init(null, "test") || xpay.InitFile(null, null) || xpay.Init_TX(null));
        xpay.Log(null);
        xpay.Log("a line", 99);
        assertEquals("none", xpay.Outcome());
        assertFalse(xpay.VerifyHashDataCas(null, null, null, null, null, null));
    }

    @Test
    public void whatIsMissingHasTheVendorsCodes() {
        XPayClient xpay = new XPayClient();
        assertFalse(xpay.Init("/nowhere", "test"));
        assertEquals("10001", xpay.m_szResCode);
        assertFalse(xpay.InitFile("/nowhere/xpay.conf", "test"));
        assertEquals("10003", xpay.m_szResCode);
    }

    /** The vendor's sends it, without LGD_TXID, LGD_AUTHCODE and LGD_MID. */
    @Test
    public void afterAFailedInitTxNothingIsSent() throws Exception {
        String oid = oid();
        XPayClient xpay = shop();
        assertFalse(xpay.Init_TX("tnobody"));
        assertEquals("10004", xpay.m_szResCode);
        xpay.Set("LGD_TXNAME", "Ping");
        xpay.Set("LGD_OID", oid);
        assertFalse(xpay.TX());
        assertEquals("10004", xpay.m_szResCode);
        assertEquals("not_sent", xpay.Outcome());
        assertEquals(Collections.<String>emptyList(), requests(oid));
    }

    /** The vendor's posts four times under one LGD_TXID, and rolls nothing back. */
    @Test
    public void aClosedConnectionIsOnePostAndOneRollback() throws Exception {
        String oid = oid();
        XPayClient xpay = begun("LGD_TXNAME", "PaymentByKey", "LGD_PAYKEY", paykey(oid), "XPAY_SANDBOX_FAULT", "close");
        String id = xpay.TX_ID();
        assertFalse(xpay.TX());
        assertEquals("20008", xpay.m_szResCode);
        assertEquals("rolled_back", xpay.Outcome());
        assertEquals(Arrays.asList("PaymentByKey", "Rollback"), requests(id));
        assertEquals(0, balance(oid));
    }

    /** The vendor's: false with an empty code for another content type, true with a null code without LGD_RESPCODE. */
    @Test
    public void whatIsNoAnswerHasACode() throws Exception {
        for (String body : new String[] {"body={}", "body=[]", "body=", "body={\"LGD_RESPCODE\":\"\"}"}) {
            XPayClient xpay = begun("LGD_TXNAME", "PaymentByKey", "LGD_PAYKEY", paykey(oid()), "XPAY_SANDBOX_FAULT", body);
            assertFalse(body, xpay.TX());
            assertEquals(body, "40001", xpay.m_szResCode);
            assertEquals(body, "rolled_back", xpay.Outcome());
        }
    }

    /** The vendor's sends the second TX with the first one's LGD_TXID, which one Rollback would undo together. */
    @Test
    public void aSecondTxHasAnLgdTxidOfItsOwn() {
        XPayClient xpay = begun("LGD_TXNAME", "Ping");
        assertTrue(xpay.TX());
        String first = xpay.TX_ID();
        assertTrue(xpay.TX());
        assertFalse(first.equals(xpay.TX_ID()));
    }

    /** The vendor's sends both. */
    @Test
    public void aRepeatedNameReplacesItsValue() throws Exception {
        String oid = oid();
        XPayClient xpay = begun("LGD_TXNAME", "Ping", "LGD_OID", "another", "LGD_OID", oid);
        assertTrue(xpay.TX());
        String seen = ask("/requests", null);
        assertEquals(1, requests("[\"LGD_OID\",\"" + oid + "\"]").size() + requests("\"LGD_OID\":\"" + oid + "\"").size());
        assertTrue(seen.contains(oid));
    }

    /** Text is sent in the encoding that the header names, and comes back whole, also what CP949 has not. */
    @Test
    public void theHeaderNamesTheEncoding() throws Exception {
        String euckr = oid();
        XPayClient xpay = begun("LGD_TXNAME", "Ping", "LGD_OID", euckr, "LGD_BUYER", "똠방각하");
        assertTrue(xpay.TX());
        assertEquals("0000", xpay.m_szResCode);
        assertEquals("똠방각하", xpay.Response("LGD_BUYER", 0));
        String utf8 = oid();
        xpay = begun("LGD_TXNAME", "Ping", "LGD_OID", utf8, "LGD_BUYER", "Zoë 똠방", "LGD_ENCODING", "UTF-8");
        assertTrue(xpay.TX());
        assertEquals("Zoë 똠방", xpay.Response("LGD_BUYER", 0));
        assertEquals(Arrays.asList("application/x-www-form-urlencoded; charset=EUC-KR"), types(euckr));
        assertEquals(Arrays.asList("application/x-www-form-urlencoded; charset=UTF-8"), types(utf8));
        // A Rollback's text is EUC-KR, whatever the payment's was.
        String payment = xpay.TX_ID();
        assertTrue(xpay.Response_Detail(), xpay.Rollback("상점의 데이터베이스"));
        assertEquals(types(euckr), types(payment));
    }

    /** Of the last request that has this text. */
    private static List<String> types(String text) throws Exception {
        List<String> types = Collections.emptyList();
        for (String request : ask("/requests", null).split("\\},\\s*\\{\"txname\"")) {
            if (request.contains(text)) {
                types = found("\"content_type\":\"([^\"]+)\"", request);
            }
        }
        return types;
    }

    @Test
    public void aNulIsRefusedByItsName() {
        XPayClient xpay = begun("LGD_TXNAME", "Ping", "LGD_OID", "a\0b");
        assertFalse(xpay.TX());
        assertEquals("90003", xpay.m_szResCode);
        assertTrue(xpay.Response_Detail(), xpay.Response_Detail().contains("LGD_OID holds a NUL"));
        assertTrue(xpay.GetHashData(MID, "a\0b", "1", "20200515101110").startsWith("refused:"));
    }

    @Test
    public void settingsComeBeforeInitOrAfter() throws Exception {
        String url = shop().URL();
        String key = Config.value(MID);
        for (boolean before : new boolean[] {true, false}) {
            XPayClient xpay = new XPayClient();
            if (!before) {
                assertTrue(xpay.Init("test"));
            }
            xpay.SetConfig("test_url", url);
            xpay.SetConfig(MID, key);
            if (before) {
                assertTrue(xpay.Init("test"));
            }
            assertEquals(url, xpay.URL());
            assertEquals(key, Config.value(MID));
            assertTrue(xpay.Init_TX(MID));
        }
        // Of one object, and not of the whole JVM.
        assertFalse(new XPayClient().Init_TX(MID));
    }

    @Test
    public void oneFileHasAllSettings() throws IOException {
        Path conf = Paths.get(HOME, "conf");
        List<String> lines = Files.readAllLines(conf.resolve("mall.conf"), UTF_8);
        lines.addAll(Files.readAllLines(conf.resolve("lgdacom.conf"), UTF_8));
        Path one = Files.write(conf.resolve("all.conf"), lines, UTF_8);
        XPayClient xpay = new XPayClient();
        assertTrue(xpay.Response_Detail(), xpay.InitFile(one.toString(), "test"));
        assertTrue(xpay.Init_TX(MID));
        xpay.Set("LGD_TXNAME", "Ping");
        assertTrue(xpay.Response_Detail(), xpay.TX());
    }

    @Test
    public void staticCallsSeeWhatThisThreadReadLast() throws Exception {
        assertTrue(XPayUtil.Init(HOME));
        XPayUtil page = new XPayUtil();
        assertEquals("8b41c36b5a1838e437e44efa26aa982f", page.GetHashData(MID, "test_1234567890020", "50000", "1234567890"));
        assertEquals(128, XPayUtil.GetHashDataOpenpay("V1", MID, "U1", "", "1234567890").length());
        assertTrue(XPayUtil.GetTimeStamp().matches("\\d{14}"));
        assertTrue(XPayUtil.count() > 3);
        assertEquals(XPayUtil.value(MID), Config.value(MID));
        assertEquals(0, XPayUtil.valueInt(MID));
        XPayUtil.put("of_the_shop", "7");
        assertEquals(7, XPayUtil.valueInt("of_the_shop"));
        assertFalse(XPayUtil.load("/nowhere") || XPayUtil.loadfile("/nowhere") || XPayUtil.parseConfig("/nowhere"));
        assertTrue(XPayUtil.GetHashData(MID, "o", "1", "20200515101110").startsWith("refused:"));
        assertTrue(shop().Init_TX(MID));
        final String[] seen = new String[1];
        Thread another = new Thread(() -> seen[0] = Config.value(MID));
        another.start();
        another.join();
        assertEquals("a thread that read none sees the last of all", Config.value(MID), seen[0]);
    }

    /** The page beside it sends the same text. */
    @Test
    public void nullIsSignedAsTheTextNull() {
        XPayClient xpay = shop();
        assertEquals(xpay.GetHashDataOpenpay("V1", MID, "U1", "null", "1234567890"), xpay.GetHashDataOpenpay("V1", MID, "U1", null, "1234567890"));
    }

    @Test
    public void aSignatureIsVerified() {
        XPayClient xpay = shop();
        String hash = xpay.GetHashDataCas(MID, "test_3465", "1000", "0000", "20211209221825");
        assertTrue(xpay.VerifyHashDataCas(MID, "test_3465", "1000", "0000", "20211209221825", hash));
        assertFalse(xpay.VerifyHashDataCas(MID, "test_3465", "2000", "0000", "20211209221825", hash));
        assertTrue(xpay.Response_Detail(), xpay.Response_Detail().contains("LGD_HASHDATA"));
        assertTrue(xpay.GetHashDataCas("tnobody", "o", "1", "0000", "20211209221825").startsWith("refused:"));
        assertEquals("10004", xpay.m_szResCode);
    }

    /** Two payments in one object would read each other's codes: a singleton bean hears so. */
    @Test
    public void anotherThreadIsToldToMakeItsOwn() throws Exception {
        final XPayClient xpay = begun("LGD_TXNAME", "Ping");
        final Throwable[] thrown = new Throwable[1];
        Thread another = new Thread(() -> xpay.Init_TX(MID));
        another.setUncaughtExceptionHandler((thread, error) -> thrown[0] = error);
        another.start();
        another.join();
        assertTrue(String.valueOf(thrown[0]), thrown[0] instanceof IllegalStateException && thrown[0].getMessage().contains("new XPayClient()"));
        assertTrue("what the first one began is untouched", xpay.TX());
        // A thread that has ended owns nothing.
        final XPayClient[] left = new XPayClient[1];
        Thread gone = new Thread(() -> left[0] = begun("LGD_TXNAME", "Ping"));
        gone.start();
        gone.join();
        assertTrue(left[0].TX());
    }

    @Test
    public void eightThreadsPayAtOnce() throws Exception {
        final int threads = 8;
        final int payments = 5;
        final String[][] oids = new String[threads][payments];
        final String[][] keys = new String[threads][payments];
        final String[][] told = new String[threads][payments];
        Thread[] all = new Thread[threads];
        for (int at = 0; at < threads; at++) {
            for (int payment = 0; payment < payments; payment++) {
                oids[at][payment] = oid();
                keys[at][payment] = paykey(oids[at][payment]);
            }
        }
        for (int at = 0; at < threads; at++) {
            final int number = at;
            all[at] = new Thread(() -> {
                for (int payment = 0; payment < payments; payment++) {
                    XPayClient xpay = begun("LGD_TXNAME", "PaymentByKey", "LGD_PAYKEY", keys[number][payment]);
                    told[number][payment] = xpay.TX() + " " + xpay.m_szResCode + " " + xpay.Response("LGD_OID", 0);
                }
            });
            all[at].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        for (int at = 0; at < threads; at++) {
            for (int payment = 0; payment < payments; payment++) {
                assertEquals("true 0000 " + oids[at][payment], told[at][payment]);
                assertEquals(AMOUNT, balance(oids[at][payment]));
            }
        }
    }

    /** Otherwise every page would leave a client behind. */
    @Test
    public void whatNobodyHasIsFreed() throws Exception {
        long before = kilobytes();
        for (int made = 0; made < 20_000; made++) {
            XPayClient xpay = new XPayClient();
            xpay.SetConfig("note", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
            if (made % 2_000 == 0) {
                System.gc();
            }
        }
        System.gc();
        // 20,000 clients that are not freed take 100 MB and more.
        assertTrue("memory grew from " + before + " to " + kilobytes() + " KB", kilobytes() - before < 80_000);
    }

    private static long kilobytes() throws IOException {
        if (!new File("/proc/self/status").exists()) {
            return 0;
        }
        String status = new String(Files.readAllBytes(Paths.get("/proc/self/status")), UTF_8);
        return Long.parseLong(found("VmRSS:\\s*(\\d+)", status).get(0));
    }

    /** Pages name both, and compiled ones have their types in their code. */
    @Test
    public void theFieldsCanBeWritten() throws Exception {
        for (String name : new String[] {"m_szResCode", "m_szResMsg"}) {
            Field field = XPayClient.class.getField(name);
            XPayClient xpay = new XPayClient();
            field.set(xpay, "9999");
            assertEquals("9999", field.get(xpay));
        }
    }
}
