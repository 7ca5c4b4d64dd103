/** Not for shops: what both faces are made of. It changes without notice. */
package xpayclient.internal;
