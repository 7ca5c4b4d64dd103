// The gateway's receipts, by its receipt_link.js.
(function () {
    'use strict';
    var of = document.getElementById('xpay-receipts').dataset;
    var show = {
        payment: function () { showReceiptByTID(of.mid, of.tid, of.authdata); },
        cash: function () { showCashReceipts(of.mid, of.oid, of.seqno, of.kind, of.platform); }
    };
    document.querySelectorAll('[data-xpay-receipt]').forEach(function (button) {
        button.addEventListener('click', show[button.dataset.xpayReceipt]);
    });
}());
