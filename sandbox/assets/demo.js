/* The shop's order page: opens the payment window, and is called back by the page at LGD_RETURNURL. */
(function () {
    "use strict";
    var payinfo = document.getElementById("LGD_PAYINFO");
    var buy = document.getElementById("buy");
    var payres = payinfo.action;
    var lgdwin;

    function field(where, name) {
        return where.getElementById(name).value;
    }

    buy.addEventListener("click", function () {
        lgdwin = openXpay(payinfo, "test", buy.dataset.window, null, "", "");
    });

    /* A frame has a window of its own; a popup is one. */
    self.payment_return = function () {
        var returned = (lgdwin.contentWindow || lgdwin).document;
        closeIfRefused(returned) || submit(returned);
    };

    function closeIfRefused(returned) {
        if (field(returned, "LGD_RESPCODE") === "0000") return false;
        document.getElementById("said").textContent = field(returned, "LGD_RESPCODE") + " " + field(returned, "LGD_RESPMSG");
        closeIframe();
        return true;
    }

    function submit(returned) {
        ["LGD_RESPCODE", "LGD_RESPMSG", "LGD_PAYKEY"].forEach(function (name) {
            document.getElementById(name).value = field(returned, name);
        });
        closeIframe();
        payinfo.target = "_self";
        payinfo.action = payres;
        payinfo.submit();
    }
})();
