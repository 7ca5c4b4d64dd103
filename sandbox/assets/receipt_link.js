/* Receipts (영수증): the two functions of the real script, for the sandbox's payments. */
(function () {
    "use strict";
    var gateway = document.currentScript.src.replace(/\/(xpay|WEB_SERVER)\/js\/.*$/, "");

    function show(page, values) {
        var query = Object.keys(values).map(function (name) { return name + "=" + encodeURIComponent(values[name]); });
        return self.open(gateway + page + "?" + query.join("&"), "LGD_RECEIPT", "width=460,height=640,scrollbars=yes");
    }

    self.showReceiptByTID = function (mid, tid, authdata) {
        return show("/pg/wmp/etc/jsp/Receipt_Link.jsp", { mertid: mid, tid: tid, authdata: authdata });
    };
    self.showCashReceipts = function (mid, oid, seqno, type, platform) {
        return show("/xpay/cashreceipt", { mid: mid, oid: oid, seqno: seqno, type: type, platform: platform });
    };
})();
