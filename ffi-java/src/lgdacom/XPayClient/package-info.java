/** The vendor's classes, by the vendor's names; no other public class, because pages import them all. */
package lgdacom.XPayClient;
