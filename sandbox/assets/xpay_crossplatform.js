/* The script of the payment window, as shops include it: openXpay and its older and newer variants. */
(function () {
    "use strict";
    var gateway = new URL(document.currentScript.src).origin;
    var ID = "LGD_PAYWINDOW";
    var popup, before;

    /* Closes the window, whichever kind it is, and gives the focus back. */
    function closeIframe() {
        var layer = document.getElementById(ID + "_LAYER");
        if (layer) layer.parentNode.removeChild(layer);
        if (popup) popup.close();
        if (before && before.focus) before.focus();
        popup = before = null;
    }

    function openLayer(kind) {
        closeIframe();
        before = document.activeElement;
        var layer = document.createElement("div");
        layer.id = ID + "_LAYER";
        layer.setAttribute("role", kind);
        layer.setAttribute("aria-modal", "true");
        layer.setAttribute("aria-label", "결제창 / Payment window");
        layer.style.cssText = "position:fixed;inset:0;z-index:2147483000;background:rgba(15,20,30,.55);" +
            "display:flex;align-items:center;justify-content:center";
        document.body.appendChild(layer);
        return layer;
    }

    function openFrame() {
        var frame = document.createElement("iframe");
        frame.id = frame.name = ID;
        frame.title = "결제창 / Payment window";
        frame.style.cssText = "border:0;background:#fff;width:min(100%,650px);height:min(100%,680px);border-radius:6px";
        /* The empty frame may have the focus already, which a page of another site does not take over. */
        frame.addEventListener("load", function () {
            frame.blur();
            frame.focus();
        });
        openLayer("dialog").appendChild(frame);
        return frame;
    }

    function openPopup() {
        closeIframe();
        popup = self.open("", ID, "width=650,height=680,resizable=yes,scrollbars=yes");
        if (!popup) sayBlocked();
        return popup;
    }

    /* The shop's page has to open it again itself, because it needs what openXpay returns. */
    function sayBlocked() {
        var box = document.createElement("div");
        box.style.cssText = "background:#fff;color:#1b2330;max-width:420px;margin:16px;padding:20px;border-radius:6px";
        box.innerHTML = "<p>브라우저가 결제창 팝업을 차단했습니다. 이 사이트의 팝업을 허용하고 결제 단추를 다시 누르십시오.</p>" +
            "<p><small>Your browser blocked the payment window. Allow popups of this site, then press the button again." +
            "</small></p><button type='button'>닫기 · Close</button>";
        var button = box.querySelector("button");
        button.onclick = closeIframe;
        openLayer("alertdialog").appendChild(box);
        button.focus();
    }

    /* The form is sent in the page's charset, which LGD_ENCODING must name. A field may be called "action" or "submit". */
    function send(path, form, target) {
        form.setAttribute("method", "post");
        form.setAttribute("action", gateway + path);
        form.setAttribute("target", target);
        HTMLFormElement.prototype.submit.call(form);
    }

    function named(form, name) {
        return form.elements[name] ? form.elements[name].value : "";
    }

    function open(path, form, type) {
        var opened = self;
        type = type || named(form, "LGD_WINDOW_TYPE") || named(form, "CST_WINDOW_TYPE");
        if (type === "popup") {
            opened = openPopup();
            if (!opened) return null;
        } else if (type !== "submit") {
            opened = openFrame();
        }
        send(path, form, opened === self ? "_self" : ID);
        return opened;
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
