// Opens the window that adds a card; in that window's frame, hands on to the shop what it returned.
(function () {
    'use strict';
    var info = document.getElementById('LGD_PAYINFO');
    var button = document.getElementById('xpay-add');
    var keep = document.getElementById('xpay-keep');
    var cancelled = document.getElementById('xpay-cards');

    function say(text) {
        document.getElementById('xpay-said').textContent = text;
    }

    // Not before the window's script: a click while it is loading would be lost.
    function ready() {
        button.disabled = false;
        say(typeof openXpay === 'undefined' ? button.dataset.unreachable : '');
    }

    if (keep) {
        keep.submit();
    } else if (cancelled) {
        cancelled.click();
    } else {
        button.addEventListener('click', function () {
            ready();
            if (typeof openXpay !== 'undefined') {
                openXpay(info, info.elements.CST_PLATFORM.value, info.elements.LGD_WINDOW_TYPE.value, null, '', '');
            }
        });
        document.addEventListener('DOMContentLoaded', ready);
    }
}());
