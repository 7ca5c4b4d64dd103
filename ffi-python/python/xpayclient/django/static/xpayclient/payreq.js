// Opens the payment window, and goes on to payres with what comes back through returnurl.
(function () {
    'use strict';
    var payinfo = document.getElementById('LGD_PAYINFO');
    var payres = document.getElementById('xpay-payres');
    var button = document.getElementById('xpay-pay');
    var lgdwin;

    function say(text, code) {
        var said = document.getElementById('xpay-said');
        said.textContent = text;
        if (code) {
            said.appendChild(document.createElement('small')).textContent = ' (' + code + ')';
        }
    }

    // Not before the window's script: a click while it is loading would be lost.
    function ready() {
        button.disabled = false;
        say(typeof openXpay === 'undefined' ? button.dataset.unreachable : '');
    }

    button.addEventListener('click', function () {
        ready();
        if (typeof openXpay !== 'undefined') {
            lgdwin = openXpay(payinfo, payinfo.elements.CST_PLATFORM.value, payinfo.elements.LGD_WINDOW_TYPE.value, null, '', '');
        }
    });

    // Called by the page at returnurl, which by then is in the window's frame.
    window.payment_return = function () {
        var returned = (lgdwin.contentWindow || lgdwin).document;
        var value = function (name) { return returned.getElementById(name).value; };
        if (value('LGD_RESPCODE') === '0000') {
            button.disabled = true;
            payres.elements.LGD_PAYKEY.value = value('LGD_PAYKEY');
            payres.submit();
            say(button.dataset.requested);
        } else {
            say(value('LGD_RESPMSG'), value('LGD_RESPCODE'));
            closeIframe();
        }
    };

    // On a page that came back out of the browser's cache, the button is as it was left.
    window.addEventListener('pageshow', function (shown) {
        if (shown.persisted) {
            ready();
        }
    });

    if (document.readyState === 'loading') {
        say(button.dataset.loading);
        document.addEventListener('DOMContentLoaded', ready);
    } else {
        ready();
    }
}());
