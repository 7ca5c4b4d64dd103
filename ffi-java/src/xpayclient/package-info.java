/** The open replacement for XPayClient: payments of LG U+ XPay / Toss Payments, with exceptions and typed answers. */
package xpayclient;
