// Opens the payment window, and goes on to payres with what comes back through returnurl.
(function () {
    'use strict';
    var payinfo = document.getElementById('LGD_PAYINFO');
    var payres = document.getElementById('xpay-payres');
    var button = document.getElementById('xpay-pay');
    var lgdwin;

    function say(text) {
        document.getElementById('xpay-said').textContent = text;
    }

    button.addEventListener('click', function () {
        if (typeof openXpay === 'undefined') {
            say(button.dataset.unreachable);
            return;
        }
        say('');
        lgdwin = openXpay(payinfo, payinfo.elements.CST_PLATFORM.value, payinfo.elements.LGD_WINDOW_TYPE.value, null, '', '');
    });

    // Called by the page at returnurl, which by then is in the window's frame.
    window.payment_return = function () {
        var returned = (lgdwin.contentWindow || lgdwin).document;
        var value = function (name) { return returned.getElementById(name).value; };
        if (value('LGD_RESPCODE') === '0000') {
            payres.elements.LGD_PAYKEY.value = value('LGD_PAYKEY');
            payres.submit();
        } else {
            say(value('LGD_RESPMSG') + ' (' + value('LGD_RESPCODE') + ')');
            closeIframe();
        }
    };

    // Not before: a click while the window's script is loading would be lost.
    button.disabled = false;
}());
