/* The script of the payment window, as shops include it: openXpay and its older and newer variants. */
(function () {
    "use strict";
    var gateway = document.currentScript.src.split("/xpay/")[0];
    var ID = "LGD_PAYWINDOW";

    function closeIframe() {
        var layer = document.getElementById(ID + "_LAYER");
        if (layer) layer.parentNode.removeChild(layer);
    }

    function openLayer() {
        closeIframe();
        var layer = document.createElement("div");
        layer.id = ID + "_LAYER";
        layer.style.cssText = "position:fixed;inset:0;z-index:2147483000;background:rgba(15,20,30,.55);" +
            "display:flex;align-items:center;justify-content:center";
        var frame = document.createElement("iframe");
        frame.id = frame.name = ID;
        frame.title = "결제창 / Payment window";
        frame.style.cssText = "border:0;background:#fff;width:min(100%,650px);height:min(100%,680px);border-radius:6px";
        layer.appendChild(frame);
        document.body.appendChild(layer);
        frame.focus();
        return frame;
    }

    /* The form is sent in the page's charset, which LGD_ENCODING must name. */
    function open(path, form, type) {
        var inFrame = type !== "submit";
        var window = inFrame ? openLayer() : self;
        form.method = "post";
        form.action = gateway + path;
        form.target = inFrame ? ID : "_self";
        form.submit();
        return window;
    }

    function openXpay(form, platform, type) {
        return open("/xpay/window", form, type);
    }

    function openAuthonly(form, platform, type) {
        return open("/xpay/authonly", form, type);
    }

    self.openXpay = openXpay;
    self.open_paymentwindow = openXpay;
    self.openAuthonly = openAuthonly;
    self.closeIframe = closeIframe;
})();
