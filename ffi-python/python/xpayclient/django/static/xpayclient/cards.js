// Opens the window that adds a card; in that window's frame, hands on to the shop what it returned.
(function () {
    'use strict';
    var info = document.getElementById('LGD_PAYINFO');
    var button = document.getElementById('xpay-add');
    var keep = document.getElementById('xpay-keep');
    var cancelled = document.getElementById('xpay-cards');

    if (keep) {
        keep.submit();
    } else if (cancelled) {
        cancelled.click();
    } else {
        button.addEventListener('click', function () {
            var said = document.getElementById('xpay-said');
            said.textContent = typeof openXpay === 'undefined' ? button.dataset.unreachable : '';
            if (!said.textContent) {
                openXpay(info, info.elements.CST_PLATFORM.value, info.elements.LGD_WINDOW_TYPE.value, null, '', '');
            }
        });
        // Not before: a click while the window's script is loading would be lost.
        button.disabled = false;
    }
}());
